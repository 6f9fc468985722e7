"""What the access screens share: the person who acts, the way back, the frame of a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse

from policeroom.accounts.models import User
from policeroom.common.access import scope_of
from policeroom.common.pages import Link

#: Methods of a page that asks and acts.
READ_WRITE = ["GET", "HEAD", "POST"]


def actor(request: HttpRequest) -> User:
    """The person who acts. Every view of this app has a policy, so somebody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def crumbs(*items: tuple[Any, str], here: Any) -> list[Link]:
    """Items of components/breadcrumb.html: label and view name of each page above, then this."""
    return [*(Link(label, reverse(name)) for label, name in items), Link(here)]


def list_context(
    request: HttpRequest, *, actions: list[Link], as_of: dt.datetime | None = None
) -> dict[str, Any]:
    """What every list template of this app reads beside the table."""
    root = scope_of(request).root
    return {
        "actions": actions,
        "as_of": as_of,
        "subtitle": root.unit_name if root else "",
        "sort": request.GET.get("sort", ""),
    }
