"""Whose calls a request reads: somebody may hold different rights in different places."""

from __future__ import annotations

from django.http import HttpRequest

from incidents.queries.board import holding
from policeroom.common import access
from policeroom.common.scope import Scope


def scope_of(request: HttpRequest) -> Scope:
    """The part of the request's scope where calls are read.

    An education inspector of one city who is an officer in another reads the calls of the other
    only. Every action of this part is held by readers alone, so none of them is lost by it.
    """
    return holding(access.scope_of(request))
