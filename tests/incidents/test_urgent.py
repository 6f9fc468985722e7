"""Urgent notices: clocks of both sides, every statement kept, late and omitted, decisions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from incidents.enums import Precision
from incidents.models import UrgentJudgement, UrgentKnown, UrgentMeasure, UrgentNotice, UrgentSide
from incidents.queries.urgent import side_verdicts, sides_of
from incidents.services.urgent import (
    notify_other_side,
    raise_from_incident,
    record_measure,
    report_to_superior,
    start_disposal,
    state_known,
)
from incidents.services.urgent_ends import acknowledge, close_notice, judge, strike_notice
from policeroom.accounts.models import User
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import Deadline, Notification
from policeroom.common.verdicts import Status, Verdict
from tests.incidents.clocks_cast import (
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    call,
    category,
    clock,
    notice,
    side,
)
from tests.world import World

pytestmark = pytest.mark.integration
KNOWN = NOW - 5 * MINUTE


def report(row: UrgentNotice, code: str, at: dt.datetime, by: User) -> UrgentSide:
    return report_to_superior(
        side=side(row, code), reported_at=at, reported_to="芦北分局指挥中心", by=by, now=at
    )


def first_report(row: UrgentNotice, code: str, now: dt.datetime) -> Verdict:
    row.refresh_from_db()
    sides = sides_of(row)
    other = "university" if code == "police" else "police"
    return side_verdicts(sides[code], sides[other], row, now=now).report


def test_notice_starts_the_clocks_of_the_side_that_knows(world: World, officer: User) -> None:
    row = notice(world, officer)
    police = side(row, "police")
    assert clock("urgent-report", police).due_at == KNOWN + 30 * MINUTE
    assert clock("urgent-notify", police).due_at == KNOWN + 30 * MINUTE
    assert clock("urgent-omission", police).due_at == KNOWN + 24 * HOUR
    assert side(row, "university").known_at is None
    assert Deadline.objects.unscoped("test").count() == 3


def test_superiors_find_a_notice_in_their_inbox_once(
    world: World, officer: User, county_staff: User, city_supervisor: User
) -> None:
    notice(world, officer)
    told = Notification.objects.filter(kind="urgent").values_list("recipient__name", flat=True)
    assert sorted(told) == sorted([county_staff.name, city_supervisor.name])


@pytest.mark.parametrize(
    ("after", "status", "verdict"),
    [
        (30 * MINUTE, ClockStatus.MET, Status.PASS),
        (30 * MINUTE + SECOND, ClockStatus.LATE, Status.LATE),
    ],
)
def test_report_at_the_limit_and_a_second_later(
    world: World, officer: User, after: dt.timedelta, status: ClockStatus, verdict: Status
) -> None:
    row = notice(world, officer)
    at = KNOWN + after
    report(row, "police", at, officer)
    assert status_of(clock("urgent-report", side(row, "police")), now=at) is status
    assert first_report(row, "police", at).status is verdict


def test_university_side_has_its_own_clocks(world: World, officer: User) -> None:
    row = notice(world, officer)
    notify_other_side(side=side(row, "police"), notified_at=NOW, by=officer, now=NOW)
    university = side(row, "university")
    assert university.known_at == NOW
    assert clock("urgent-report", university).due_at == NOW + 30 * MINUTE
    kinds = Deadline.objects.unscoped("test").filter(object_id=university.pk)
    assert set(kinds.values_list("kind", flat=True)) == {"urgent-report", "urgent-omission"}
    late = NOW + 31 * MINUTE
    report(row, "university", late, officer)
    assert first_report(row, "university", late).status is Status.LATE
    assert first_report(row, "police", late).status is Status.LATE


def test_notice_of_the_university_counts_the_reverse_way(world: World, officer: User) -> None:
    row = notice(world, officer, side="university")
    assert side(row, "police").known_at is None
    notify_other_side(side=side(row, "university"), notified_at=NOW, by=officer, now=NOW)
    assert side(row, "police").known_at == NOW
    assert clock("urgent-notify", side(row, "university")).done_at == NOW


def test_every_statement_is_kept_and_the_earliest_counts(world: World, officer: User) -> None:
    row = notice(world, officer)
    police = side(row, "police")
    state_known(side=police, known_at=NOW, by=officer, now=NOW, note="更正")
    assert side(row, "police").known_at == KNOWN
    assert clock("urgent-report", police).due_at == KNOWN + 30 * MINUTE
    earlier = NOW - HOUR
    state_known(side=police, known_at=earlier, by=officer, now=NOW, note="值班记录")
    assert side(row, "police").known_at == earlier
    found = clock("urgent-report", police)
    assert (found.started_at, found.due_at) == (earlier, earlier + 30 * MINUTE)
    assert police.statements.count() == 3
    row.refresh_from_db()
    assert row.known_at == earlier


def test_earlier_knowledge_makes_a_report_in_time_late(world: World, officer: User) -> None:
    row = notice(world, officer)
    report(row, "police", NOW, officer)
    assert first_report(row, "police", NOW).status is Status.PASS
    state_known(side=side(row, "police"), known_at=NOW - HOUR, by=officer, now=NOW)
    assert first_report(row, "police", NOW).status is Status.LATE
    found = clock("urgent-report", side(row, "police"))
    assert status_of(found, now=NOW) is ClockStatus.LATE


def test_knowledge_of_the_other_side_cancels_and_revives_the_notice(
    world: World, officer: User
) -> None:
    row = notice(world, officer)
    university, police = side(row, "university"), side(row, "police")
    state_known(side=university, known_at=KNOWN - MINUTE, by=officer, now=NOW)
    assert status_of(clock("urgent-notify", police), now=NOW) is ClockStatus.CANCELLED
    assert status_of(clock("urgent-notify", university), now=NOW) is ClockStatus.RUNNING
    state_known(side=police, known_at=KNOWN - 2 * MINUTE, by=officer, now=NOW)
    assert status_of(clock("urgent-notify", police), now=NOW) is ClockStatus.RUNNING
    assert status_of(clock("urgent-notify", university), now=NOW) is ClockStatus.CANCELLED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occurred_at": NOW - MINUTE}, "known_at"),
        ({"known_at": NOW + HOUR}, "known_at"),
        ({"occurred_at": NOW + HOUR}, "occurred_at"),
    ],
)
def test_impossible_instants_are_refused(
    world: World, officer: User, changes: dict, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        notice(world, officer, **changes)
    assert refusal.value.field == field
    assert not UrgentNotice.objects.unscoped("test").exists()


def test_knowledge_before_the_event_is_refused_afterwards_too(world: World, officer: User) -> None:
    row = notice(world, officer, occurred_at=KNOWN)
    with pytest.raises(DomainError):
        state_known(side=side(row, "police"), known_at=KNOWN - MINUTE, by=officer, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        UrgentNotice.objects.unscoped("test").update(known_at=KNOWN - MINUTE)


def test_report_and_notice_are_recorded_once(world: World, officer: User) -> None:
    row = notice(world, officer)
    report(row, "police", NOW, officer)
    assert report(row, "police", NOW, officer).reported_at == NOW
    with pytest.raises(DomainError, match="once"):
        report(row, "police", NOW + MINUTE, officer)
    notify_other_side(side=side(row, "police"), notified_at=NOW, by=officer, now=NOW)
    with pytest.raises(DomainError, match="once"):
        notify_other_side(side=side(row, "police"), notified_at=KNOWN, by=officer, now=NOW)


def test_side_that_knows_nothing_reports_nothing(world: World, officer: User) -> None:
    row = notice(world, officer)
    with pytest.raises(DomainError, match="when this side knew"):
        report(row, "university", NOW, officer)


def test_report_before_the_knowledge_is_refused_by_the_database(
    world: World, officer: User
) -> None:
    row = notice(world, officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        UrgentSide.objects.unscoped("test").filter(notice=row, side="police").update(
            reported_at=KNOWN - MINUTE
        )


def test_first_measure_starts_the_disposal(world: World, officer: User) -> None:
    row = notice(world, officer)
    facts = {"notice": row, "by": officer, "now": NOW, "taken_at": KNOWN + MINUTE}
    sent = uuid.uuid4()
    record_measure(side="police", text="现场警戒", client_uuid=sent, **facts)
    record_measure(side="police", text="现场警戒", client_uuid=sent, **facts)
    record_measure(side="university", text="疏散学生", **facts)
    with pytest.raises(ConflictError):
        record_measure(side="police", text="另一项", client_uuid=sent, **facts)
    row.refresh_from_db()
    assert row.disposal_started_at == KNOWN + MINUTE
    assert sorted(row.measures.values_list("side", flat=True)) == ["police", "university"]
    with pytest.raises(DomainError, match="once"):
        start_disposal(notice=row, started_at=NOW, by=officer, now=NOW)


def test_acknowledgement_proves_a_report_that_nobody_recorded(
    world: World, officer: User, county_staff: User
) -> None:
    row = notice(world, officer)
    acknowledge(notice=row, by=county_staff, now=NOW, unit="芦北分局")
    police = side(row, "police")
    assert (police.reported_at, police.reported_to) == (NOW, "芦北分局")
    assert clock("urgent-report", police).done_at == NOW
    again = acknowledge(notice=row, by=county_staff, now=NOW + HOUR, unit="芦北分局")
    assert again.acknowledged_at == NOW


def test_acknowledgement_keeps_a_report_that_was_recorded(
    world: World, officer: User, county_staff: User
) -> None:
    row = notice(world, officer)
    report(row, "police", KNOWN + MINUTE, officer)
    acknowledge(notice=row, by=county_staff, now=NOW, unit="芦北分局")
    assert side(row, "police").reported_at == KNOWN + MINUTE


def test_notice_that_ends_without_a_report_is_omitted_for_good(world: World, officer: User) -> None:
    row = notice(world, officer)
    close_notice(notice=row, closed_at=NOW, by=officer, now=NOW)
    assert first_report(row, "police", NOW).reason == "closed_without_report"
    report(row, "police", NOW + MINUTE, officer)
    assert first_report(row, "police", NOW + HOUR).reason == "closed_without_report"


def test_concealment_is_decided_and_never_inferred(
    world: World, officer: User, city_supervisor: User
) -> None:
    row = notice(world, officer)
    assert not UrgentJudgement.objects.unscoped("test").exists()
    with pytest.raises(DomainError, match="reason"):
        judge(notice=row, concealed=True, reason=" ", by=city_supervisor, now=NOW)
    judge(notice=row, concealed=True, reason="未登记", by=city_supervisor, now=NOW)
    judge(notice=row, concealed=False, reason="查明已报", by=city_supervisor, now=NOW)
    decided = list(row.judgements.values_list("concealed", flat=True))
    assert decided == [False, True]  # the latest first, the earlier one kept


def test_struck_notice_takes_its_clocks_along(
    world: World, officer: User, city_supervisor: User
) -> None:
    row = notice(world, officer)
    strike_notice(notice=row, reason="误报", by=city_supervisor, now=NOW)
    running = Deadline.objects.unscoped("test").filter(cancelled_at__isnull=True)
    assert not running.exists()
    with pytest.raises(DomainError, match="struck"):
        report(row, "police", NOW, officer)


def test_kept_rows_cannot_be_changed(world: World, officer: User, city_supervisor: User) -> None:
    row = notice(world, officer)
    record_measure(notice=row, side="police", text="警戒", taken_at=NOW, by=officer, now=NOW)
    judge(notice=row, concealed=False, reason="查明", by=city_supervisor, now=NOW)
    for model in (UrgentKnown, UrgentMeasure, UrgentJudgement):
        rows = model.objects.unscoped("test")
        assert rows.exists()
        for act in (lambda rows=rows: rows.update(recorded_at=NOW), rows.delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


def test_one_tap_takes_everything_from_the_incident(world: World, officer: User) -> None:
    incident = call(
        world,
        officer,
        category=category("fire"),
        place_text="实验楼",
        reported_at=NOW - 10 * MINUTE + 31 * SECOND,
        narrative="张三报称实验楼起火",
    )
    row = raise_from_incident(incident=incident, by=officer, now=NOW)
    assert row.known_at == NOW - 10 * MINUTE
    assert (row.place_text, row.incident) == ("实验楼", incident)
    assert "张三" not in row.summary
    again = raise_from_incident(incident=incident, by=officer, now=NOW)
    assert (again.pk, UrgentNotice.objects.unscoped("test").count()) == (row.pk, 1)


def test_one_tap_on_an_incident_of_unknown_time_counts_from_now(
    world: World, officer: User
) -> None:
    incident = call(world, officer, reported_precision=Precision.DAY)
    assert raise_from_incident(incident=incident, by=officer, now=NOW).known_at == NOW


def test_incident_has_one_notice_that_counts(
    world: World, officer: User, city_supervisor: User
) -> None:
    incident = call(world, officer)
    first = raise_from_incident(incident=incident, by=officer, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        UrgentNotice.objects.create(
            station=incident.station,
            org_path=incident.org_path,
            incident=incident,
            number="X",
            summary="x",
            known_at=NOW,
            recorded_by=officer,
        )
    strike_notice(notice=first, reason="误报", by=city_supervisor, now=NOW)
    assert raise_from_incident(incident=incident, by=officer, now=NOW).pk != first.pk


def test_officer_takes_a_notice_from_tap_to_end_on_the_pages(
    world: World,
    officer: User,
    city_supervisor: User,
    as_user: Callable[[User | None], Client],
) -> None:
    now = timezone.now()
    incident = call(world, officer, reported_at=now - 10 * MINUTE, now=now)
    client, above = as_user(officer), as_user(city_supervisor)
    assert client.post(f"/incidents/{incident.pk}/urgent/").status_code == 302
    row = incident.urgent_notices.get()
    base = f"/incidents/urgent/{row.pk}/"
    police = side(row, "police")
    page = client.get(base)
    assert next(a.url for a in page.context["page"].actions) == (
        f"/incidents/urgent/sides/{police.pk}/report/"
    )
    sent = client.post(
        f"/incidents/urgent/sides/{police.pk}/report/",
        {"reported_at": "-2", "reported_to": "芦北分局"},
    )
    assert (sent.status_code, sent["Location"]) == (302, base)
    client.post(f"/incidents/urgent/sides/{police.pk}/notify/", {"notified_at": "t"})
    for code in ("police", "university"):
        client.post(f"{base}measures/new/", {"side": code, "text": "警戒", "taken_at": "t"})
    assert above.post(f"{base}acknowledge/").status_code == 302
    assert above.post(f"{base}judge/", {"concealed": "false", "reason": "已报"}).status_code == 302
    assert client.post(f"{base}judge/", {"concealed": "true", "reason": "x"}).status_code == 403
    client.post(f"{base}close/", {"closed_at": "t"})
    row.refresh_from_db()
    assert row.closed_at is not None
    assert row.acknowledged_by == city_supervisor
    page = client.get(base)
    said = [name for _event, _act, changes in page.context["history"] for name, _o, _n in changes]
    assert said
    assert [name for name in said if "_" in name] == []  # every key of the trail has a name
    situation = {f.label: f.text for f in page.context["page"].sections[0].facts}
    assert situation["Measures of both sides"] == "both sides acted"
    assert situation["Disposal begun"] == "recorded"
    listed = client.get("/incidents/urgent/").context["table"].rows[0]
    assert "in time" in [cell.text for cell in listed.cells]
