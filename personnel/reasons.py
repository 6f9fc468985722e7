"""What the reason codes of the strength rules say in a sentence."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

#: Reason code of `personnel.rules` -> sentence.
REASONS: Final[dict[str, Any]] = {
    "officer_present": _("A full-time officer serves here."),
    "no_officer": _("No full-time officer serves here."),
    "one_lead": _("One officer is in charge."),
    "no_lead": _("No officer is in charge."),
    "several_leads": _("Several officers are in charge; it must be one."),
    "enough_auxiliaries": _("Enough auxiliaries for the people on the campus."),
    "too_few_auxiliaries": _("Too few auxiliaries."),
    "population_unknown": _("The population is not recorded; more may be required."),
    "not_first_class": _("Not a Double First-Class university."),
    "enough_officers": _("An officer for each university."),
    "too_few_officers": _("Too few officers for the universities it covers."),
    "named_for_two": _("An officer is named for two universities."),
    "not_named": _("A university has no officer named for it."),
    "each_named": _("Each university has its named officer."),
    "one_room": _("Every officer here serves in this room only."),
    "several_rooms": _("An officer here has the primary post in another room."),
}

#: Rule -> short name.
RULE_NAMES: Final[dict[str, Any]] = {
    "JS-08-1": _("full-time officer"),
    "JS-08-2": _("officer in charge"),
    "JS-08-3": _("auxiliaries for the campus"),
    "JS-08-4": _("auxiliaries of the whole Double First-Class university (advice)"),
    "JS-08-5": _("officers of a centre"),
    "JS-08-6": _("auxiliaries of a centre"),
    "JS-08-7": _("one named officer for each university"),
    "JS-09-1": _("dedicated to one room"),
}
