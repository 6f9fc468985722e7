"""Deny by default: every view says who may reach it, or nobody may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.roles import roles_for
from policeroom.common.scope import NOBODY, Scope

View = TypeVar("View", bound=Callable[..., Any])
Row = TypeVar("Row", bound=models.Model)

PUBLIC = "public"
SIGNED_IN = "signed-in"


def requires(action: str) -> Callable[[View], View]:
    """Declare the action a view needs; the middleware answers 403 to who does not hold it.

    Raises: KeyError at import if the action is not in the roles table.
    """
    roles_for(action)

    def mark(view: View) -> View:
        view.access_policy = action  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: View) -> View:
    """Declare that every signed-in person may reach the view (own account, inbox)."""
    view.access_policy = SIGNED_IN  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Declare that the view needs no sign-in."""
    view.access_policy = PUBLIC  # type: ignore[attr-defined]
    return login_not_required(view)


def policy_of(view: Any) -> str | None:
    """The declared policy of a resolved view; class views declare it as `access_policy`."""
    declared = getattr(view, "access_policy", None)
    if declared is None:
        declared = getattr(getattr(view, "view_class", None), "access_policy", None)
    if declared is None:
        declared = getattr(getattr(view, "cls", None), "access_policy", None)
    return declared


def scope_of(request: HttpRequest) -> Scope:
    """The request's scope; nobody's where the middleware has not run."""
    return getattr(request, "scope", NOBODY)


def fetch(
    rows: ScopedQuerySet,
    scope: Scope,
    *,
    action: str | None = None,
    path: str = "org_path",
    **lookup: Any,
) -> Any:
    """One object through the scope; see `pick`."""
    return pick(rows.within(scope), scope, action=action, path=path, **lookup)


def pick(
    rows: QuerySet[Any],
    scope: Scope,
    *,
    action: str | None = None,
    path: str = "org_path",
    **lookup: Any,
) -> Any:
    """One object of rows that are already limited to what the reader may see.

    Not among them: Http404, as if it did not exist. Among them, but `action` is not held at its
    place: PermissionDenied. `path` is the attribute route to the object's `org_path`.
    """
    found = rows.filter(**lookup).first()
    if found is None:
        raise Http404
    if action is not None and not scope.allows(action, _follow(found, path)):
        raise PermissionDenied
    return found


def _follow(obj: Any, path: str) -> str:
    for name in path.split("__"):
        obj = getattr(obj, name)
    return obj
