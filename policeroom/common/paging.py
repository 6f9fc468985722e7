"""Keyset pages and capped counts: no OFFSET, no exact count over a large table."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

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
    A cursor that cannot be read (edited by hand) starts from the first page.
    """
    keys = [name.lstrip("-") for name in order]
    after = _decode(cursor, len(keys))
    if after is not None:
        rows = rows.filter(_after(order, after))
        if len(order) > 1 and keys[0] not in rows.query.annotations:
            rows = rows.filter(_bound(order[0], after[0]))
    found = list(rows.order_by(*order)[: size + 1])
    more = len(found) > size
    found = found[:size]
    next_cursor = _encode([_value(found[-1], key) for key in keys]) if more else ""
    return Page(found, next_cursor)


def capped_count(rows: QuerySet, *, cap: int = COUNT_CAP) -> str:
    """The number of rows as text, "999+" beyond the cap. Annotations are not computed for it."""
    number = rows.order_by().values("pk")[: cap + 1].count()
    return f"{cap}+" if number > cap else str(number)


def _after(order: tuple[str, ...], values: list[Any]) -> Q:
    condition = Q()
    for index in reversed(range(len(order))):
        name, value = order[index], values[index]
        step = "lt" if name.startswith("-") else "gt"
        key = name.lstrip("-")
        beyond = Q(**{f"{key}__{step}": value})
        condition = beyond if index == len(order) - 1 else beyond | (Q(**{key: value}) & condition)
    return condition


def _bound(name: str, value: Any) -> Q:
    """What `_after` implies for the first field: the OR form alone cannot start an index scan."""
    step = "lte" if name.startswith("-") else "gte"
    return Q(**{f"{name.lstrip('-')}__{step}": value})


def _value(row: Any, key: str) -> Any:
    for part in key.split("__"):
        row = getattr(row, part)
    return row


def _encode(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode()


def _decode(cursor: str, length: int) -> list[Any] | None:
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, UnicodeDecodeError):
        return None
    return values if isinstance(values, list) and len(values) == length else None
