"""The clocks of this app: who is told when one runs out, and the one act that stops it.

Registered once, when the app is ready. `ACTS` names for each kind the right, the words and the
address (which takes the id of the clock's subject).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from policeroom.common.deadlines import DeadlineKind, register
from policeroom.common.roles import Role

_ROOM_AND_COUNTY: Final = frozenset({Role.STATION_LEAD, Role.COUNTY})
_COMMAND: Final = frozenset({Role.STATION_LEAD, Role.COUNTY, Role.CITY, Role.COMMAND})

TRANSFER_RECEIPT: Final = register(
    DeadlineKind("transfer-receipt", _("receipt of a transfer"), "JS-13-6b", _ROOM_AND_COUNTY)
)
LEAD_RESULT: Final = register(
    DeadlineKind("lead-result", _("result of a lead"), "JS-13-2", _ROOM_AND_COUNTY)
)
TASK_RESULT: Final = register(
    DeadlineKind("task-result", _("assigned task"), "JS-13-8", _ROOM_AND_COUNTY)
)
HAZARD_RECHECK: Final = register(
    DeadlineKind("hazard-recheck", _("recheck of a hazard"), "JS-13-3b", _ROOM_AND_COUNTY)
)
URGENT_REPORT: Final = register(
    DeadlineKind("urgent-report", _("first report to the superior"), "JS-14-4a", _COMMAND)
)
URGENT_NOTIFY: Final = register(
    DeadlineKind("urgent-notify", _("notice to the other side"), "JS-14-4b", _COMMAND)
)
#: Beside the first report: when it counts as omitted (漏报) the city and the province learn of it.
URGENT_OMISSION: Final = register(
    DeadlineKind(
        "urgent-omission",
        _("report counts as omitted"),
        "JS-14-4a",
        frozenset({Role.COUNTY, Role.CITY, Role.COMMAND, Role.PROVINCE}),
    )
)

KINDS: Final = (
    URGENT_REPORT,
    URGENT_NOTIFY,
    URGENT_OMISSION,
    LEAD_RESULT,
    TASK_RESULT,
    TRANSFER_RECEIPT,
    HAZARD_RECHECK,
)


@dataclass(frozen=True, slots=True)
class Act:
    """What stops a clock: the right it takes, the words on the button, the address."""

    action: str
    label: Any
    url_name: str


ACTS: Final[dict[str, Act]] = {
    TRANSFER_RECEIPT.code: Act(
        "transfers.receive", _("Record the receipt"), "incidents:transfer-receipt"
    ),
    LEAD_RESULT.code: Act("leads.answer", _("Give the result"), "incidents:lead-answer"),
    TASK_RESULT.code: Act("leads.answer", _("Report it done"), "incidents:task-answer"),
    HAZARD_RECHECK.code: Act("hazards.edit", _("Record the recheck"), "incidents:hazard-recheck"),
    URGENT_REPORT.code: Act("urgent.report", _("Record the report"), "incidents:urgent-report"),
    URGENT_NOTIFY.code: Act("urgent.report", _("Record the notice"), "incidents:urgent-notify"),
    URGENT_OMISSION.code: Act("urgent.report", _("Record the report"), "incidents:urgent-report"),
}
