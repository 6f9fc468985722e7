"""What the access screens share: fetching for administrators, facts and buttons of a page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from policeroom.accounts.models import User
from policeroom.common.access import scope_of
from policeroom.common.scope import Scope
from policeroom.common.tables import display


def fetch_one(
    rows: QuerySet[Any], scope: Scope, *, pk: int, held: str | None = None, path: str = ""
) -> Any:
    """One row of an already scoped queryset: 404 outside it, 403 without `held` at `path`.

    `policeroom.common.access.fetch` starts from the data ranges, which administrators do not have.
    `held` is an action, `path` the attribute route to the row's `org_path`.
    """
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    if held is not None:
        place = found
        for name in path.split("__"):
            place = getattr(place, name)
        if not scope.allows(held, place):
            raise PermissionDenied
    return found


def actor(request: HttpRequest) -> User:
    """The person who acts. Every view of this app has a policy, so somebody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def fact(label: Any, value: Any, **more: Any) -> dict[str, Any]:
    """One item of components/facts.html; `more` holds url, tone, mark or hint."""
    return {"label": label, "text": display(value), **more}


def action(label: Any, url: str, icon: str, tone: str = "") -> dict[str, Any]:
    """One button of components/page_head.html."""
    return {"label": label, "url": url, "icon": icon, "tone": tone}


def consequence(number: int, text: str) -> dict[str, Any]:
    """One line of components/confirm.html."""
    return {"number": number, "text": text}


def crumbs(*items: tuple[Any, str], here: Any) -> list[dict[str, Any]]:
    """Items of components/breadcrumb.html: label and view name of each page above, then this."""
    above = [{"label": label, "url": reverse(name)} for label, name in items]
    return [*above, {"label": here, "url": ""}]


def list_context(
    request: HttpRequest, *, actions: list[dict[str, Any]], as_of: dt.datetime | None = None
) -> dict[str, Any]:
    """What every list template of this app reads beside the table."""
    root = scope_of(request).root
    return {
        "actions": actions,
        "as_of": as_of,
        "subtitle": root.unit_name if root else "",
        "sort": request.GET.get("sort", ""),
    }
