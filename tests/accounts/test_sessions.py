"""Sessions: time, number, ends from elsewhere (requirements 11, 13, 14, 15, 52)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from policeroom.accounts.models import User, UserSession
from policeroom.accounts.queries import open_sessions
from policeroom.accounts.services import deactivate_user, end_sessions
from policeroom.accounts.tasks import clear_expired_sessions
from policeroom.common.models import AuditEvent
from tests.accounts.conftest import NOW

pytestmark = pytest.mark.integration

AsUser = Callable[..., Client]
SignIn = Callable[..., HttpResponse]
PAGE = "/accounts/sessions/"
LOGIN = f"/accounts/login/?next={PAGE}"


def reasons() -> list[str]:
    rows = AuditEvent.objects.unscoped("test").filter(action="account.session-end").order_by("id")
    return [row.after["reason"] for row in rows]


@pytest.mark.parametrize(
    ("seconds", "status"),
    [
        pytest.param(29 * 60 + 59, 200, id="29:59"),
        pytest.param(30 * 60 + 1, 302, id="30:01"),
    ],
)
def test_idle_session_ends_after_thirty_minutes(
    officer: User, as_user: AsUser, clock: object, seconds: int, status: int
) -> None:
    browser = as_user(officer)

    clock.shift(seconds)

    assert browser.get(PAGE).status_code == status


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
@pytest.mark.parametrize(
    ("seconds", "status"),
    [
        pytest.param(14 * 60 + 59, 200, id="14:59"),
        pytest.param(15 * 60 + 1, 302, id="15:01"),
    ],
)
def test_idle_session_of_an_administrator_ends_after_fifteen_minutes(
    *,
    request: pytest.FixtureRequest,
    as_user: AsUser,
    clock: object,
    role: str,
    seconds: int,
    status: int,
) -> None:
    browser = as_user(request.getfixturevalue(role))

    clock.shift(seconds)

    assert browser.get(PAGE).status_code == status


def test_ended_session_says_why_and_leaves_nothing(
    officer: User, as_user: AsUser, clock: object
) -> None:
    browser = as_user(officer)
    clock.shift(31 * 60)

    response = browser.get(PAGE)
    page = browser.get(response.url, headers={"accept-language": "en"}).content.decode()

    assert response.url == LOGIN
    assert "signed out after 30 minutes without activity" in page
    assert (UserSession.objects.count(), Session.objects.count()) == (0, 0)
    assert reasons() == ["idle"]


def test_active_session_ends_after_twelve_hours(
    officer: User, as_user: AsUser, clock: object
) -> None:
    browser = as_user(officer)
    for _index in range(35):
        clock.shift(20 * 60)
        assert browser.get(PAGE).status_code == 200

    clock.shift(20 * 60 - 1)
    assert browser.get(PAGE).status_code == 200
    clock.shift(1)

    assert browser.get(PAGE).status_code == 302
    assert reasons() == ["absolute"]


def test_activity_is_written_at_most_once_a_minute(
    officer: User, as_user: AsUser, clock: object
) -> None:
    browser = as_user(officer)
    written = []

    for _index in range(4):
        clock.shift(25)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(PAGE)
        written.append(sum("UPDATE" in query["sql"] for query in queries))

    assert written == [0, 0, 1, 0]


def test_session_itself_is_not_written_by_pages(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)
    before = Session.objects.get().session_data

    browser.get(PAGE)
    browser.get(reverse("accounts:inbox"))

    assert Session.objects.get().session_data == before


def test_fourth_session_ends_the_oldest(officer: User, sign_in: SignIn, clock: object) -> None:
    browsers = []
    for _index in range(4):
        clock.shift(60)
        browsers.append(Client())
        sign_in(officer, browser=browsers[-1])

    statuses = [browser.get(PAGE).status_code for browser in browsers]

    assert statuses == [302, 200, 200, 200]
    assert reasons() == ["parallel"]


def test_sessions_that_are_over_do_not_count(officer: User, sign_in: SignIn, clock: object) -> None:
    active = Client()
    sign_in(officer, browser=active)
    for _index in range(2):
        sign_in(officer)
    for _index in range(2):
        clock.shift(20 * 60)
        active.get(PAGE)

    sign_in(officer)

    assert active.get(PAGE).status_code == 200
    assert UserSession.objects.filter(user=officer).count() == 2
    assert reasons() == []


def test_sessions_of_others_do_not_count(
    officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    browser = as_user(officer)

    for _index in range(3):
        as_user(neighbour_officer)

    assert browser.get(PAGE).status_code == 200


def test_page_lists_own_sessions_only(
    officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    as_user(neighbour_officer)
    UserSession.objects.filter(user=neighbour_officer).update(device="Opera · Linux")
    as_user(officer)
    UserSession.objects.filter(user=officer).update(device="Firefox · Windows", ip="192.0.2.7")
    browser = as_user(officer)

    page = browser.get(PAGE).content.decode()

    assert "Firefox · Windows" in page
    assert "192.0.2.7" in page
    assert "this session" in page
    assert "Opera · Linux" not in page


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_for_one_and_three_sessions(
    officer: User, as_user: AsUser, django_assert_num_queries: Callable[..., object], number: int
) -> None:
    browsers = [as_user(officer) for _index in range(number)]

    with django_assert_num_queries(8):
        browsers[-1].get(PAGE)


def test_own_session_is_ended_from_another_browser(officer: User, as_user: AsUser) -> None:
    here, there = as_user(officer), as_user(officer)
    row = UserSession.objects.get(session_key=there.cookies["sessionid"].value)

    response = here.post(reverse("accounts:session-end", args=[row.pk]))

    assert response.url == PAGE
    assert there.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_session_of_another_person_is_absent(
    officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    theirs = as_user(neighbour_officer)
    row = UserSession.objects.get(user=neighbour_officer)
    here = as_user(officer)

    foreign = here.post(reverse("accounts:session-end", args=[row.pk]))
    absent = here.post(reverse("accounts:session-end", args=[row.pk + 1000]))

    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert theirs.get(PAGE).status_code == 200


def test_present_session_is_not_ended_by_mistake(officer: User, as_user: AsUser) -> None:
    here = as_user(officer)
    row = UserSession.objects.get(user=officer)

    page = here.post(reverse("accounts:session-end", args=[row.pk]), follow=True)

    assert "sign out to end it" in page.content.decode()
    assert here.get(PAGE).status_code == 200


def test_all_other_sessions_end_at_once(officer: User, as_user: AsUser) -> None:
    here, *others = (as_user(officer) for _index in range(3))

    page = here.post(reverse("accounts:sessions-end-others"), follow=True)

    assert "2 other sessions were ended." in page.content.decode()
    assert [browser.get(PAGE).status_code for browser in (here, *others)] == [200, 302, 302]


@pytest.mark.parametrize("name", ["accounts:sessions-end-others", "accounts:logout"])
def test_ending_needs_a_post(officer: User, as_user: AsUser, name: str) -> None:
    assert as_user(officer).get(reverse(name)).status_code == 405


def test_disabled_account_is_out_at_the_next_request(
    officer: User, system_admin: User, as_user: AsUser
) -> None:
    browsers = [as_user(officer) for _index in range(3)]

    ended = deactivate_user(user=officer, reason="left", by=system_admin, at=timezone.now())

    assert ended == 3
    assert [browser.get(PAGE).status_code for browser in browsers] == [302, 302, 302]
    assert Session.objects.count() == 0


def test_session_without_its_row_is_over(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)
    UserSession.objects.filter(user=officer).delete()

    response = browser.get(PAGE, follow=True)

    assert response.redirect_chain == [(LOGIN, 302)]
    assert Session.objects.count() == 0


def test_end_sessions_keeps_the_named_one_and_counts(officer: User, as_user: AsUser) -> None:
    keep = as_user(officer)
    as_user(officer)

    ended = end_sessions(
        user=officer,
        by=None,
        at=timezone.now(),
        keep=keep.cookies["sessionid"].value,
        reason="test",
    )

    assert ended == 1
    assert keep.get(PAGE).status_code == 200
    assert (
        end_sessions(user=officer, by=None, at=timezone.now(), keep=keep.cookies["sessionid"].value)
        == 0
    )
    assert reasons() == ["test"]


def test_open_sessions_are_counted_without_those_that_are_over(
    officer: User, as_user: AsUser, clock: object
) -> None:
    as_user(officer)
    clock.shift(31 * 60)
    as_user(officer)
    UserSession.objects.create(user=officer, session_key="idle", created_at=NOW, last_seen_at=NOW)

    assert open_sessions(officer, at=timezone.now()) == 1


def test_sign_out_clears_session_and_browser(officer: User, as_user: AsUser) -> None:
    browser = as_user(officer)

    response = browser.post(reverse("accounts:logout"))

    assert (response.status_code, response.url) == (302, reverse("accounts:login"))
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.cookies["sessionid"].value == ""
    assert (UserSession.objects.count(), Session.objects.count()) == (0, 0)
    assert browser.get(PAGE).url == LOGIN
    last = AuditEvent.objects.unscoped("test").latest("id")
    assert (last.action, last.actor_id) == ("account.sign-out", officer.pk)


def test_task_removes_what_is_over_and_nothing_else(
    officer: User, as_user: AsUser, clock: object
) -> None:
    as_user(officer)
    clock.shift(40 * 60)
    living = as_user(officer)
    UserSession.objects.create(
        user=officer,
        session_key="left-over",
        created_at=timezone.now() - dt.timedelta(hours=1),
        last_seen_at=timezone.now() - dt.timedelta(hours=1),
    )

    clear_expired_sessions()

    assert living.get(PAGE).status_code == 200
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [
        living.cookies["sessionid"].value
    ]
    assert Session.objects.count() == 1


def test_program_gets_a_refusal_not_a_page(officer: User, as_user: AsUser) -> None:
    User.objects.filter(pk=officer.pk).update(must_change_password=True)

    response = as_user(officer).get("/api/v1/schema/")

    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "password_change_required"


def test_partial_request_is_led_by_a_header(officer: User, as_user: AsUser) -> None:
    User.objects.filter(pk=officer.pk).update(must_change_password=True)

    response = as_user(officer).get(PAGE, headers={"hx-request": "true"})

    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == reverse("accounts:password")
