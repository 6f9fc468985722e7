"""The clocks of this app: a vacancy must be filled (第二十条)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from personnel.enums import PersonKind
from policeroom.common.deadlines import DeadlineKind, register
from policeroom.common.roles import Role

_ABOVE: Final = frozenset({Role.COUNTY, Role.CITY})

OFFICER_REFILL: Final = register(
    DeadlineKind("officer-refill", _("refill of an officer"), "JS-20-1", _ABOVE)
)
AUXILIARY_REFILL: Final = register(
    DeadlineKind("auxiliary-refill", _("refill of an auxiliary"), "JS-20-2", _ABOVE)
)

#: Kind of the person who is missing -> clock, and the parameter that holds its days.
REFILL: Final = {
    PersonKind.OFFICER: (OFFICER_REFILL, "P-20"),
    PersonKind.AUXILIARY: (AUXILIARY_REFILL, "P-20-2"),
}
