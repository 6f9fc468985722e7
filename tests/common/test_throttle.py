"""Search and export at their limits: the last allowed, the first refused, the next window."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as LostConnection

from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
#: Ten seconds into a minute, five minutes into an hour.
NOW = dt.datetime(2026, 6, 10, 2, 5, 10, tzinfo=dt.UTC)
SEARCH = "/search/?q=澜江"
EXPORT = "/stations/?export=csv"


@pytest.fixture(autouse=True)
def clock(settings) -> Iterator[time_machine.Coordinates]:
    cache.clear()
    settings.SEARCHES_PER_MINUTE, settings.EXPORTS_PER_HOUR = 3, 2
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
    cache.clear()


def statuses(client: Client, address: str, times: int) -> list[int]:
    return [client.get(address).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("address", "limit", "wait"),
    [
        (SEARCH, 3, 50),
        ("/stations/?q=澜江", 3, 50),
        (EXPORT, 2, 3290),
        ("/reports/coverage/export.xlsx", 2, 3290),
        ("/reports/gaps/?export=xlsx", 2, 3290),
    ],
)
def test_the_first_one_too_many_is_told_when_to_try_again(
    city_supervisor: User, as_user: SignIn, address: str, limit: int, wait: int
) -> None:
    if address.startswith("/reports/coverage"):
        address = reverse("reports:coverage-export")
    client = as_user(city_supervisor)

    answers = [client.get(address) for _ in range(limit + 2)]

    assert [a.status_code for a in answers] == [200] * limit + [429, 429]
    assert answers[-1].headers["Retry-After"] == str(wait)
    assert "Try again at 1" in answers[-1].content.decode()
    refused = AuditEvent.objects.unscoped("test").filter(result=AuditEvent.Result.REFUSED)
    assert refused.count() == 1  # the trail keeps the first refusal of a window
    assert refused.get().actor == city_supervisor


def test_the_next_window_opens_again(
    city_supervisor: User, as_user: SignIn, clock: time_machine.Coordinates
) -> None:
    client = as_user(city_supervisor)
    assert statuses(client, SEARCH, 4) == [200, 200, 200, 429]

    clock.shift(49)
    assert statuses(client, SEARCH, 1) == [429]
    clock.shift(1)
    assert statuses(client, SEARCH, 1) == [200]


def test_people_and_kinds_are_counted_apart(
    city_supervisor: User, county_staff: User, as_user: SignIn
) -> None:
    one, other = as_user(city_supervisor), as_user(county_staff)
    assert statuses(one, SEARCH, 4)[-1] == 429

    assert statuses(other, SEARCH, 1) == [200]
    assert statuses(one, EXPORT, 1) == [200]
    assert statuses(one, "/search/", 5) == [200] * 5  # an empty search looks for nothing
    assert statuses(one, "/stations/", 5) == [200] * 5  # nor does a list without a word


def test_a_program_gets_a_problem_document(city_supervisor: User, as_user: SignIn) -> None:
    client = as_user(city_supervisor)
    statuses(client, SEARCH, 3)

    answer = client.get(SEARCH, headers={"Accept": "application/problem+json"})

    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["retry_after"]) == (429, 50)


def test_typing_on_after_the_limit_leads_to_the_page(
    city_supervisor: User, as_user: SignIn
) -> None:
    client = as_user(city_supervisor)
    statuses(client, SEARCH, 3)

    answer = client.get(SEARCH, headers={"HX-Request": "true"})

    assert answer.status_code == 429
    assert answer.headers["HX-Redirect"].startswith("/search/?q=")


def test_zero_counts_nothing(city_supervisor: User, as_user: SignIn, settings) -> None:
    settings.SEARCHES_PER_MINUTE = 0
    assert statuses(as_user(city_supervisor), SEARCH, 8) == [200] * 8


def test_a_lost_cache_never_hides_a_room(
    city_supervisor: User, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object, **_kwargs: object) -> None:
        raise LostConnection("gone")

    monkeypatch.setattr(cache, "add", lost)
    assert statuses(as_user(city_supervisor), SEARCH, 5) == [200] * 5
