"""The handover through the screen: two people, two signatures, the supervisor's list."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duty.models import ShiftHandover
from duty.services.handover import sign_out
from duty.views.handover import HandoverList, detail
from duty.views.handover_acts import room
from policeroom.accounts.models import User
from tests.duty.handover_helpers import drafted, handed_over, lines_of, noted, person_of, signer
from tests.duty.orders_helpers import HOUR
from tests.world import World

pytestmark = pytest.mark.integration
SignIn = Callable[[User | None], Client]


@pytest.fixture
def lin(world: World, city_supervisor: User) -> User:
    return signer(world.station_a1, city_supervisor, number="500001", name="林出")


@pytest.fixture
def he(world: World, city_supervisor: User) -> User:
    return signer(world.station_a1, city_supervisor, number="500002", name="何进", kind="auxiliary")


@pytest.fixture
def far(world: World, other_city_supervisor: User) -> tuple[User, User]:
    """Two people of a room in the other city."""
    return (
        signer(world.station_b1, other_city_supervisor, number="500011", name="远一"),
        signer(world.station_b1, other_city_supervisor, number="500012", name="远二"),
    )


def typed(lin: User, he: User, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the form."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "outgoing": person_of(lin).pk,
        "incoming": person_of(he).pk,
        "handed_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "notes": "",
        "act": "sign",
        **changes,
    }


def room_url(world: World) -> str:
    return reverse("duty:handover-room", args=[world.station_a1.pk])


def url(name: str, row: ShiftHandover) -> str:
    return reverse(f"duty:handover-{name}", args=[row.pk])


def said(page: Any) -> str:
    return " ".join(str(message) for message in page.context["messages"])


# --- one click to sign, one to take over ---------------------------------------------------------
def test_menu_leads_out_and_in(world: World, lin: User, he: User, as_user: SignIn) -> None:
    """The page of the menu holds the button; both sides sign with one click on it."""
    outgoing, incoming = as_user(lin), as_user(he)
    noted(world.station_a1, lin, "东门灯坏", now=timezone.now() - HOUR)
    page = outgoing.get(reverse("duty:handover"), follow=True)
    assert page.redirect_chain[-1][0] == room_url(world)
    assert page.context["form"].fields["outgoing"].initial == person_of(lin)
    assert "东门灯坏" in page.content.decode()

    page = outgoing.post(room_url(world), typed(lin, he, notes="车钥匙在抽屉"), follow=True)
    row = ShiftHandover.everything.get()
    assert page.redirect_chain[-1][0] == row.get_absolute_url()
    assert f"{row.number} is signed; 何进 signs next." in said(page)
    assert url("sign-in", row) not in page.content.decode()
    assert "东门灯坏" in lines_of(row, "notes")[0]

    page = incoming.get(reverse("duty:handover"), follow=True)
    assert page.redirect_chain[-1][0] == row.get_absolute_url()
    assert url("sign-in", row) in page.content.decode()
    assert "车钥匙在抽屉" in page.content.decode()
    page = incoming.post(url("sign-in", row), follow=True)
    row.refresh_from_db()
    assert (row.signed_out_by, row.signed_in_by) == (lin, he)
    assert "signed by both" in page.content.decode()
    assert url("change", row) not in page.content.decode()
    page = incoming.get(reverse("duty:handover"), follow=True)
    assert page.redirect_chain[-1][0] == room_url(world)


def test_a_kept_sheet_waits_for_its_author(
    world: World, lin: User, he: User, as_user: SignIn
) -> None:
    client = as_user(lin)
    client.post(room_url(world), typed(lin, he, act="keep"))
    row = ShiftHandover.everything.get()
    assert (row.signed_out_at, row.sections) == (None, {})
    page = client.get(reverse("duty:handover"), follow=True)
    assert page.redirect_chain[-1][0] == row.get_absolute_url()
    noted(world.station_a1, lin, "后来的事", now=timezone.now())
    assert "后来的事" in client.get(row.get_absolute_url()).content.decode()
    client.post(url("sign-out", row))
    row.refresh_from_db()
    assert row.signed_out_by == lin


def test_a_double_send_makes_one_sheet(world: World, lin: User, he: User, as_user: SignIn) -> None:
    sent = typed(lin, he)
    pages = [as_user(lin).post(room_url(world), sent) for _time in range(2)]
    row = ShiftHandover.everything.get()
    assert [page["Location"] for page in pages] == [row.get_absolute_url()] * 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"incoming": "outgoing"}, "not one of the available", id="same"),
        pytest.param({"incoming": ""}, "required", id="nobody"),
        pytest.param({"incoming": "stranger"}, "not one of the available", id="stranger"),
        pytest.param({"handed_at": "2026-01-01T08:00"}, "more than a day away", id="long ago"),
        pytest.param({"notes": "\n".join("一" * 13)}, "at most 12 lines", id="long notes"),
    ],
)
def test_what_cannot_be_signed_is_refused_at_the_form(
    world: World,
    lin: User,
    he: User,
    far: tuple[User, User],
    as_user: SignIn,
    changes: dict[str, str],
    words: str,
) -> None:
    known = {"outgoing": person_of(lin).pk, "stranger": person_of(far[0]).pk}
    sent = typed(lin, he, **{key: known.get(value, value) for key, value in changes.items()})
    page = as_user(lin).post(room_url(world), sent)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not ShiftHandover.everything.exists()


def test_signing_for_somebody_else_leaves_nothing_behind(
    world: World, lin: User, he: User, station_lead: User, as_user: SignIn
) -> None:
    """A lead without a post in the room drafts for others and does not sign for them."""
    client = as_user(station_lead)
    assert not client.get(room_url(world)).context["form"].fields["outgoing"].widget.is_hidden
    page = client.post(room_url(world), typed(lin, he))
    assert page.status_code == 422
    assert "Only 林出 signs here" in page.content.decode()
    assert not ShiftHandover.everything.exists()


def test_a_colleague_who_sends_the_signature_is_told_whose_it_is(
    world: World, lin: User, he: User, station_lead: User, as_user: SignIn
) -> None:
    row = drafted(world.station_a1, lin, he, now=timezone.now())
    page = as_user(station_lead).post(url("sign-out", row), follow=True)
    assert "Only 林出 signs here" in said(page)
    row.refresh_from_db()
    assert row.signed_out_at is None


# --- changing -----------------------------------------------------------------------------------
def test_the_taker_changes_under_the_signature_and_nothing_else(
    world: World, lin: User, he: User, city_supervisor: User, as_user: SignIn
) -> None:
    other = signer(world.station_a1, city_supervisor, number="500004", name="替班")
    row = drafted(world.station_a1, lin, he, now=timezone.now())
    assert set(as_user(lin).get(url("change", row)).context["form"].fields) == {
        "incoming",
        "handed_at",
        "notes",
    }
    sign_out(handover=row, by=lin, now=timezone.now())
    assert set(as_user(lin).get(url("change", row)).context["form"].fields) == {"incoming"}
    sent = {"incoming": person_of(other).pk, "notes": "偷改"}
    as_user(lin).post(url("change", row), sent)
    row.refresh_from_db()
    assert (row.incoming, row.notes) == (person_of(other), "")


# --- supervisors --------------------------------------------------------------------------------
def test_supervisors_see_what_is_not_signed_with_a_count(
    world: World,
    lin: User,
    he: User,
    far: tuple[User, User],
    county_staff: User,
    city_supervisor: User,
    as_user: SignIn,
) -> None:
    now = timezone.now()
    handed_over(world.station_a1, lin, he, now=now - 2 * HOUR)
    taking = drafted(world.station_a1, lin, he, now=now)
    sign_out(handover=taking, by=lin, now=now)
    leaving = drafted(world.station_a1, he, lin, now=now)
    drafted(world.station_b1, *far, now=now)
    for reader in (county_staff, city_supervisor):
        client = as_user(reader)

        def found(query: str, client: Client = client) -> set[str]:
            page = client.get(f"{reverse('duty:handover-list')}?{query}")
            return {row.cells[0].text for row in page.context["table"].rows}

        assert found("state=open") == {taking.number, leaving.number}
        assert found("state=incoming") == {taking.number}
        assert found("state=outgoing") == {leaving.number}
        assert len(found("")) == 3
        assert found("state=signed") == found("") - found("state=open")
        assert found("room=B0001") == set()
        page = client.get(reverse("duty:handover-list"))
        tabs = {str(tab.label): tab.count for tab in page.context["tabs"]}
        assert tabs["Not signed"] == "2"
        assert "Handover" not in tabs
        page = client.get(reverse("duty:handover"), follow=True)
        assert page.redirect_chain[-1][0] == reverse("duty:handover-list")
        page = client.get(room_url(world))
        assert (page.context["form"], len(page.context["sections"])) == (None, 5)
        assert client.post(room_url(world), {}).status_code == 403
        assert client.post(url("sign-in", taking)).status_code == 403


def test_the_list_exports_what_it_shows(
    world: World, lin: User, he: User, city_supervisor: User, as_user: SignIn
) -> None:
    row = handed_over(world.station_a1, lin, he, now=timezone.now())
    page = as_user(city_supervisor).get(f"{reverse('duty:handover-list')}?export=csv")
    sheet = page.content.decode("utf-8-sig")
    assert row.number in sheet
    assert "何进 auxiliary" in sheet
    assert "signed by both" in sheet


def test_another_city_finds_nothing(
    world: World, lin: User, he: User, other_city_supervisor: User, as_user: SignIn
) -> None:
    row = handed_over(world.station_a1, lin, he, now=timezone.now())
    client = as_user(other_city_supervisor)
    for address in (row.get_absolute_url(), url("print", row), room_url(world)):
        assert client.get(address).status_code == 404


# --- paper --------------------------------------------------------------------------------------
def test_the_printed_page_holds_sections_notes_and_both_names(
    world: World, lin: User, he: User, as_user: SignIn
) -> None:
    now = timezone.now()
    for number in range(50):
        noted(world.station_a1, lin, f"事项{number:02d}", now=now - HOUR)
    row = handed_over(world.station_a1, lin, he, now=now, notes="一\n二")
    page = as_user(he).get(url("print", row))
    text = page.content.decode()
    left = {item.section.key: item.left_out for item in page.context["printed"]}
    assert left["notes"] > 0
    assert f"{left['notes']} more in the system" in text
    assert "事项00" in text
    assert "事项49" not in text
    assert text.count("林出") >= 2
    assert text.count("何进") >= 2


# --- cost ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["list", "detail", "room"])
def test_pages_ask_the_same_number_of_questions_for_many_sheets(
    world: World,
    lin: User,
    he: User,
    asked: Callable[[User, str], HttpRequest],
    view: str,
) -> None:
    now = timezone.now()
    row = handed_over(world.station_a1, lin, he, now=now - 5 * HOUR)

    def ask() -> Any:
        request = asked(lin, "/")
        page = {
            "list": lambda: HandoverList.as_view()(request),
            "detail": lambda: detail(request, pk=row.pk),
            "room": lambda: room(request, pk=world.station_a1.pk),
        }[view]()
        assert page.status_code == 200

    ask()
    with CaptureQueriesContext(connection) as before:
        ask()
    for number in range(3):
        noted(world.station_a1, lin, "事", now=now - 4 * HOUR)
        handed_over(world.station_a1, lin, he, now=now - number * HOUR)
    with CaptureQueriesContext(connection) as after:
        ask()
    assert len(after) == len(before)
