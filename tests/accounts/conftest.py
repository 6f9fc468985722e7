"""The clock stands still in every test of this folder; a test moves it on purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from policeroom.accounts.models import User
from tests.world import PASSWORD

#: A Monday morning; the fixture grants are valid since January.
NOW = dt.datetime(2026, 3, 2, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def clock() -> object:
    """Frozen at NOW; `clock.shift(seconds or timedelta)` moves it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sign_in() -> Callable[..., HttpResponse]:
    """Send the sign-in form with a browser of its own or the given one."""

    def send(
        user: User | str, password: str = PASSWORD, *, browser: Client | None = None, **data: str
    ) -> HttpResponse:
        username = user if isinstance(user, str) else user.username
        form = {"username": username, "password": password, **data}
        return (browser or Client()).post(
            reverse("accounts:login"), form, headers={"accept-language": "en"}
        )

    return send
