"""The clocks of this app, and who is told when one runs out. Registered once, from `ready`."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from policeroom.common.deadlines import DeadlineKind, register
from policeroom.common.roles import Role

_COMMAND: Final = frozenset({Role.STATION_LEAD, Role.COUNTY, Role.CITY, Role.COMMAND})

ORDER_RECEIPT: Final = register(
    DeadlineKind("order-receipt", _("receipt of a duty order"), "JS-15-4", _COMMAND)
)
DIRECTIVE_RECEIPT: Final = register(
    DeadlineKind("directive-receipt", _("receipt of a directive"), "JS-17-3", _COMMAND)
)
DIRECTIVE_FEEDBACK: Final = register(
    DeadlineKind("directive-feedback", _("feedback on a directive"), "JS-17-4", _COMMAND)
)
