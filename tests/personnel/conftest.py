"""A request as the middleware hands it to a view, to count the view's own queries."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone

from personnel.queries import scope_for
from policeroom.accounts.models import User


@pytest.fixture
def asked() -> Callable[[User, str], HttpRequest]:
    """A GET by a person, with the scope compiled and nothing else asked of the database yet."""

    def build(user: User, path: str) -> HttpRequest:
        request = RequestFactory().get(path)
        request.user = user
        request.scope = scope_for(user, at=timezone.now())
        return request

    return build
