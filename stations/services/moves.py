"""Moving a bureau in the tree: its path, and every row that carries a path below it.

A path is copied into every scoped table, so that access is a range and never a join. Moving a unit
therefore rewrites them all, found by walking the models: a table added later follows by itself.
The audit trail is history and keeps the paths under which it was written.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.scope import range_q, subtree
from stations.enums import LINE_DEPTH, UnitKind
from stations.models import OrgUnit, UnitMove
from stations.queries.moves import (
    PATH_LIST,
    path_list_models,
    path_models,
    rows_below,
    running_roles,
)
from stations.services.org import allocate_path

#: Line units that change their superior; rooms keep their bureau, cities their province.
MOVABLE_LINE: Final = frozenset({UnitKind.COUNTY, UnitKind.BRANCH})
#: How long after a move a request that had read the old path may still write it.
SETTLING: Final = dt.timedelta(days=1)


def is_movable(unit: OrgUnit) -> bool:
    """Whether the unit may hang elsewhere: counties, branches and every side unit."""
    return UnitKind(unit.kind) in MOVABLE_LINE or not unit.is_line


@transaction.atomic
def move_unit(
    *, unit: OrgUnit, parent: OrgUnit, seen_path: str, reason: str, by: Any, at: dt.datetime
) -> UnitMove:
    """Hang a unit under another superior, with everything below it.

    Source: 第二条, 第三条 (superior and local bureau). The unit, the units below and both superiors
    are locked; `seen_path` is where the person saw the unit, so that a move decided on an old page
    is refused. Grants stand on units and reach the new place at the next request. A line unit gets
    a number nobody had before: what is written late under the old one follows (`settle_moves`).
    Raises: ConflictError if the unit stands elsewhere by now; DomainError where it cannot hang,
    without a reason, or while roles of another level run on a side unit.
    """
    if not reason.strip():
        raise DomainError(_("Say why the unit moves."), field="reason")
    unit, parent = _locked_pair(unit, parent)
    _check(unit, parent, seen_path=seen_path, at=at)
    before = audit.snapshot(unit, ("parent", "org_path"))
    old_parent, old_path = unit.parent, unit.org_path
    new_path = allocate_path(parent, unit.kind)
    counts = _rewrite(unit, new_path)
    unit.parent, unit.org_path = parent, new_path
    unit.full_clean()
    unit.save(update_fields=["parent", "org_path"])
    move = UnitMove.objects.create(
        unit=unit,
        old_parent=old_parent,
        new_parent=parent,
        old_path=old_path,
        new_path=new_path,
        reason=reason.strip(),
        rows=counts,
        moved_at=at,
        moved_by=by,
    )
    after = audit.snapshot(unit, ("parent", "org_path"))
    audit.record(
        "bureaus.move",
        by=by,
        obj=unit,
        before=before,
        after={**after, "reason": reason.strip(), "rows": counts},
    )
    return move


@transaction.atomic
def settle_moves(*, now: dt.datetime) -> int:
    """Let rows follow that a request, begun before a move, wrote under the old path after it.

    Old numbers are never given again, so whatever stands under one is such a row. Returns how many
    followed; safe to run at any time and twice.
    """
    followed = 0
    recent = UnitMove.objects.unscoped("moves of the whole tree, to be settled")
    lines = recent.filter(moved_at__gt=now - SETTLING, unit__kind__in=list(LINE_DEPTH))
    for move in lines.order_by("id"):
        late = sum(_follow(move.old_path, move.new_path).values())
        if late:
            audit.record("bureaus.settle", by=None, obj=move.unit, after={"rows": late})
        followed += late
    return followed


def _locked_pair(unit: OrgUnit, parent: OrgUnit) -> tuple[OrgUnit, OrgUnit]:
    """Unit and new superior as they stand now; they, the old superior and all below are held."""
    rows = OrgUnit.objects.unscoped("units that a move touches").select_for_update(of=("self",))
    named = Q(pk__in=[unit.pk, parent.pk, unit.parent_id])
    below = range_q([subtree(unit.org_path)])
    held = {row.pk: row for row in rows.filter(named | below).order_by("pk")}
    return held[unit.pk], held[parent.pk]


def _check(unit: OrgUnit, parent: OrgUnit, *, seen_path: str, at: dt.datetime) -> None:
    if unit.org_path != seen_path:
        raise ConflictError(
            _(
                "%(unit)s was moved meanwhile and hangs under %(parent)s now. Look at it again "
                "first."
            )
            % {"unit": unit, "parent": unit.parent}
        )
    if not is_movable(unit):
        raise DomainError(
            _("%(unit)s stays where it is: only counties, branches and side units move.")
            % {"unit": unit}
        )
    if parent.pk == unit.parent_id:
        raise DomainError(
            _("%(unit)s already hangs under %(parent)s.") % {"unit": unit, "parent": parent},
            field="parent",
        )
    if unit.is_line or unit.parent is None or unit.parent.kind == parent.kind:
        return
    roles = running_roles(OrgUnit.objects.unscoped("one locked unit").filter(pk=unit.pk), at=at)
    if roles:
        raise DomainError(
            _(
                "%(count)d roles run on it for the level of %(parent)s. End them first, or choose "
                "a superior of the same level."
            )
            % {"count": roles, "parent": unit.parent},
            field="parent",
        )


def _rewrite(unit: OrgUnit, new_path: str) -> dict[str, int]:
    """Rows that follow the unit, by model.

    A line unit takes everything below its path along. A side unit shares the path of its superior:
    only its own accounts follow, known by the name of the unit.
    """
    if unit.is_line:
        return _follow(unit.org_path, new_path)
    accounts = User.objects.filter(org_path=unit.org_path, unit_name=unit.name)
    moved = accounts.update(org_path=new_path)
    return {User._meta.label_lower: moved} if moved else {}


def _follow(old_path: str, new_path: str) -> dict[str, int]:
    """Replace the beginning of every path below; returns the rows by model, zeros left out.

    Counted before: a table kept by a trigger follows together with the one it is kept from.
    """
    counts = {model: rows_below(model, old_path).count() for model in path_models()}
    changed = Concat(
        Value(new_path),
        Substr(F("org_path"), len(old_path) + 1),
        output_field=CharField(),
    )
    found = {model: count for model, count in counts.items() if count}
    with connection.cursor() as cursor:  # a large county takes longer than a page may
        cursor.execute("SET LOCAL statement_timeout = '10min'")
    for model in found:
        rows_below(model, old_path).update(org_path=changed)
    _follow_lists(old_path, new_path)
    return {model._meta.label_lower: count for model, count in found.items()}


def _follow_lists(old_path: str, new_path: str) -> None:
    """Let arrays of paths follow: an order to a bureau goes on to bind its rooms.

    The rows stay where they are, and so does what was sent to others in the same array.
    """
    with connection.cursor() as cursor:
        for model in path_list_models():
            table, column = map(connection.ops.quote_name, (model._meta.db_table, PATH_LIST))
            cursor.execute(
                f"""
                UPDATE {table} SET {column} = (
                    SELECT array_agg(CASE WHEN starts_with(path, %(old)s)
                                     THEN %(new)s || substr(path, %(after)s) ELSE path END
                                     ORDER BY place)
                    FROM unnest({column}) WITH ORDINALITY AS listed(path, place))
                WHERE EXISTS (SELECT 1 FROM unnest({column}) path WHERE starts_with(path, %(old)s))
                """,  # noqa: S608 -- names of our own models, quoted
                {"old": old_path, "new": new_path, "after": len(old_path) + 1},
            )
