"""Swaps: asked for by the shift's person, decided once, clashes named; inbox and pages."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from duty.models import RosterShift, ShiftSwap
from duty.services.roster import strike_shift
from duty.services.swaps import ask_swap, decide_swap, withdraw_swap
from personnel.enums import PersonKind, Post
from personnel.models import Person
from personnel.services.absences import record_absence
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.roles import Role
from tests.duty.presence_helpers import HOUR, at, shift
from tests.personnel.people_helpers import TODAY, serves
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]
NOW = at("09:00", days=-1)


def account_of(person: Person, user: User) -> Person:
    person.user = user
    person.save(update_fields=["user"])
    return person


@pytest.fixture
def giver(world: World, county_staff: User, officer: User) -> Person:
    return account_of(serves(world.station_a1, county_staff, name="陈一").person, officer)


@pytest.fixture
def taker(world: World, county_staff: User) -> Person:
    user = make_user("100021", "何接", world.station_a1.unit, Role.OFFICER)
    return account_of(serves(world.station_a1, county_staff, name="何接").person, user)


@pytest.fixture
def given(world: World, giver: Person) -> RosterShift:
    return shift(world.station_a1, giver, at("08:00"), at("20:00"))


@pytest.fixture
def asked(given: RosterShift, taker: Person, officer: User, station_lead: User) -> ShiftSwap:
    return ask_swap(shift=given, to_person=taker, reason="培训", by=officer, now=NOW)


def again(row: ShiftSwap) -> ShiftSwap:
    return ShiftSwap.everything.get(pk=row.pk)


def standing() -> list[tuple[int, dt.datetime]]:
    rows = RosterShift.everything.filter(struck_at=None).order_by("starts_at")
    return list(rows.values_list("person_id", "starts_at"))


def inbox(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).values_list("title", flat=True))


def test_agreement_moves_the_shift_and_both_are_told(
    asked: ShiftSwap, given: RosterShift, taker: Person, officer: User, station_lead: User
) -> None:
    assert inbox(station_lead) == ["陈一 asks for a swap; decide about it"]
    assert standing() == [(given.person_id, given.starts_at)]
    decide_swap(swap=asked, approve=True, by=station_lead, at=NOW)
    row = again(asked)
    assert row.result is not None
    assert (row.approved, row.decided_by, row.result.person) == (True, station_lead, taker)
    assert standing() == [(taker.pk, given.starts_at)]
    assert RosterShift.everything.get(pk=given.pk).struck_at == NOW
    assert (row.result.kind, row.result.ends_at) == (given.kind, given.ends_at)
    assert inbox(officer) == ["Swap approved: 陈一"]
    assert taker.user is not None
    assert inbox(taker.user) == ["Swap approved: 陈一", "陈一 asks you to take a shift"]
    events = AuditEvent.everything.order_by("id").values_list("action", flat=True)
    assert list(events)[-4:] == ["swap.ask", "roster.strike", "roster.book", "swap.approve"]


def test_refusal_needs_a_reason_and_moves_nothing(
    asked: ShiftSwap, given: RosterShift, officer: User, station_lead: User
) -> None:
    with pytest.raises(DomainError, match="Say why"):
        decide_swap(swap=asked, approve=False, reason=" ", by=station_lead, at=NOW)
    decide_swap(swap=asked, approve=False, reason="当日有安保任务", by=station_lead, at=NOW)
    assert (again(asked).approved, again(asked).refusal) == (False, "当日有安保任务")
    assert standing() == [(given.person_id, given.starts_at)]
    assert inbox(officer) == ["Swap refused: 陈一"]
    with pytest.raises(ConflictError, match="吴三 decided about this swap at 2026-09-15 09:00"):
        decide_swap(swap=asked, approve=True, by=station_lead, at=NOW)


def test_only_whose_shift_it_is_may_ask(
    given: RosterShift, taker: Person, station_lead: User
) -> None:
    with pytest.raises(NotAllowedError, match="陈一"):
        ask_swap(shift=given, to_person=taker, reason="培训", by=station_lead, now=NOW)
    assert ShiftSwap.everything.count() == 0


def test_a_second_swap_of_the_shift_waits_for_the_first(
    asked: ShiftSwap, given: RosterShift, taker: Person, officer: User
) -> None:
    facts = {"shift": given, "to_person": taker, "by": officer, "now": NOW}
    with pytest.raises(ValidationError, match="already waiting"):
        ask_swap(reason="再次", **facts)
    withdraw_swap(swap=asked, by=officer, at=NOW)
    ask_swap(reason="再次", **facts)


def test_asking_names_what_stands_in_the_way(
    world: World, given: RosterShift, taker: Person, officer: User, county_staff: User
) -> None:
    facts = {"shift": given, "reason": "培训", "by": officer}
    helper = serves(world.station_a1, county_staff, name="辅", post=Post.AUXILIARY).person
    assert helper.kind == PersonKind.AUXILIARY
    with pytest.raises(DomainError, match="do not stand in for each other"):
        ask_swap(to_person=helper, now=NOW, **facts)
    with pytest.raises(DomainError, match="has begun"):
        ask_swap(to_person=taker, now=given.starts_at, **facts)
    clash = shift(world.station_a1, taker, at("19:00"), at("23:00"))
    with pytest.raises(DomainError, match="何接 already has a shift") as refusal:
        ask_swap(to_person=taker, now=NOW, **facts)
    assert refusal.value.field == "to_person"
    strike_shift(shift=clash, by=officer, at=NOW)
    strike_shift(shift=given, by=officer, at=NOW)
    with pytest.raises(DomainError, match="nothing to swap"):
        ask_swap(to_person=taker, now=NOW, **facts)


def test_a_clash_since_then_is_named_and_the_swap_goes_on_waiting(
    asked: ShiftSwap, given: RosterShift, taker: Person, station_lead: User
) -> None:
    day = at("08:00").date()
    record_absence(person=taker, valid_from=day, last_day=day, by=station_lead, today=TODAY)
    with pytest.raises(DomainError, match="何接 is recorded as absent from 2026-09-16"):
        decide_swap(swap=asked, approve=True, by=station_lead, at=NOW)
    assert again(asked).is_pending
    assert standing() == [(given.person_id, given.starts_at)]


def test_only_the_asker_withdraws_and_then_nobody_decides(
    asked: ShiftSwap, officer: User, taker: Person, station_lead: User
) -> None:
    with pytest.raises(NotAllowedError):
        withdraw_swap(swap=asked, by=station_lead, at=NOW)
    withdraw_swap(swap=asked, by=officer, at=NOW)
    assert "Swap withdrawn: 陈一" in inbox(station_lead)
    with pytest.raises(ConflictError, match="withdrawn"):
        decide_swap(swap=asked, approve=True, by=station_lead, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_decide_at_once_one_wins() -> None:
    with transaction.atomic():
        world = build()
    lead = make_user("100003", "吴三", world.station_a1.unit, Role.STATION_LEAD)
    user = make_user("100001", "陈一", world.station_a1.unit, Role.OFFICER)
    giver = account_of(serves(world.station_a1, lead, name="陈一").person, user)
    taker = serves(world.station_a1, lead, name="何接").person
    given = shift(world.station_a1, giver, at("08:00"), at("20:00"))
    swap = ask_swap(shift=given, to_person=taker, reason="培训", by=user, now=NOW)
    won: list[bool] = []
    refused: list[str] = []
    start = threading.Barrier(8)

    def decide(number: int) -> None:
        agree = number % 2 == 0
        try:
            start.wait()
            with translation.override("en"):
                decide_swap(swap=swap, approve=agree, reason="" if agree else "否", by=lead, at=NOW)
            won.append(agree)
        except ConflictError as refusal:
            refused.append(refusal.message)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=decide, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(refused)) == (1, 7)
    assert set(refused) == {"吴三 decided about this swap at 2026-09-15 09:00."}
    assert again(swap).approved == won[0]
    assert standing() == [((taker if won[0] else giver).pk, given.starts_at)]


# --- pages ----------------------------------------------------------------------------------------


def test_the_pages_from_asking_to_agreement(
    world: World, giver: Person, taker: Person, officer: User, station_lead: User, as_user: SignIn
) -> None:
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + 24 * HOUR
    given = shift(world.station_a1, giver, start, start + 8 * HOUR)
    room = reverse("duty:swap-room", args=[world.station_a1.pk])
    ask = reverse("duty:swap-new", args=[given.pk])
    client, lead = as_user(officer), as_user(station_lead)
    assert ask in client.get(room).content.decode()
    assert lead.get(ask)["Location"] == room
    foreign = lead.post(ask, {"to_person": taker.pk, "reason": "培训"})
    assert foreign.status_code == 422
    assert "Only 陈一 may give this shift away." in foreign.content.decode()
    own = client.post(ask, {"to_person": giver.pk, "reason": "培训"})
    assert (own.status_code, list(own.context["form"].errors)) == (422, ["to_person"])
    answer = client.post(ask, {"to_person": taker.pk, "reason": "培训"}, follow=True)
    assert "何接 and the lead are told." in answer.content.decode()
    row = ShiftSwap.everything.get()
    page = row.get_absolute_url()
    assert ask not in client.get(room).content.decode()
    assert "Approve: the shift moves" not in client.get(page).content.decode()
    assert client.post(f"{page}decide/", {"decision": "approve"}).status_code == 403
    silent = lead.post(f"{page}decide/", {"decision": "refuse"})
    assert silent.status_code == 422
    assert silent.context["form"].errors["reason"] == ["Say why you do not agree."]
    agreed = lead.post(f"{page}decide/", {"decision": "approve"}, follow=True)
    assert "何接 has the shift now." in agreed.content.decode()
    late = lead.post(f"{page}decide/", {"decision": "approve"})
    assert late.status_code == 422
    assert "decided about this swap" in late.content.decode()


def test_the_asker_withdraws_on_the_page(
    asked: ShiftSwap, officer: User, station_lead: User, as_user: SignIn
) -> None:
    address = f"{asked.get_absolute_url()}withdraw/"
    assert as_user(station_lead).post(address).status_code == 403
    as_user(officer).post(address)
    assert again(asked).withdrawn_at is not None
    page = as_user(officer).post(address, follow=True)
    assert "This swap was withdrawn." in page.content.decode()


def test_the_list_filters_by_state_in_constant_queries(
    world: World,
    asked: ShiftSwap,
    giver: Person,
    taker: Person,
    officer: User,
    county_staff: User,
    as_user: SignIn,
    django_assert_num_queries: Callable[..., object],
) -> None:
    client = as_user(county_staff)
    address = reverse("duty:swap-list")
    assert asked.get_absolute_url() in client.get(f"{address}?state=pending").content.decode()
    assert asked.get_absolute_url() not in client.get(f"{address}?state=refused").content.decode()
    with django_assert_num_queries(9):
        client.get(address)
    for day in (2, 3):
        more = shift(world.station_a1, giver, at("08:00", days=day), at("20:00", days=day))
        ask_swap(shift=more, to_person=taker, reason="培训", by=officer, now=NOW)
    with django_assert_num_queries(9):
        client.get(address)
