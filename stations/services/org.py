"""The organisation tree: where a new unit stands, and its path."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import DomainError
from policeroom.common.scope import SEGMENTS, path_end
from stations.enums import LINE_DEPTH, UnitKind
from stations.models import OrgUnit, UnitMove

AUDITED = (
    "kind",
    "name",
    "area_name",
    "division_code",
    "parent",
    "grid_column",
    "grid_row",
    "provisional",
)


def next_child_path(parent_path: str, taken: list[str], *, depth: int) -> str:
    """The lowest free path of `depth` under `parent_path`.

    A station directly under a city bureau takes the county segment "00", which no county has.
    `taken` holds the paths of the existing children at that depth.
    Raises: DomainError when every number of the segment is used.
    """
    start = sum(SEGMENTS[: depth - 1])
    base = parent_path.ljust(start, "0")
    width = SEGMENTS[depth - 1]
    used = {int(path[start : start + width]) for path in taken if path.startswith(base)}
    for number in range(1, 10**width):
        if number not in used:
            return f"{base}{number:0{width}d}"
    raise DomainError(_("No path number is left under %(path)s.") % {"path": parent_path})


def allocate_path(parent: OrgUnit | None, kind: str) -> str:
    """Path of a new unit of `kind` under `parent`; side units share their parent's.

    Locks the parent row, so that two creations never get the same number.
    Raises: DomainError if the kind cannot hang there.
    """
    depth = LINE_DEPTH.get(UnitKind(kind))
    if depth is None:
        if parent is None or not parent.is_line:
            raise DomainError(_("A side unit hangs at a bureau."), field="parent")
        return parent.org_path
    parent_depth = LINE_DEPTH[UnitKind(parent.kind)] if parent is not None and parent.is_line else 0
    allowed = {1: {0}, 2: {1}, 3: {2}, 4: {2, 3}}[depth]
    if parent_depth not in allowed or (parent is not None and not parent.is_line):
        raise DomainError(
            _("A unit of kind %(kind)s cannot hang under %(parent)s.")
            % {"kind": UnitKind(kind).label, "parent": parent or "–"},
            field="parent",
        )
    if parent is not None:
        # as it stands under the lock: the parent may have moved since the caller read it
        parent = (
            OrgUnit.objects.unscoped("lock the parent, choose a number")
            .select_for_update(of=("self",))
            .get(pk=parent.pk)
        )
    base = parent.org_path if parent is not None else ""
    siblings = OrgUnit.objects.unscoped("numbers already used by siblings").filter(
        kind__in=[k for k, d in LINE_DEPTH.items() if d == depth]
    )
    left = UnitMove.objects.unscoped("numbers that units left behind are not given again")
    if base:
        siblings = siblings.filter(org_path__gte=base, org_path__lt=path_end(base))
        left = left.filter(old_path__gte=base, old_path__lt=path_end(base))
    taken = [
        *siblings.values_list("org_path", flat=True),
        *left.filter(unit__kind__in=list(LINE_DEPTH)).values_list("old_path", flat=True),
    ]
    return next_child_path(base, taken, depth=depth)


@transaction.atomic
def create_unit(
    *,
    parent: OrgUnit | None,
    kind: str,
    name: str,
    by: Any,
    area_name: str = "",
    division_code: str | None = None,
    grid_column: int | None = None,
    grid_row: int | None = None,
    provisional: bool = False,
) -> OrgUnit:
    """Add a unit to the organisation (第二条, 第三条).

    Raises: DomainError if the kind cannot hang under the parent; ValidationError on bad fields.
    """
    unit = OrgUnit(
        parent=parent,
        kind=kind,
        name=name,
        area_name=area_name,
        division_code=division_code or None,
        grid_column=grid_column,
        grid_row=grid_row,
        provisional=provisional,
        org_path=allocate_path(parent, kind),
    )
    unit.full_clean()
    unit.save()
    audit.record("bureaus.edit", by=by, obj=unit, after=audit.snapshot(unit, AUDITED))
    return unit


@transaction.atomic
def edit_unit(*, unit: OrgUnit, by: Any, **changes: Any) -> OrgUnit:
    """Rename a unit or correct its codes; `moves.move_unit` changes its place in the tree.

    Raises: ValidationError on bad fields.
    """
    before = audit.snapshot(unit, AUDITED)
    for name, value in changes.items():
        setattr(unit, name, value)
    unit.full_clean()
    unit.save()
    audit.record(
        "bureaus.edit", by=by, obj=unit, before=before, after=audit.snapshot(unit, AUDITED)
    )
    return unit
