"""Sentences of log imports by code, added to those of every import when the app is ready."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from incidents.enums import Disposition, IncidentKind, IncidentState
from stations.imports import reasons
from stations.imports.reasons import Reason

_LISTED: Final = _("Nothing need be done; correct the record by hand if you know better.")
_CORRECT: Final = _("Correct the cell in that log if it is a mistake; the next file updates it.")

REASONS: Final[dict[str, Reason]] = {
    # the file as a whole
    "other_header": Reason(
        _("The file has other columns than the mapping it is read with."),
        _("Upload it again and say what its columns mean."),
    ),
    "no_log_header": Reason(
        _("No row with the names of columns was found in the first %(lines)s rows."),
        _("Put the names of the columns into the first row."),
    ),
    "no_room": Reason(
        _("The police room or the mapping of this import does not exist any more."),
        _("Upload the file again."),
    ),
    # what stops the import, where the mapping asks for it
    "bad_when": Reason(
        _("“%(value)s” is not a day or time in the order %(order)s."),
        _("Correct the cell, or let the mapping keep such records with the time not known."),
    ),
    # what is taken, and listed
    "day_only": Reason(_("Only the day is known."), _("It is kept as a day.")),
    "not_known": Reason(
        _("“%(value)s”: the time is not known."), _("It stays not known; nothing is made up.")
    ),
    "no_when": Reason(_("The time is empty."), _("It stays not known; nothing is made up.")),
    "unreadable": Reason(
        _("“%(value)s” cannot be read as a day or time; it is kept as not known."), _CORRECT
    ),
    "unreadable_time": Reason(
        _("“%(value)s” cannot be read as a time of day; the day is kept."), _CORRECT
    ),
    "after_report": Reason(_("It occurred after it was reported (%(reported)s)."), _CORRECT),
    "ahead_of_now": Reason(_("“%(value)s” is still to come."), _CORRECT),
    "reversed": Reason(
        _("“%(value)s” ends before it begins: the day it begins is kept."), _CORRECT
    ),
    "past_midnight": Reason(
        _("“%(value)s” ends earlier in the day than it begins: the end is taken as the next day."),
        _LISTED,
    ),
    "one_time": Reason(
        _("“%(value)s” is one time for several days: the days are kept as from … to."), _LISTED
    ),
    "odd_time": Reason(_("“%(value)s” mixes two clocks; it is read as 24 hours."), _CORRECT),
    "mixed_date": Reason(_("“%(value)s” mixes two ways of writing a day."), _CORRECT),
    "clock_skipped": Reason(
        _("“%(value)s” does not exist in %(zone)s: the clocks were put forward."), _CORRECT
    ),
    "clock_twice": Reason(
        _("“%(value)s” happened twice in %(zone)s: the clocks were put back; the first is taken."),
        _LISTED,
    ),
    "no_key": Reason(
        _("The record has no number; it is known by its content."),
        _("A later file with other content makes another record of it."),
    ),
    "key_read_as": Reason(_("The number is read as %(read)s."), _LISTED),
    "key_twice": Reason(
        _("This number stands in row %(first)s too, with other content: both are kept."),
        _("Correct the number in that log if they are one call."),
    ),
    "repeated": Reason(_("This row says the same as row %(first)s; it is taken once."), _LISTED),
    "shortened": Reason(
        _("The text has %(length)s characters; the first %(limit)s are kept in the field."),
        _("The whole text stands in the first line of the record's timeline."),
    ),
    "no_what": Reason(_("It does not say what happened."), _("Complete the record by hand.")),
    # rows against the records
    "edited_here": Reason(
        _("This was changed here since the last file: “%(here)s” stays."),
        _("Change the record by hand if the file is right."),
    ),
    "reviewed": Reason(
        _("The record was reviewed; the file changes %(fields)s."),
        _("Add a supplement to the record if it matters."),
    ),
    "stale": Reason(
        _("The file goes back to what the record said before: %(fields)s."),
        _("It is not taken unless you say so when you confirm."),
    ),
}

NOTICES: Final[dict[str, Any]] = {
    "log": _("Log “%(name)s” of %(room)s, times in %(zone)s"),
    "file_day": _("The file is taken as of %(day)s."),
    "older_file": _("This file (%(day)s) is older than the last one that was imported (%(last)s)."),
    "stale_rows": _(
        "%(count)s records are older in this file than here: they are left as they are unless you"
        " say so."
    ),
    "missing_rows": _("%(count)s records of this log are not in the file; they stay as they are."),
    "all_days": _("%(column)s holds days without a time: %(count)s records are kept as days."),
    "before_opening": _("%(count)s records are from before the room opened (%(day)s)."),
    "unknown_category": _("Words without a category (left empty): %(count)s"),
    "unknown_disposition": _("Words without a disposition (left empty): %(count)s"),
    "unknown_state": _("Words without a state (taken as closed): %(count)s"),
    "unknown_kind": _("Words without a kind (taken from the category): %(count)s"),
    # rows that are taken and listed, by what is to be known about them
    "count_day_only": _("%(count)s × only the day is known"),
    "count_not_known": _("%(count)s × the file says the time is not known"),
    "count_no_when": _("%(count)s × the time is empty"),
    "count_unreadable": _("%(count)s × the time cannot be read"),
    "count_unreadable_time": _("%(count)s × the time of day cannot be read"),
    "count_after_report": _("%(count)s × occurred after it was reported"),
    "count_ahead_of_now": _("%(count)s × still to come"),
    "count_reversed": _("%(count)s × ends before it begins"),
    "count_past_midnight": _("%(count)s × taken as ending on the next day"),
    "count_one_time": _("%(count)s × one time for several days"),
    "count_odd_time": _("%(count)s × two clocks mixed"),
    "count_mixed_date": _("%(count)s × two ways of writing a day mixed"),
    "count_clock_skipped": _("%(count)s × the clocks skipped this time"),
    "count_clock_twice": _("%(count)s × the clocks showed this time twice"),
    "count_no_key": _("%(count)s × no number"),
    "count_key_read_as": _("%(count)s × the number was tidied"),
    "count_key_twice": _("%(count)s × the number stands in another row too"),
    "count_repeated": _("%(count)s × the row repeats an earlier one and is taken once"),
    "count_shortened": _("%(count)s × the text is too long for its field"),
    "count_no_what": _("%(count)s × it does not say what happened"),
    "count_edited_here": _("%(count)s × changed here since the last file"),
    "count_reviewed": _("%(count)s × reviewed here, left as it is"),
    "count_stale": _("%(count)s × older than the record"),
}

FIELDS: Final[dict[str, Any]] = {
    "category": _("category"),
    "category_word": _("category in the log"),
    "disposition": _("disposition"),
    "disposition_word": _("disposition in the log"),
    "place_text": _("where"),
    "narrative": _("what happened"),
    "reported": _("reported"),
    "occurred": _("occurred"),
    "dispatched_at": _("dispatched at"),
    "arrived_at": _("police arrived at"),
    "closed_at": _("closed at"),
}

CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "disposition": (Disposition,),
    "kind": (IncidentKind, *reasons.CHOICES["kind"]),
    "state": (IncidentState, *reasons.CHOICES["state"]),
}


def register() -> None:
    """Let reports word the codes of this app."""
    reasons.REASONS.update(REASONS)
    reasons.NOTICES.update(NOTICES)
    for name, label in FIELDS.items():
        reasons.FIELDS.setdefault(name, label)
    reasons.CHOICES.update(CHOICES)
