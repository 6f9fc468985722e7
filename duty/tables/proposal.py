"""Columns of proposed rosters, and of the report on any roster: open hours, rest, fair shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from duty.models import RosterProposal
from duty.proposal import Method
from duty.roster_rules import Burden, Post, Quality, Reason, Uncovered, Violation
from personnel.enums import PersonKind
from personnel.models import Person
from policeroom.common.pages import Figure, small_table
from policeroom.common.tables import Column, RenderedTable

State = RosterProposal.State
STATE_TONES: Final = {
    State.WAITING: ("", ""),
    State.COMPUTING: ("", ""),
    State.READY: ("warn", "△"),
    State.FAILED: ("bad", "▲"),
    State.ADOPTED: ("ok", ""),
    State.DISCARDED: ("", ""),
}
METHODS: Final = {
    Method.ROTATION: gettext_lazy("by turns"),
    Method.CPSAT: gettext_lazy("by constraint solving"),
}
POSTS: Final = {
    Post.OFFICER: PersonKind.OFFICER.label,
    Post.AUXILIARY: PersonKind.AUXILIARY.label,
}
#: What somebody is kept from a shift by, as in "2 rest".
REASONS: Final = {
    Reason.NOBODY: gettext_lazy("nobody of this kind serves here"),
    Reason.FREE: gettext_lazy("free and not booked"),
    Reason.AWAY: gettext_lazy("absent or without a post here"),
    Reason.OVERLAP: gettext_lazy("on another shift"),
    Reason.REST: gettext_lazy("resting between two shifts"),
    Reason.WEEK: gettext_lazy("hours of the week used up"),
    Reason.RUN: gettext_lazy("six days in a row"),
    Reason.NIGHTS: gettext_lazy("three nights in a row"),
}
BROKEN: Final = {
    Reason.AWAY: gettext_lazy("booked while absent or without a post here"),
    Reason.OVERLAP: gettext_lazy("two shifts at once"),
    Reason.REST: gettext_lazy("too little rest before this shift"),
    Reason.WEEK: gettext_lazy("too many hours in the week"),
    Reason.RUN: gettext_lazy("more than six days in a row"),
    Reason.NIGHTS: gettext_lazy("more than three nights in a row"),
}
BURDENS: Final = {
    Burden.HOURS: gettext_lazy("Hours booked"),
    Burden.NIGHTS: gettext_lazy("Night shifts"),
    Burden.WEEKENDS: gettext_lazy("Weekends"),
    Burden.HOLIDAYS: gettext_lazy("Holidays"),
}


def why(gap: Uncovered) -> str:
    """What the crew is kept from the hours by, most frequent first."""
    if gap.reasons == ((Reason.NOBODY, 1),):
        return str(REASONS[Reason.NOBODY])
    parts = [
        _("%(number)d %(reason)s") % {"number": number, "reason": REASONS[reason]}
        for reason, number in gap.reasons
    ]
    return _("; ").join(parts)


UNCOVERED_COLUMNS: Final = (
    Column("from", gettext_lazy("from"), lambda gap: gap.span.start, primary=True),
    Column("until", gettext_lazy("until"), lambda gap: gap.span.end, primary=True),
    Column("kind", gettext_lazy("Kind"), lambda gap: gap.post, words=POSTS, primary=True),
    Column("missing", gettext_lazy("People missing"), lambda gap: gap.missing, numeric=True),
    Column("why", gettext_lazy("Reasons"), why, primary=True),
)


def violation_columns(people: Mapping[int, Person]) -> tuple[Column, ...]:
    """Rest rules that shifts break, and by whose."""

    def name(one: Violation) -> str:
        return people[one.person].name

    return (
        Column("name", gettext_lazy("Person's name"), name, primary=True),
        Column("from", gettext_lazy("from"), lambda one: one.span.start, primary=True),
        Column("until", gettext_lazy("until"), lambda one: one.span.end),
        Column("what", gettext_lazy("What"), lambda o: o.reason, words=BROKEN, primary=True),
    )


@dataclass(frozen=True, slots=True)
class Carried:
    """What somebody carries of each burden, beside what would be fair."""

    person: Person
    carried: Mapping[Burden, int]
    fair: Mapping[Burden, float]


def carried_by(quality: Quality, people: Mapping[int, Person]) -> list[Carried]:
    """One row a person, in the order of `people`."""
    carried: dict[int, dict[Burden, int]] = {pk: {} for pk in people}
    fair: dict[int, dict[Burden, float]] = {pk: {} for pk in people}
    for one in quality.shares:
        carried[one.person][one.burden] = one.carried
        fair[one.person][one.burden] = one.fair
    return [Carried(row, carried[pk], fair[pk]) for pk, row in people.items() if carried[pk]]


def _share_column(burden: Burden) -> Column:
    def text(row: Carried) -> str:
        return f"{row.carried[burden]} / {row.fair[burden]:.1f}"

    return Column(burden.value, BURDENS[burden], text, numeric=True, primary=True)


SHARE_COLUMNS: Final = (
    Column("name", gettext_lazy("Person's name"), lambda row: row.person.name, primary=True),
    Column("kind", gettext_lazy("Kind"), lambda row: row.person.get_kind_display()),
    *(_share_column(burden) for burden in BURDENS),
)


def figures(quality: Quality, needed: int) -> list[Figure]:
    """The report in four figures: open, rest, and how evenly burdens lie."""
    open_minutes = quality.uncovered_minutes
    broken = len(quality.violations)
    spreads = spread_of(quality)
    return [
        Figure(
            _("Hours left open"),
            hours(open_minutes),
            _("hours"),
            detail=_("of %(hours)s asked for") % {"hours": hours(needed)},
            tone="bad" if open_minutes else "ok",
            mark="▲" if open_minutes else "",
        ),
        Figure(
            _("Shifts against the rest rules"),
            broken,
            tone="bad" if broken else "ok",
            mark="▲" if broken else "",
        ),
        *(
            Figure(
                str(BURDENS[burden]),
                f"{spreads[burden][0]}–{spreads[burden][1]}",
                detail=_("fewest and most per person"),
            )
            for burden in BURDENS
        ),
    ]


def report_tables(quality: Quality, people: Mapping[int, Person]) -> dict[str, RenderedTable]:
    """The three tables of `duty_room/_quality.html`."""
    return {
        "uncovered": small_table(UNCOVERED_COLUMNS, quality.uncovered, _("Open hours")),
        "violations": small_table(violation_columns(people), quality.violations, _("Rest rules")),
        "shares": small_table(SHARE_COLUMNS, carried_by(quality, people), _("Shares")),
    }


def spread_of(quality: Quality) -> dict[Burden, tuple[int, int]]:
    """Fewest and most anybody carries of each burden."""
    found = {}
    for burden in Burden:
        counts = [one.carried for one in quality.shares if one.burden is burden]
        found[burden] = (min(counts, default=0), max(counts, default=0))
    return found


def hours(minutes: int) -> str:
    """Minutes as hours; a tenth where they are not whole."""
    return f"{minutes // 60}" if minutes % 60 == 0 else f"{minutes / 60:.1f}"


PROPOSAL_COLUMNS: Final = (
    Column(
        "from",
        gettext_lazy("from"),
        lambda row: row.first_day,
        lambda row: reverse("duty:proposal", args=[row.pk]),
        primary=True,
    ),
    Column("until", gettext_lazy("last day"), lambda row: row.last_day, primary=True),
    Column(
        "state",
        gettext_lazy("State"),
        lambda row: row.get_state_display(),
        tone=lambda row: STATE_TONES[row.state],
        primary=True,
    ),
    Column("method", gettext_lazy("Method"), lambda row: row.method, words=METHODS),
    Column("asked", gettext_lazy("Asked at"), lambda row: row.recorded_at),
    Column("by", gettext_lazy("By"), lambda row: row.recorded_by.name if row.recorded_by else ""),
)


def export_rows(
    quality: Quality, people: Mapping[int, Person]
) -> Sequence[tuple[str, str, object, object, str, object, object]]:
    """The whole report as rows of one sheet, under `EXPORT_HEADS`."""
    open_hours, rest = _("Open hours"), _("Rest rules")
    rows: list[tuple[str, str, object, object, str, object, object]] = [
        (open_hours, str(POSTS[gap.post]), gap.span.start, gap.span.end, why(gap), gap.missing, "")
        for gap in quality.uncovered
    ]
    rows += [
        (
            rest,
            people[one.person].name,
            one.span.start,
            one.span.end,
            str(BROKEN[one.reason]),
            1,
            "",
        )
        for one in quality.violations
    ]
    rows += [
        (
            _("Shares"),
            people[one.person].name,
            "",
            "",
            str(BURDENS[one.burden]),
            one.carried,
            round(one.fair, 1),
        )
        for one in quality.shares
    ]
    return rows


EXPORT_HEADS: Final = (
    gettext_lazy("Part"),
    gettext_lazy("Person or kind"),
    gettext_lazy("from"),
    gettext_lazy("until"),
    gettext_lazy("What"),
    gettext_lazy("How many"),
    gettext_lazy("fair share"),
)
