"""Hours meant to be empty: recorded once, counted nowhere as open, struck; the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from duty.models import IntendedGap
from duty.queries.roster import week_of
from duty.services.roster_gaps import add_gap, strike_gap
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from tests.duty.presence_helpers import at
from tests.duty.test_roster import MONDAY, usual
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]


@pytest.fixture
def gap_facts(world: World, station_lead: User) -> dict[str, Any]:
    """Wednesday 12:00 to 14:00."""
    usual(world.station_a1, station_lead)
    hours = {"starts_at": at("12:00"), "ends_at": at("14:00")}
    return {"station": world.station_a1, **hours, "reason": "统一午休", "by": station_lead}


def open_on_wednesday(world: World) -> list[tuple[dt.datetime, dt.datetime]]:
    lacks = week_of(world.station_a1, MONDAY).lacks
    wednesday = at("00:00"), at("00:00", days=1)
    spans = [lack.span for lack in lacks]
    return [(s.start, s.end) for s in spans if wednesday[0] <= s.start < wednesday[1]]


def test_intended_hours_are_not_open_until_they_are_struck(
    world: World, station_lead: User, gap_facts: dict[str, Any]
) -> None:
    whole = [(at("08:00"), at("20:00"))]
    assert open_on_wednesday(world) == whole
    row = add_gap(**gap_facts)
    assert open_on_wednesday(world) == [(at("08:00"), at("12:00")), (at("14:00"), at("20:00"))]
    strike_gap(gap=row, by=station_lead, at=at("07:00"))
    assert open_on_wednesday(world) == whole
    with pytest.raises(DomainError, match="already struck"):
        strike_gap(gap=row, by=station_lead, at=at("07:01"))
    actions = AuditEvent.everything.filter(object_type="duty.intendedgap").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["roster.gap", "roster.gap-strike"]


def test_hours_are_meant_to_be_empty_once(gap_facts: dict[str, Any]) -> None:
    add_gap(**gap_facts)
    with pytest.raises(DomainError, match="2026-09-16 12:00 to 14:00 \\(统一午休\\)"):
        add_gap(**gap_facts | {"starts_at": at("13:59"), "ends_at": at("15:00")})
    add_gap(**gap_facts | {"starts_at": at("14:00"), "ends_at": at("15:00")})
    with pytest.raises(ValidationError, match="after the start"):
        add_gap(**gap_facts | {"starts_at": at("16:00"), "ends_at": at("16:00")})


def test_lead_adds_and_strikes_on_the_page_of_the_week(
    world: World, station_lead: User, officer: User, gap_facts: dict[str, Any], as_user: SignIn
) -> None:
    client, page = as_user(station_lead), f"/duty/roster/rooms/{world.station_a1.pk}/"
    sent = {"starts_at": "2026-09-16T12:00", "ends_at": "2026-09-16T14:00", "reason": "统一午休"}
    answer = client.post(f"{page}empty/new/?on={MONDAY}", sent, follow=True)
    assert answer.redirect_chain[-1][0] == f"{page}?on={MONDAY}"
    assert "Meant to be empty: 2026-09-16 12:00 to 14:00." in answer.content.decode()
    row = IntendedGap.everything.get()
    strike = f"/duty/roster/empty/{row.pk}/strike/?on={MONDAY}"
    assert strike in answer.content.decode()
    again = client.post(f"{page}empty/new/", sent)
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["starts_at"])

    reader = as_user(officer).get(f"{page}?on={MONDAY}").content.decode()
    assert "统一午休" in reader
    assert "/strike/" not in reader

    assert client.post(strike).headers["Location"] == f"{page}?on={MONDAY}"
    assert client.get(strike).status_code == 404


def test_usual_shift_leads_back_to_the_week_it_was_opened_from(
    world: World, station_lead: User, as_user: SignIn
) -> None:
    client, page = as_user(station_lead), f"/duty/roster/rooms/{world.station_a1.pk}/"
    text = client.get(f"{page}?on=2027-03-03").content.decode()
    new = f"{page}templates/new/?on=2027-03-01"
    assert new in text
    shown = client.get(new)
    assert shown.context["cancel_url"] == f"{page}?on=2027-03-01"
    sent = {"name": "白班", "kind": "day", "starts": "08:00", "minutes": 720}
    answer = client.post(new, sent | {"officers": 1, "auxiliaries": 1, "is_active": "on"})
    assert answer.headers["Location"] == f"{page}?on=2027-03-01"
