"""Outreach activities: ten topics, audience as a number, served universities only."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from incidents.enums_clocks import OutreachTopic
from incidents.models import OutreachActivity
from incidents.queries.registers import university_lines
from incidents.services.outreach import record_activity, strike_activity
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.verdicts import Status
from stations.models import CoverageLink
from tests.incidents.clocks_cast import NOW
from tests.world import START, World

pytestmark = pytest.mark.integration
TODAY = NOW.date()


def activity(world: World, by: User, **changes: Any) -> OutreachActivity:
    values = {
        "station": world.station_a1,
        "title": "开学第一课",
        "held_on": TODAY,
        "topics": ["telecom_fraud", "public_safety"],
        "form": "lecture",
        "universities": [world.university_a],
        "audience_count": 320,
        "by": by,
        "now": NOW,
        **changes,
    }
    return record_activity(**values)


def test_topics_stand_in_the_order_of_the_regulation(world: World, officer: User) -> None:
    row = activity(world, officer)
    assert (row.number, row.topics) == ("XC2026-001", ["public_safety", "telecom_fraud"])
    assert list(row.universities.all()) == [world.university_a]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topics": []}, "topics"),
        ({"topics": ["gardening"]}, "topics"),
        ({"universities": []}, "universities"),
        ({"held_on": TODAY + dt.timedelta(days=1)}, "held_on"),
    ],
)
def test_activity_that_cannot_be_names_the_field(
    world: World, officer: User, changes: dict, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        activity(world, officer, **changes)
    assert refusal.value.field == field


def test_university_that_is_not_served_is_refused(world: World, officer: User) -> None:
    with pytest.raises(DomainError, match="not served"):
        activity(world, officer, universities=[world.university_a, world.university_b])


def test_database_knows_the_ten_topics(world: World, officer: User) -> None:
    row = activity(world, officer)
    rows = OutreachActivity.objects.unscoped("test").filter(pk=row.pk)
    for topics in ([], ["gardening"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(topics=topics)


def test_topics_count_per_university_and_academic_year(world: World, officer: User) -> None:
    CoverageLink.objects.create(
        station=world.station_a1, campus=world.campus_college, kind="support", valid_from=START
    )
    activity(world, officer, topics=list(OutreachTopic.values))
    activity(
        world,
        officer,
        topics=["drugs"],
        universities=[world.college_a],
        held_on=dt.date(2026, 8, 31),  # the year before
    )
    activity(world, officer, topics=["cyber"], universities=[world.college_a])
    lines = {line.university: line for line in university_lines(world.station_a1, today=TODAY)}
    assert lines[world.university_a].topics.status is Status.PASS
    college = lines[world.college_a]
    assert (college.topics.status, college.topics.measured) == (Status.PENDING, 1)
    assert len(college.missing_topics) == 9


def test_struck_activity_covers_nothing(world: World, officer: User) -> None:
    row = activity(world, officer, topics=list(OutreachTopic.values))
    strike_activity(activity=row, reason="误录", by=officer, now=NOW)
    (line,) = university_lines(world.station_a1, today=TODAY)
    assert line.topics.measured == 0


def test_sent_twice_it_is_one(world: World, officer: User) -> None:
    sent = uuid.uuid4()
    rows = {activity(world, officer, client_uuid=sent).pk for _ in range(3)}
    assert len(rows) == 1
    with pytest.raises(ConflictError):
        activity(world, officer, client_uuid=sent, audience_count=1)


def test_officer_records_and_finds_an_activity_on_the_pages(
    world: World, officer: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(officer)
    form = client.get("/incidents/outreach/new/?topic=drugs").context["form"]
    assert form.initial["topics"] == ["drugs"]
    assert form.fields["universities"].initial == [world.university_a]
    sent = client.post(
        "/incidents/outreach/new/",
        {
            "station": world.station_a1.pk,
            "title": "防诈讲座",
            "held_on": "2026-01-05",
            "topics": ["telecom_fraud"],
            "form": "lecture",
            "universities": [world.university_a.pk],
            "audience_count": "120",
        },
    )
    row = OutreachActivity.objects.unscoped("test").get()
    assert (sent.status_code, sent["Location"]) == (302, row.get_absolute_url())
    assert len(client.get("/incidents/outreach/?topic=telecom_fraud").context["table"].rows) == 1
    assert client.get("/incidents/outreach/?topic=drugs").context["table"].rows == []
    client.post(f"{row.get_absolute_url()}strike/", {"reason": "误录"})
    assert "void" in client.get(row.get_absolute_url()).content.decode()
