"""The inbox: own lines, unread first, read by an act."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from policeroom.accounts.models import User
from policeroom.common.models import Notification
from policeroom.common.notify import notify

pytestmark = pytest.mark.integration

AsUser = Callable[..., Client]
INBOX = "/accounts/inbox/"


def tell(user: User, *titles: str, url: str = "") -> list[Notification]:
    for title in titles:
        notify([user], kind="test", title=title, key=title, url=url)
    return [Notification.objects.get(recipient=user, title=title) for title in titles]


def shown(page: str) -> list[str]:
    return re.findall(r"Line \d+", re.sub(r'aria-label="[^"]*"', "", page))


def test_empty_inbox_says_what_belongs_here(officer: User, as_user: AsUser) -> None:
    page = as_user(officer).get(INBOX).content.decode()

    assert "Nothing here yet" in page
    assert reverse("home") in page


def test_only_own_lines_unread_first_newest_first(
    officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    tell(neighbour_officer, "Line 9")
    old, *_rest = tell(officer, "Line 1", "Line 2", "Line 3")
    _first, second, _third = Notification.objects.filter(recipient=officer).order_by("pk")
    Notification.objects.filter(pk=second.pk).update(read_at=timezone.now())

    page = as_user(officer).get(INBOX).content.decode()

    assert shown(page) == ["Line 3", "Line 1", "Line 2"]
    assert "3 messages, 2 unread" in page
    assert old.recipient_id == officer.pk


def test_opening_marks_read_and_leads_on(officer: User, as_user: AsUser) -> None:
    [line] = tell(officer, "Line 1", url="/accounts/sessions/")

    response = as_user(officer).post(reverse("accounts:inbox-read", args=[line.pk]), {"open": "1"})

    assert response.url == "/accounts/sessions/"
    line.refresh_from_db()
    assert line.read_at == timezone.now()


def test_second_opening_keeps_the_first_instant(
    officer: User, as_user: AsUser, clock: object
) -> None:
    [line] = tell(officer, "Line 1", url="/accounts/sessions/")
    browser = as_user(officer)
    browser.post(reverse("accounts:inbox-read", args=[line.pk]), {"open": "1"})
    first = timezone.now()
    clock.shift(60)

    again = browser.post(reverse("accounts:inbox-read", args=[line.pk]), {"open": "1"})

    assert again.url == "/accounts/sessions/"
    line.refresh_from_db()
    assert line.read_at == first


def test_marking_read_stays_in_the_inbox(officer: User, as_user: AsUser) -> None:
    [line] = tell(officer, "Line 1", url="/accounts/sessions/")

    response = as_user(officer).post(reverse("accounts:inbox-read", args=[line.pk]))

    assert response.url == INBOX


def test_opening_leads_nowhere_else(officer: User, as_user: AsUser) -> None:
    [line] = tell(officer, "Line 1", url="https://evil.example/")

    response = as_user(officer).post(reverse("accounts:inbox-read", args=[line.pk]), {"open": "1"})

    assert response.url == INBOX


def test_line_of_another_person_is_absent(
    officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    [line] = tell(neighbour_officer, "Line 9")
    browser = as_user(officer)

    foreign = browser.post(reverse("accounts:inbox-read", args=[line.pk]))
    absent = browser.post(reverse("accounts:inbox-read", args=[line.pk + 1000]))

    assert (foreign.status_code, foreign.content) == (404, absent.content)
    line.refresh_from_db()
    assert line.read_at is None


def test_mark_all_read_touches_own_lines_only(
    officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    tell(officer, "Line 1", "Line 2")
    [theirs] = tell(neighbour_officer, "Line 9")

    page = as_user(officer).post(reverse("accounts:inbox-read-all"), follow=True)

    assert "2 messages were marked as read." in page.content.decode()
    assert not Notification.objects.filter(recipient=officer, read_at__isnull=True).exists()
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_looking_marks_nothing(officer: User, as_user: AsUser) -> None:
    tell(officer, "Line 1")
    browser = as_user(officer)

    browser.get(INBOX)
    refused = browser.get(reverse("accounts:inbox-read-all"))

    assert refused.status_code == 405
    assert Notification.objects.filter(read_at__isnull=True).count() == 1


def test_pages_follow_each_other_without_gap_or_repeat(officer: User, as_user: AsUser) -> None:
    tell(officer, *(f"Line {number}" for number in range(1000, 1060)))
    Notification.objects.filter(title__lt="Line 1030").update(read_at=timezone.now())
    browser = as_user(officer)

    first = browser.get(INBOX)
    second = browser.get(INBOX + first.context["next_url"])

    seen = shown(first.content.decode()) + shown(second.content.decode())
    expected = [f"Line {n}" for n in (*range(1059, 1029, -1), *range(1029, 999, -1))]
    assert seen == expected
    assert second.context["next_url"] == ""


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_for_one_and_three_lines(
    officer: User, as_user: AsUser, django_assert_num_queries: Callable[..., object], number: int
) -> None:
    tell(officer, *(f"Line {index}" for index in range(number)))
    browser = as_user(officer)

    with django_assert_num_queries(9):
        browser.get(INBOX)
