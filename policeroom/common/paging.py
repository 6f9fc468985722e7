"""Keyset pages and capped counts: no OFFSET, no exact count over a large table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import F, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

PAGE_SIZE = 50
COUNT_CAP = 999


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page and the cursor of the next, "" at the end."""

    rows: list[Any]
    next_cursor: str


def keyset_page(
    rows: QuerySet, *, order: tuple[str, ...], cursor: str, size: int = PAGE_SIZE
) -> Page:
    """Rows after `cursor` in the given order; the last order field must be unique.

    `order` holds field names of the model, each optionally with "-". None of them may be null.
    Cursors are signed for the model and the order: one edited by hand, or brought from another
    list, starts from the first page.
    """
    keys = [name.lstrip("-") for name in order]
    signer = Signer(salt=f"cursor {rows.model._meta.label_lower} {' '.join(order)}")
    after = _decode(cursor, signer)
    if after is not None:
        rows = rows.filter(_after(order, after))
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    found = found[:size]
    next_cursor = _encode([_value(found[-1], key) for key in keys], signer) if more else ""
    return Page(found, next_cursor)


def capped_count(rows: QuerySet, *, cap: int = COUNT_CAP) -> str:
    """The number of rows as text, "999+" beyond the cap. Annotations are not computed for it."""
    number = rows.order_by().values("pk")[: cap + 1].count()
    return f"{cap}+" if number > cap else str(number)


def _after(order: tuple[str, ...], values: list[Any]) -> Any:
    """Rows beyond the values, in a form that starts an index scan there.

    One direction: a row comparison, the first field decides and the planner knows how many rows
    follow. Mixed directions have none: the OR form, and beside it what it implies for the first
    field, because OR alone reads every row before the cursor.
    """
    down = [name.startswith("-") for name in order]
    keys = [name.lstrip("-") for name in order]
    if len(set(down)) == 1:
        beyond = TupleLessThan if down[0] else TupleGreaterThan
        return beyond(Tuple(*map(F, keys)), tuple(values))
    condition = Q()
    for key, is_down, value in reversed(list(zip(keys, down, values, strict=True))):
        further = Q(**{f"{key}__{'lt' if is_down else 'gt'}": value})
        condition = further | (Q(**{key: value}) & condition) if condition else further
    return condition & Q(**{f"{keys[0]}__{'lte' if down[0] else 'gte'}": values[0]})


def _value(row: Any, key: str) -> Any:
    for part in key.split("__"):
        row = getattr(row, part)
    return row


def _encode(values: list[Any], signer: Signer) -> str:
    plain = json.loads(json.dumps(values, default=str))
    return signer.sign_object(plain)


def _decode(cursor: str, signer: Signer) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values: list[Any] = signer.unsign_object(cursor)
    except (BadSignature, ValueError):
        return None
    return values
