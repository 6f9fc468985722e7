"""Every renewal of a board and every emptying of a box stays, with who and when."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse

from policeroom.accounts.models import User
from stations.models import BoardRenewal, BoxEmptying, ContactBox, NoticeBoard
from tests.world import START, World

pytestmark = pytest.mark.integration

TODAY = dt.date(2026, 6, 10)
SignIn = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 6, 10, 10, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def board(world: World) -> NoticeBoard:
    return NoticeBoard.objects.create(
        station=world.station_a1, kind="disclosure", location="门厅", started_on=START
    )


@pytest.fixture
def box(world: World) -> ContactBox:
    return ContactBox.objects.create(station=world.station_a1, location="门外", started_on=START)


def url(name: str, row: NoticeBoard | ContactBox) -> str:
    return reverse(f"stations:{name}", args=[row.station_id, row.pk])


def cells(client: Client, address: str) -> list[list[str]]:
    table = client.get(address).context["history"]
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_history_of_a_board_shows_who_when_and_what(
    board: NoticeBoard, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    for day, note in (("2026-06-01", "换照片"), ("2026-06-09", "换电话")):
        sent = {"items": "staff", "day": day, "note": note}
        answer = client.post(url("board-renew", board), sent)
        assert answer["Location"] == url("board-history", board)

    shown = cells(client, url("board-history", board))

    assert [row[0] for row in shown] == ["2026-06-09", "2026-06-01"]
    assert [row[2] for row in shown] == ["换电话", "换照片"]
    assert {row[3] for row in shown} == {"陈一"}
    assert (
        url("board-history", board)
        in client.get(reverse("stations:premises", args=[board.station_id])).content.decode()
    )


def test_history_of_a_box_takes_an_earlier_day_and_keeps_the_newest_in_front(
    box: ContactBox, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    client.post(url("box-emptied", box))
    client.post(url("box-emptied", box), {"day": "2026-06-02"})

    assert [row[0] for row in cells(client, url("box-history", box))] == [
        "2026-06-10",
        "2026-06-02",
    ]
    box.refresh_from_db()
    assert box.last_emptied_on == TODAY


def test_a_refused_day_is_told_and_writes_nothing(
    box: ContactBox, officer: User, as_user: SignIn
) -> None:
    answer = as_user(officer).post(url("box-emptied", box), {"day": "2026-06-11"}, follow=True)

    assert "in the future" in answer.content.decode()
    assert not box.emptyings.exists()


def test_a_superior_reads_the_history_and_finds_no_form(
    board: NoticeBoard, box: ContactBox, education: User, as_user: SignIn
) -> None:
    client = as_user(education)

    for name, row in (("board-history", board), ("box-history", box)):
        text = client.get(url(name, row)).content.decode()
        assert "is recorded yet" in text
        assert 'name="day"' not in text


@pytest.fixture
def education(world: World) -> User:
    from policeroom.common.roles import Role
    from tests.world import make_user

    return make_user("100020", "教育", world.province, Role.EDUCATION)


def test_an_ended_box_keeps_its_history_and_takes_nothing_more(
    box: ContactBox, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)
    client.post(url("box-emptied", box))
    ContactBox.objects.unscoped("arrange").filter(pk=box.pk).update(ended_on=TODAY)

    page = client.get(url("box-history", box))

    assert [row.cells[0].text for row in page.context["history"].rows] == ["2026-06-10"]
    assert page.context["form"] is None


def test_what_was_kept_before_becomes_the_first_row(board: NoticeBoard, box: ContactBox) -> None:
    board.contents = {"staff": "2026-05-01", "rules": "2026-05-02"}
    board.save()
    box.last_emptied_on = dt.date(2026, 5, 3)
    box.save()
    migration = importlib.import_module("stations.migrations.0005_upkeep_taken_over")

    for _again in range(2):
        migration.take_over(apps, None)

    kept = BoardRenewal.objects.unscoped("test").filter(board=board)
    assert set(kept.values_list("item", "renewed_on", "recorded_by")) == {
        ("staff", dt.date(2026, 5, 1), None),
        ("rules", dt.date(2026, 5, 2), None),
    }
    emptied = BoxEmptying.objects.unscoped("test").filter(box=box)
    assert list(emptied.values_list("emptied_on", "recorded_by")) == [(dt.date(2026, 5, 3), None)]
