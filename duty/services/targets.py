"""Whom an order is for: places below its issuer."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from policeroom.common.errors import DomainError
from stations.enums import LINE_DEPTH
from stations.models import OrgUnit


def checked_targets(issuer: OrgUnit, targets: Sequence[str]) -> list[str]:
    """The widest of the named places, in order.

    Raises: DomainError if none is named, or one lies outside the issuer's area.
    """
    asked = sorted(set(targets))
    rows = OrgUnit.objects.unscoped("that a target exists").filter(
        org_path__in=asked, kind__in=sorted(LINE_DEPTH)
    )
    known = set(rows.order_by().values_list("org_path", flat=True))
    if not asked or known != set(asked):
        raise DomainError(_("Choose whom the order is for."), field="targets")
    if any(not path.startswith(issuer.org_path) for path in asked):
        raise DomainError(
            _("An order is for rooms of %(unit)s only.") % {"unit": issuer.name}, field="targets"
        )
    widest: list[str] = []
    for path in asked:
        if not (widest and path.startswith(widest[-1])):
            widest.append(path)
    return widest
