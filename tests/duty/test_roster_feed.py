"""The calendar of own shifts: a secret address, own shifts only, gone when it is revoked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from duty.models import RosterFeed
from duty.models.roster_feed import digest_of
from duty.services.roster import strike_shift
from duty.services.roster_feed import open_feed
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from tests.duty.presence_helpers import at, shift
from tests.personnel.people_helpers import serves
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
PAGE, FEED = "/duty/roster/subscription/", "/duty/roster/feed.ics"
NOW = at("09:00")


@pytest.fixture
def own(world: World, county_staff: User, officer: User) -> Person:
    """The officer's own person."""
    person = serves(world.station_a1, county_staff, name="陈一").person
    person.user = officer
    person.save(update_fields=["user"])
    return person


@pytest.fixture
def key(own: Person, officer: User) -> str:
    return open_feed(user=officer, by=officer, at=NOW)


def read(key: str) -> tuple[int, list[Calendar]]:
    """What a calendar gets, without a session."""
    with time_machine.travel(NOW, tick=False):
        answer = Client().get(FEED, {"key": key})
    found = Calendar.from_ical(answer.content) if answer.status_code == 200 else None
    return answer.status_code, found.walk("VEVENT") if found else []


def test_calendar_holds_own_shifts_in_local_time_and_nobody_else(
    world: World, own: Person, key: str, officer: User, county_staff: User
) -> None:
    other = serves(world.station_a1, county_staff, name="王岗").person
    mine = shift(world.station_a1, own, at("20:00"), at("08:00", days=1))
    shift(world.center_a, own, at("08:00", days=3), at("20:00", days=3))
    shift(world.station_a1, other, at("08:00"), at("20:00"))
    struck = shift(world.station_a1, own, at("08:00", days=9), at("20:00", days=9))
    strike_shift(shift=struck, by=officer, at=NOW)
    shift(world.station_a1, own, at("08:00", days=-90), at("20:00", days=-90))

    with time_machine.travel(NOW, tick=False):
        answer = Client().get(FEED, {"key": key})

    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert "DTSTART;TZID=Asia/Shanghai:20260916T200000" in text
    assert "BEGIN:VTIMEZONE" in text
    assert not any(name in text for name in ("王岗", "陈一", officer.username))
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(e["LOCATION"], e.decoded("DTSTART"), e.decoded("DTEND")) for e in events] == [
        (world.station_a1.name, at("20:00"), at("08:00", days=1)),
        (world.center_a.name, at("08:00", days=3), at("20:00", days=3)),
    ]
    assert events[0]["UID"] == f"shift-{mine.pk}@policeroom"


def test_only_the_digest_is_kept(key: str) -> None:
    secret = key.partition(".")[2]
    row = RosterFeed.objects.get()
    assert row.secret_digest == digest_of(secret)
    assert len(secret) >= 43  # 256 bits
    kept = str(list(RosterFeed.objects.values())) + str(list(AuditEvent.everything.values()))
    assert secret not in kept


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("1.wrong", id="no such key"),
        pytest.param("x", id="no number"),
        pytest.param("9" * 40 + ".x", id="number beyond the database"),
        pytest.param("²." + "a" * 43, id="digit that is none"),
    ],
)
def test_wrong_key_is_absent(key: str, wrong: str) -> None:
    number, _dot, secret = key.partition(".")
    for tried in (wrong, f"{number}.{secret[:-1]}", f"{number}.", f"{int(number) + 1}.{secret}"):
        assert read(tried)[0] == 404
    assert read("")[0] == 400
    assert read(key)[0] == 200


def test_key_opens_nothing_once_it_is_replaced_or_the_account_or_person_is_gone(
    own: Person, key: str, officer: User
) -> None:
    newer = open_feed(user=officer, by=officer, at=NOW)
    assert (read(key)[0], read(newer)[0]) == (404, 200)
    for obj, field, value in (
        (own, "left_on", NOW.date()),
        (own, "user", None),
        (officer, "is_active", False),
    ):
        before = getattr(obj, field)
        setattr(obj, field, value)
        obj.save(update_fields=[field])
        assert read(newer)[0] == 404
        setattr(obj, field, before)
        obj.save(update_fields=[field])
        assert read(newer)[0] == 200


def test_address_is_shown_once_and_revoked_on_the_page(
    own: Person, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    assert client.get(PAGE).context["address"] == ""
    address = client.post(PAGE).context["address"]
    parts = urlsplit(address)
    assert parts.path == FEED
    key = parts.query.removeprefix("key=")
    assert read(key)[0] == 200
    again = client.get(PAGE)
    assert key not in again.content.decode()
    assert again.context["feed"].user == officer
    answer = client.post(f"{PAGE}revoke/", follow=True)
    assert "The address is revoked." in answer.content.decode()
    assert read(key)[0] == 404
    actions = AuditEvent.everything.filter(action__startswith="roster.feed").order_by("id")
    assert list(actions.values_list("action", flat=True)) == [
        "roster.feed-open",
        "roster.feed-revoke",
    ]


def test_account_without_a_person_has_no_address(station_lead: User, as_user: SignIn) -> None:
    answer = as_user(station_lead).post(PAGE)
    assert (answer.context["address"], RosterFeed.objects.count()) == ("", 0)
    assert "no shifts" in answer.content.decode()
