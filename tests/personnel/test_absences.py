"""Absences: days only, overlaps refused with their days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from personnel.models import Absence
from personnel.services.absences import change_absence, record_absence, strike_absence
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from tests.personnel.people_helpers import FROM, TODAY, serves
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
DAY = dt.timedelta(days=1)


def away(post: object, by: User, first: dt.date, last: dt.date | None) -> Absence:
    return record_absence(person=post.person, valid_from=first, last_day=last, by=by, today=TODAY)


def test_last_day_away_is_included(world: World, county_staff: User) -> None:
    row = away(serves(world.station_a1, county_staff), county_staff, FROM, FROM + DAY)
    assert (row.valid_to - row.valid_from).days == 2


def test_overlap_names_the_days(world: World, county_staff: User) -> None:
    post = serves(world.station_a1, county_staff)
    away(post, county_staff, dt.date(2026, 6, 1), dt.date(2026, 6, 10))
    with pytest.raises(DomainError, match="2026-06-01 to 2026-06-10") as refusal:
        away(post, county_staff, dt.date(2026, 6, 10), None)
    assert refusal.value.field == "valid_from"
    away(post, county_staff, dt.date(2026, 6, 11), None)
    with pytest.raises(DomainError, match="from 2026-06-11, without an end"):
        away(post, county_staff, dt.date(2026, 8, 1), dt.date(2026, 8, 2))


def test_end_before_the_start_is_refused(world: World, county_staff: User) -> None:
    with pytest.raises(DomainError, match="begins on") as refusal:
        away(serves(world.station_a1, county_staff), county_staff, FROM, FROM - DAY)
    assert refusal.value.field == "last_day"


def test_struck_absence_leaves_its_days_free_and_stays_struck(
    world: World, county_staff: User
) -> None:
    post = serves(world.station_a1, county_staff)
    row = away(post, county_staff, FROM, None)
    strike_absence(absence=row, by=county_staff, at=timezone.now())
    away(post, county_staff, FROM, FROM)
    with pytest.raises(DomainError, match="struck"):
        change_absence(absence=row, valid_from=FROM, last_day=FROM, by=county_staff, today=TODAY)


def test_model_keeps_days_and_nothing_about_the_reason() -> None:
    names = {field.name for field in Absence._meta.concrete_fields}
    assert names == {
        "id",
        "person",
        "valid_from",
        "valid_to",
        "recorded_at",
        "recorded_by",
        "struck_at",
    }


def test_lead_records_changes_and_strikes_on_the_pages(
    world: World, county_staff: User, station_lead: User, officer: User, as_user: SignIn
) -> None:
    post = serves(world.station_a1, county_staff)
    client, url = as_user(station_lead), f"/people/{post.person_id}/absences/new/"
    assert as_user(officer).get(url).status_code == 403
    sent = client.post(url, {"valid_from": "2026-06-01", "last_day": ""})
    row = Absence.everything.get()
    assert (sent.status_code, row.valid_from, row.valid_to) == (302, dt.date(2026, 6, 1), None)

    clash = client.post(url, {"valid_from": "2026-06-05", "last_day": "2026-06-06"})
    assert clash.status_code == 422
    assert "2026-06-01" in str(clash.context["form"].errors["valid_from"])

    client.post(
        f"/people/absences/{row.pk}/edit/",
        {"valid_from": "2026-06-01", "last_day": "2026-06-30"},
    )
    row.refresh_from_db()
    assert row.valid_to == dt.date(2026, 7, 1)

    page = client.get(f"/people/absences/{row.pk}/strike/")
    assert page.context["consequences"][0].number == 30
    client.post(f"/people/absences/{row.pk}/strike/")
    row.refresh_from_db()
    assert row.struck_at is not None


def test_absence_of_others_is_as_if_absent(
    world: World, province_staff: User, county_staff: User, as_user: SignIn
) -> None:
    row = away(serves(world.station_b1, province_staff), province_staff, FROM, None)
    for act in ("edit", "strike"):
        assert as_user(county_staff).get(f"/people/absences/{row.pk}/{act}/").status_code == 404
