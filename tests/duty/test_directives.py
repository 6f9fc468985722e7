"""Directives: clocks, first recipient, receipted hand-over, feedback, withdrawal; the pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from duty.enums import DirectiveState
from duty.models import Directive, DirectiveHandover
from duty.queries.directives import directive_rows, state_condition
from duty.services.directives import (
    acknowledge_directive,
    give_feedback,
    offer_handover,
    send_directive,
    take_over,
    withdraw_directive,
)
from personnel.queries import scope_for
from personnel.services import escalate_overdue
from policeroom.accounts.models import User
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.models import AuditEvent, Deadline, Notification
from policeroom.common.roles import Role
from stations.models import OrgUnit, Station
from tests.duty.orders_helpers import DAY, HOUR, MINUTE, NOW
from tests.personnel.people_helpers import parameter
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
SECOND = dt.timedelta(seconds=1)
_NUMBERS = count(1)


def sent(issuer: OrgUnit, room: Station, by: User, **changes: Any) -> Directive:
    values: dict[str, Any] = {
        "number": f"令{next(_NUMBERS)}号",
        "text": "核查东门监控",
        "now": NOW,
        **changes,
    }
    return send_directive(issuer=issuer, station=room, by=by, **values)


def clock_of(row: Directive, kind: str) -> Deadline:
    return Deadline.everything.get(
        kind=f"directive-{kind}", object_type="duty.directive", object_id=row.pk
    )


@pytest.fixture
def directive(world: World, city_supervisor: User) -> Directive:
    return sent(world.city_a, world.station_a1, city_supervisor)


# --- sending ------------------------------------------------------------------------------------
def test_both_clocks_start(directive: Directive) -> None:
    """JS-17-3 (P-15a: 15 minutes), JS-17-4 (P-17: 24 hours)."""
    receipt, feedback = clock_of(directive, "receipt"), clock_of(directive, "feedback")
    assert (receipt.rule_id, receipt.due_at) == ("JS-17-3", NOW + 15 * MINUTE)
    assert (feedback.rule_id, feedback.due_at) == ("JS-17-4", NOW + DAY)
    assert (directive.due_at, directive.due_named) == (NOW + DAY, False)


def test_people_of_the_room_find_it_in_their_inbox(
    world: World, officer: User, neighbour_officer: User, city_supervisor: User
) -> None:
    row = sent(world.city_a, world.station_a1, city_supervisor)
    told = Notification.objects.filter(kind="directive", url=row.get_absolute_url())
    assert [(line.recipient, line.due_at) for line in told] == [(officer, NOW + 15 * MINUTE)]


def test_due_time_is_the_issuers_or_the_parameters(world: World, city_supervisor: User) -> None:
    named = sent(world.city_a, world.station_a1, city_supervisor, due_at=NOW + 2 * HOUR)
    assert (named.due_at, named.due_named) == (NOW + 2 * HOUR, True)
    parameter("P-17", "12")
    assert sent(world.city_a, world.station_a1, city_supervisor).due_at == NOW + 12 * HOUR


def test_feedback_clock_never_rolls_over_a_weekend(world: World, city_supervisor: User) -> None:
    """D 23: sent on Friday at 17:00, due on Saturday at 17:00."""
    friday = dt.datetime(2026, 9, 18, 17, 0, tzinfo=NOW.tzinfo)
    row = sent(world.city_a, world.station_a1, city_supervisor, now=friday)
    assert row.due_at == dt.datetime(2026, 9, 19, 17, 0, tzinfo=NOW.tzinfo)


def test_resend_returns_the_first(world: World, city_supervisor: User) -> None:
    key = uuid.uuid4()
    facts = {"number": "令甲", "client_uuid": key}
    first = sent(world.city_a, world.station_a1, city_supervisor, **facts)
    assert sent(world.city_a, world.station_a1, city_supervisor, **facts) == first
    with pytest.raises(ConflictError):
        sent(world.city_a, world.station_a1, city_supervisor, text="别的", **facts)
    assert Directive.everything.count() == 1


@pytest.mark.parametrize(
    ("room", "changes", "words"),
    [
        pytest.param("station_b1", {}, "of 澜江市公安局 only", id="foreign room"),
        pytest.param("station_a1", {"due_at": NOW}, "due after now", id="due now"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    world: World, city_supervisor: User, room: str, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(DomainError, match=words):
        sent(world.city_a, getattr(world, room), city_supervisor, **changes)
    assert not Deadline.everything.exists()


def test_closed_room_and_used_number_are_refused(world: World, city_supervisor: User) -> None:
    sent(world.city_a, world.station_a1, city_supervisor, number="令乙")
    with pytest.raises(ValidationError, match="already went to the room"):
        sent(world.city_a, world.station_a1, city_supervisor, number="令乙")
    sent(world.city_a, world.station_a2, city_supervisor, number="令乙")  # another room may have it
    world.station_a1.closed_on = NOW.date()
    world.station_a1.close_reason = "并入中心警务室"
    world.station_a1.save()
    with pytest.raises(DomainError, match="does not operate"):
        sent(world.city_a, world.station_a1, city_supervisor)


# --- first recipient ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("after", "status"),
    [
        pytest.param(15 * MINUTE, ClockStatus.MET, id="exactly 15 minutes"),
        pytest.param(15 * MINUTE + SECOND, ClockStatus.LATE, id="a second more"),
    ],
)
def test_first_recipient_answers_for_it(
    directive: Directive, officer: User, after: dt.timedelta, status: ClockStatus
) -> None:
    row = acknowledge_directive(directive=directive, by=officer, now=NOW + after)
    assert (row.first_receiver, row.responsible) == (officer, officer)
    assert row.state == DirectiveState.ACKNOWLEDGED
    assert status_of(clock_of(row, "receipt"), now=NOW + after) == status
    assert status_of(clock_of(row, "feedback"), now=NOW + after) == ClockStatus.RUNNING


def test_the_second_is_told_who_was_first(
    directive: Directive, officer: User, station_lead: User
) -> None:
    acknowledge_directive(directive=directive, by=officer, now=NOW + MINUTE)
    again = acknowledge_directive(directive=directive, by=officer, now=NOW + 2 * MINUTE)
    assert again.acknowledged_at == NOW + MINUTE
    with pytest.raises(DomainError, match="at 2026-09-17 15:43 and answers for it"):
        acknowledge_directive(directive=directive, by=station_lead, now=NOW + 2 * MINUTE)


def test_of_many_people_at_once_one_wins(transactional_db: None) -> None:
    with transaction.atomic():
        world = build()
        people = [
            make_user(f"80000{number}", f"警{number}", world.station_a1.unit, Role.OFFICER)
            for number in range(6)
        ]
        above = make_user("800009", "指挥", world.city_a, Role.COMMAND)
    row = sent(world.city_a, world.station_a1, above)

    def receive(person: User) -> str:
        try:
            acknowledge_directive(directive=row, by=person, now=NOW + MINUTE)
        except DomainError as refusal:
            return refusal.message
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(receive, people))
    row.refresh_from_db()
    winner = row.first_receiver
    assert winner is not None
    assert [person for person, answer in zip(people, answers, strict=True) if not answer] == [
        winner
    ]
    assert all(winner.name in answer for answer in answers if answer)
    events = AuditEvent.everything.filter(action="directives.receive")
    assert [event.actor for event in events] == [winner]


# --- hand-over ----------------------------------------------------------------------------------
def test_responsibility_passes_when_the_other_signs(
    directive: Directive, officer: User, station_lead: User
) -> None:
    """JS-17-2."""
    acknowledge_directive(directive=directive, by=officer, now=NOW)
    row = offer_handover(
        directive=directive, to=station_lead, note="交班", by=officer, now=NOW + HOUR
    )
    assert row.responsible == officer  # an offer changes nothing
    told = Notification.objects.filter(recipient=station_lead, title__startswith="Take over")
    assert told.count() == 1
    row = take_over(directive=directive, by=station_lead, now=NOW + 2 * HOUR)
    assert (row.first_receiver, row.responsible, row.offered_to) == (officer, station_lead, None)
    again = take_over(directive=directive, by=station_lead, now=NOW + 3 * HOUR)
    assert again.responsible == station_lead
    signed = DirectiveHandover.everything.get()
    assert (signed.from_user, signed.to_user, signed.at, signed.note) == (
        officer,
        station_lead,
        NOW + 2 * HOUR,
        "交班",
    )
    told = Notification.objects.filter(recipient=officer, title__contains="answers for")
    assert told.count() == 1
    with pytest.raises(NotAllowedError, match="吴三 answers for"):
        give_feedback(directive=directive, feedback="完成", by=officer, now=NOW + 3 * HOUR)


def test_hand_overs_that_cannot_be_are_refused(
    directive: Directive, officer: User, station_lead: User, neighbour_officer: User
) -> None:
    with pytest.raises(NotAllowedError, match="Acknowledge"):
        offer_handover(directive=directive, to=station_lead, note="", by=officer, now=NOW)
    acknowledge_directive(directive=directive, by=officer, now=NOW)
    with pytest.raises(NotAllowedError, match="陈一 answers for"):
        offer_handover(directive=directive, to=officer, note="", by=station_lead, now=NOW)
    for person in (neighbour_officer, officer):
        with pytest.raises(DomainError, match="cannot answer for directives"):
            offer_handover(directive=directive, to=person, note="", by=officer, now=NOW)
    with pytest.raises(NotAllowedError, match="not offered to you"):
        take_over(directive=directive, by=station_lead, now=NOW)
    assert not DirectiveHandover.everything.exists()


# --- feedback -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("after", "status"),
    [
        pytest.param(DAY, ClockStatus.MET, id="exactly 24 hours"),
        pytest.param(DAY + SECOND, ClockStatus.LATE, id="a second more"),
    ],
)
def test_feedback_stops_its_clock_and_tells_the_sender(
    directive: Directive,
    officer: User,
    city_supervisor: User,
    after: dt.timedelta,
    status: ClockStatus,
) -> None:
    acknowledge_directive(directive=directive, by=officer, now=NOW)
    row = give_feedback(directive=directive, feedback=" 已修复 ", by=officer, now=NOW + after)
    assert (row.state, row.feedback) == (DirectiveState.DONE, "已修复")
    assert status_of(clock_of(row, "feedback"), now=NOW + after) == status
    told = Notification.objects.get(recipient=city_supervisor, kind="directive")
    assert "已修复" in told.body
    again = give_feedback(directive=directive, feedback="已修复", by=officer, now=NOW + 2 * DAY)
    assert again.done_at == NOW + after
    with pytest.raises(DomainError, match="reported done"):
        give_feedback(directive=directive, feedback="别的", by=officer, now=NOW + 2 * DAY)


def test_feedback_needs_a_text_and_a_recipient(directive: Directive, officer: User) -> None:
    with pytest.raises(NotAllowedError, match="Acknowledge"):
        give_feedback(directive=directive, feedback="完成", by=officer, now=NOW)
    acknowledge_directive(directive=directive, by=officer, now=NOW)
    with pytest.raises(DomainError, match="Write what"):
        give_feedback(directive=directive, feedback=" ", by=officer, now=NOW)


def test_unanswered_clocks_escalate_once_each(
    world: World, directive: Directive, officer: User, county_staff: User
) -> None:
    assert escalate_overdue(now=NOW + 15 * MINUTE) == 0
    assert escalate_overdue(now=NOW + 16 * MINUTE) == 1
    acknowledge_directive(directive=directive, by=officer, now=NOW + 20 * MINUTE)
    assert escalate_overdue(now=NOW + DAY + SECOND) == 1
    assert escalate_overdue(now=NOW + DAY + HOUR) == 0
    lines = Notification.objects.filter(kind="deadline", recipient=county_staff)
    assert sorted(line.title.split(" 令")[0] for line in lines) == [
        "Overdue: Feedback on directive",
        "Overdue: Receipt of directive",
    ]


# --- withdrawal ---------------------------------------------------------------------------------
def test_withdrawing_drops_the_clocks_that_had_time(
    directive: Directive, officer: User, city_supervisor: User
) -> None:
    at = NOW + 20 * MINUTE
    row = withdraw_directive(directive=directive, reason="误发", by=city_supervisor, now=at)
    assert status_of(clock_of(row, "receipt"), now=at) == ClockStatus.OVERDUE
    assert status_of(clock_of(row, "feedback"), now=at) == ClockStatus.CANCELLED
    again = withdraw_directive(directive=directive, reason="x", by=city_supervisor, now=at + HOUR)
    assert (again.withdrawn_at, again.withdraw_reason) == (at, "误发")
    assert Notification.objects.filter(recipient=officer, kind="directive-end").count() == 1
    with pytest.raises(DomainError, match="was withdrawn"):
        acknowledge_directive(directive=directive, by=officer, now=at)


def test_what_is_done_is_not_withdrawn(
    directive: Directive, officer: User, city_supervisor: User
) -> None:
    with pytest.raises(DomainError, match="Say why"):
        withdraw_directive(directive=directive, reason=" ", by=city_supervisor, now=NOW)
    acknowledge_directive(directive=directive, by=officer, now=NOW)
    give_feedback(directive=directive, feedback="完成", by=officer, now=NOW)
    with pytest.raises(DomainError, match="reported done"):
        withdraw_directive(directive=directive, reason="误发", by=city_supervisor, now=NOW)


def test_states_partition_what_is_there(world: World, city_supervisor: User, officer: User) -> None:
    rows = [sent(world.city_a, world.station_a1, city_supervisor) for _n in range(4)]
    for row in rows[1:3]:
        acknowledge_directive(directive=row, by=officer, now=NOW)
    give_feedback(directive=rows[2], feedback="完成", by=officer, now=NOW)
    withdraw_directive(directive=rows[3], reason="误发", by=city_supervisor, now=NOW)
    seen = directive_rows(scope_for(city_supervisor, at=NOW))

    def found(state: str, after: dt.timedelta) -> list[int]:
        matching = set(seen.filter(state_condition(state, now=NOW + after)))
        return [number for number, row in enumerate(rows) if row in matching]

    assert found("open", MINUTE) == [0, 1]
    assert found("overdue", 15 * MINUTE) == []
    assert found("overdue", 16 * MINUTE) == [0]
    assert found("overdue", DAY + SECOND) == [0, 1]
    assert [found(state, MINUTE) for state in DirectiveState.values] == [[0], [1], [2], [3]]


# --- pages --------------------------------------------------------------------------------------
def url(name: str, row: Directive) -> str:
    return reverse(f"duty:directive-{name}", args=[row.pk])


def said(page: Any) -> str:
    return " ".join(str(message) for message in page.context["messages"])


def typed(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "issuer": world.city_a.pk,
        "number": "令8号",
        "station": "A0001",
        "text": "核查东门监控",
        "due_at": "",
        **changes,
    }


def test_from_sending_to_feedback_through_the_screen(
    world: World, city_supervisor: User, officer: User, station_lead: User, as_user: SignIn
) -> None:
    center, first, lead = as_user(city_supervisor), as_user(officer), as_user(station_lead)
    page = center.post(reverse("duty:directive-new"), typed(world), follow=True)
    assert "went to" in said(page)
    row = Directive.everything.get()
    assert set(page.context["buttons"]) == set()

    page = first.get(row.get_absolute_url())
    assert set(page.context["buttons"]) == {"acknowledge"}
    page = first.post(url("acknowledge", row), follow=True)
    assert "You answer for" in said(page)
    assert set(page.context["buttons"]) == {"feedback", "handover"}
    page = lead.post(url("acknowledge", row), follow=True)
    assert "陈一 acknowledged" in said(page)
    assert set(page.context["buttons"]) == set()

    page = first.post(url("handover", row), {"to": station_lead.pk, "note": "交班"}, follow=True)
    assert "until then" in said(page)
    page = lead.get(row.get_absolute_url())
    assert set(page.context["buttons"]) == {"take"}
    page = lead.post(url("take", row), follow=True)
    assert [[cell.text for cell in line.cells][1:] for line in page.context["handovers"].rows] == [
        ["陈一", "吴三", "交班"]
    ]
    assert first.post(url("feedback", row), {"feedback": "完成"}).status_code == 422
    page = lead.post(url("feedback", row), {"feedback": "监控已恢复"}, follow=True)
    assert "监控已恢复" in page.content.decode()
    assert center.get(row.get_absolute_url()).context["actions"] == []
    row.refresh_from_db()
    assert row.state == DirectiveState.DONE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"station": "B0001"}, "Not a room of your area: B0001", id="foreign room"),
        pytest.param({"due_at": "2026-01-01T08:00"}, "due after now", id="due before"),
        pytest.param({"text": ""}, "required", id="no text"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_the_form(
    world: World, city_supervisor: User, as_user: SignIn, changes: dict[str, str], words: str
) -> None:
    page = as_user(city_supervisor).post(reverse("duty:directive-new"), typed(world, **changes))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Directive.everything.exists()


def test_only_the_issuer_or_a_superior_withdraws(
    world: World,
    city_supervisor: User,
    county_staff: User,
    province_staff: User,
    as_user: SignIn,
) -> None:
    row = sent(world.city_a, world.station_a1, city_supervisor, now=timezone.now())
    assert as_user(county_staff).post(url("withdraw", row), {"reason": "x"}).status_code == 403
    client = as_user(province_staff)
    assert client.post(url("withdraw", row), {"reason": ""}).status_code == 422
    page = client.post(url("withdraw", row), {"reason": "误发"}, follow=True)
    assert "is withdrawn" in said(page)
    assert "误发" in page.content.decode()


def test_list_filters_by_state_room_and_word(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    now = timezone.now()
    sent(world.city_a, world.station_a1, city_supervisor, number="甲", now=now)
    sent(world.city_a, world.station_a2, city_supervisor, number="乙", now=now - HOUR)
    client = as_user(city_supervisor)

    def found(query: str) -> list[str]:
        table = client.get(f"{reverse('duty:directive-list')}?{query}").context["table"]
        return [row.cells[0].text for row in table.rows]

    assert found("") == ["甲", "乙"]
    assert found("state=overdue") == ["乙"]
    assert found("state=done") == []
    assert found("room=A0003") == ["乙"]
    assert found("q=甲") == ["甲"]
