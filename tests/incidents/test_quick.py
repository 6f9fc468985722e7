"""The quick line on the server: words and choices become one call, once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from incidents.enums import Disposition, IncidentKind, IncidentState, Source
from incidents.models import Category, Incident, IncidentEntry, MatchRule, Place
from incidents.services.quick import Line, UnsaidError, file_quick
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from tests.incidents.test_filing import NOW, category
from tests.world import World

pytestmark = pytest.mark.integration
MINUTE = dt.timedelta(minutes=1)
STANDARD = "南门 电动车纠纷 已调解"


@pytest.fixture
def gate(world: World) -> Place:
    return Place.objects.create(station=world.station_a1, name="南门")


def file(world: World, by: User, text: str, **more: Any) -> Incident:
    sent = {k: more.pop(k) for k in ("client_uuid", "fingerprint", "now") if k in more}
    line = Line(text=text, chosen=more.pop("chosen", {}), **more)
    values = {"now": NOW, **sent}
    return file_quick(station=world.station_a1, line=line, by=by, **values)


def first_line(incident: Incident) -> IncidentEntry:
    found = IncidentEntry.objects.unscoped("test").filter(incident=incident).order_by("id").first()
    assert found is not None
    return found


def test_standard_call_is_worked_out_and_closed(world: World, officer: User, gate: Place) -> None:
    incident = file(world, officer, STANDARD)
    assert (incident.place, incident.category.code, incident.disposition, incident.kind) == (
        gate,
        "dispute.traffic",
        Disposition.MEDIATED,
        IncidentKind.REPORT,
    )
    assert (incident.reported_at, list(incident.handlers.all())) == (NOW, [officer])
    assert (incident.state, incident.source) == (IncidentState.CLOSED, Source.QUICK)


def test_story_leaves_out_what_the_fields_say_and_keeps_the_line(
    world: World, officer: User, gate: Place
) -> None:
    incident = file(world, officer, STANDARD)
    assert incident.narrative == "电动车纠纷"
    assert first_line(incident).changes["typed"] == ["", STANDARD]


def test_story_stays_as_typed_where_a_person_decided_otherwise(
    world: World, officer: User, gate: Place
) -> None:
    other = Place.objects.create(station=world.station_a1, name="北门")
    incident = file(world, officer, STANDARD, chosen={"place": other})
    assert (incident.place, incident.narrative) == (other, STANDARD)
    assert "typed" not in first_line(incident).changes


def test_choice_stands_against_the_words(world: World, officer: User, gate: Place) -> None:
    chosen = {
        "category": category("enquiry.law"),
        "disposition": Disposition.ADVISED,
        "handlers": (),
        "reported_at": NOW - 30 * MINUTE,
    }
    incident = file(world, officer, STANDARD, chosen=chosen)
    assert (incident.category.code, incident.kind, incident.disposition) == (
        "enquiry.law",
        IncidentKind.ENQUIRY,
        Disposition.ADVISED,
    )
    assert (incident.reported_at, incident.handlers.count()) == (NOW - 30 * MINUTE, 0)


def test_category_left_unknown_on_purpose_stays_so(
    world: World, officer: User, gate: Place
) -> None:
    incident = file(world, officer, STANDARD, chosen={"category": None, "disposition": ""})
    assert (incident.category, incident.state) == (None, IncidentState.NEW)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        pytest.param("南门", {"category"}, id="no what"),
        pytest.param("电动车纠纷", {"place"}, id="no where"),
        pytest.param("嗯嗯", {"category", "place"}, id="neither"),
    ],
)
def test_what_and_where_are_asked_for(
    world: World, officer: User, gate: Place, text: str, missing: set[str]
) -> None:
    with pytest.raises(UnsaidError) as asked:
        file(world, officer, text)
    assert set(asked.value.asks) == missing
    assert not Incident.objects.unscoped("test").exists()
    assert file(world, officer, text, as_it_is=True).narrative == text


def test_empty_line_is_refused(world: World, officer: User) -> None:
    with pytest.raises(DomainError) as refusal:
        file(world, officer, "  ", as_it_is=True)
    assert refusal.value.field == "text"


@pytest.mark.parametrize(
    ("word", "minutes"),
    [
        pytest.param("t", 0, id="now"),
        pytest.param("-15", 15, id="minutes ago"),
        pytest.param("1530", 12, id="clock"),
        pytest.param("1600", 23 * 60 + 42, id="clock of yesterday"),
    ],
)
def test_shorthand_says_when_it_was_reported(
    world: World, officer: User, gate: Place, word: str, minutes: int
) -> None:
    incident = file(world, officer, f"{STANDARD} {word}")
    assert (incident.reported_at, incident.occurred_from) == (NOW - minutes * MINUTE, None)
    assert incident.narrative == "电动车纠纷"


def test_spoken_time_says_when_it_happened(world: World, officer: User, gate: Place) -> None:
    incident = file(world, officer, f"昨晚2210 {STANDARD}")
    assert incident.reported_at == NOW
    assert incident.occurred_from == NOW.replace(hour=22, minute=10) - dt.timedelta(days=1)


def test_new_place_is_learned_once(world: World, officer: User) -> None:
    first = file(world, officer, "风雨操场 电动车纠纷 已调解")
    second = file(world, officer, "风雨操场 手机被偷")
    assert first.place is not None
    assert (first.place.name, first.place) == ("风雨操场", second.place)


def test_written_place_that_is_no_name_stays_words(world: World, officer: User) -> None:
    words = "从图书馆到食堂的那条小路上"
    incident = file(world, officer, "电动车纠纷", chosen={"place": words})
    assert (incident.place, incident.place_text) == (None, words)


# --- the device's clock -------------------------------------------------------------------------
def test_words_are_read_at_the_instant_of_the_capture(
    world: World, officer: User, gate: Place
) -> None:
    captured = NOW - dt.timedelta(hours=3)
    incident = file(world, officer, f"{STANDARD} -15", captured_at=captured)
    assert incident.reported_at == captured - 15 * MINUTE
    assert incident.source == Source.OFFLINE
    assert first_line(incident).changes["captured_at"] == [captured.isoformat(), NOW.isoformat()]


@pytest.mark.parametrize(
    ("ahead", "flagged"),
    [
        pytest.param(dt.timedelta(minutes=5), False, id="at the limit"),
        pytest.param(dt.timedelta(minutes=5, seconds=1), True, id="above"),
        pytest.param(dt.timedelta(days=400), True, id="wrong year"),
    ],
)
def test_device_clock_that_runs_ahead_is_flagged_and_not_believed(
    world: World, officer: User, gate: Place, ahead: dt.timedelta, flagged: bool
) -> None:
    incident = file(world, officer, STANDARD, captured_at=NOW + ahead)
    assert incident.reported_at == NOW
    assert ("captured_at" in first_line(incident).changes) is flagged


def test_capture_of_seven_days_ago_is_the_oldest(world: World, officer: User, gate: Place) -> None:
    week = dt.timedelta(days=7)
    assert file(world, officer, STANDARD, captured_at=NOW - week).reported_at == NOW - week
    with pytest.raises(DomainError, match="more than 7 days ago"):
        file(world, officer, STANDARD, captured_at=NOW - week - dt.timedelta(seconds=1))


# --- resends ------------------------------------------------------------------------------------
def test_resend_gives_the_first_record_after_the_rules_changed(
    world: World, officer: User, gate: Place
) -> None:
    sent = {"client_uuid": uuid.uuid4(), "fingerprint": "a" * 64, "captured_at": NOW}
    first = file(world, officer, STANDARD, **sent)
    Category.objects.filter(code="dispute.traffic").update(is_active=False)
    MatchRule.objects.create(
        target="category",
        category=category("help.lost"),
        keyword="电动车纠纷",
        weight=10,
        org_path="",
        created_by=officer,
        created_at=NOW,
    )
    gate.name = "正南门"
    gate.save()
    again = file(world, officer, STANDARD, now=NOW + dt.timedelta(days=9), **sent)
    assert (again, again.category.code) == (first, "dispute.traffic")
    assert Incident.objects.unscoped("test").count() == 1


def test_other_line_under_the_same_uuid_is_refused(
    world: World, officer: User, gate: Place
) -> None:
    key = uuid.uuid4()
    file(world, officer, STANDARD, client_uuid=key, fingerprint="a" * 64)
    with pytest.raises(ConflictError):
        file(world, officer, "南门 手机被偷", client_uuid=key, fingerprint="b" * 64)
