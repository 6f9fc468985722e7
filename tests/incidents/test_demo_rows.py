"""The demonstration holds everything at least once: seeded one time for this file, then undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from incidents.deadline_kinds import KINDS
from incidents.enums_clocks import OutreachTopic
from incidents.models import Incident, OutreachActivity, Transfer, UrgentNotice
from incidents.queries.registers import ledger_lines, university_lines
from incidents.queries.urgent import other_of, side_verdicts, sides_of
from policeroom.accounts.models import User
from policeroom.common.clock import ClockStatus
from policeroom.common.deadlines import status_of
from policeroom.common.models import Deadline, Notification
from policeroom.common.periods import month_before, month_of
from stations.models import Station

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

#: Filled by imports that were confirmed; nothing of the demonstration's log is written yet.
EMPTY = {"SourceRow"}


@dataclass(frozen=True)
class Seeded:
    """The demonstration, and its instant."""

    now: dt.datetime
    room: Station


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker) -> Iterator[Seeded]:
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEMO_MODE=True):
        call_command("seed_demo", verbosity=0)
        lead = User.objects.get(username="990401")
        rooms = Station.objects.unscoped("test")
        yield Seeded(timezone.now(), rooms.get(org_path=lead.org_path))
        transaction.set_rollback(True)


def test_every_table_has_rows(seeded: Seeded) -> None:
    models = apps.get_app_config("incidents").get_models()
    empty = {model.__name__ for model in models if not model._base_manager.exists()}
    assert empty == EMPTY


def test_each_clock_stands_in_each_way(seeded: Seeded) -> None:
    rows = Deadline.objects.unscoped("test").filter(kind__in=[kind.code for kind in KINDS])
    found = {(row.kind, status_of(row, now=seeded.now)) for row in rows}
    assert found == {(kind.code, status) for kind in KINDS for status in ClockStatus}


def test_the_room_of_the_accounts_has_each_clock(seeded: Seeded) -> None:
    rows = Deadline.objects.unscoped("test").filter(org_path=seeded.room.org_path)
    found = {(row.kind, status_of(row, now=seeded.now)) for row in rows}
    wanted = {ClockStatus.RUNNING, ClockStatus.MET, ClockStatus.LATE, ClockStatus.OVERDUE}
    assert {(kind.code, status) for kind in KINDS for status in wanted} - found == set()


def test_overdue_clocks_reached_the_inboxes(seeded: Seeded) -> None:
    told = Notification.objects.filter(kind="deadline").values_list("recipient__username")
    assert {name for (name,) in told} >= {"990401", "990301", "990201"}


def test_notices_are_in_time_late_omitted_and_unknown(seeded: Seeded) -> None:
    notices = UrgentNotice.objects.unscoped("test").filter(struck_at__isnull=True)
    reasons = set()
    for notice in notices:
        sides = sides_of(notice)
        for code, side in sides.items():
            verdicts = side_verdicts(side, other_of(sides, code), notice, now=seeded.now)
            reasons |= {verdicts.report.reason, verdicts.notify.reason}
    assert reasons >= {
        "reported_in_time",
        "reported_late",
        "report_overdue",
        "report_omitted",
        "closed_without_report",
        "known_at_missing",
        "done_in_time",
        "done_late",
        "not_done",
        "clock_running",
        "other_side_knew",
    }


def test_rooms_fail_and_pass_every_monthly_and_yearly_rule(seeded: Seeded) -> None:
    today = timezone.localdate(seeded.now)
    months = [month_of(today), month_before(month_of(today))]
    rooms = Station.objects.unscoped("test").filter(closed_on__isnull=True).order_by("pk")
    found = set()
    for room in rooms[:60]:
        lines = ledger_lines(room, months, today=today)
        found |= {held.verdict.reason for line in lines for held in line.months}
        for line in university_lines(room, today=today):
            verdicts = (line.topics, line.review, line.plan, line.drill)
            found |= {verdict.reason for verdict in verdicts}
    assert found == {
        "all_topics",
        "drill_too_long_ago",
        "drilled",
        "entry_made",
        "ledger_not_kept_yet",
        "nil_return",
        "no_drill",
        "no_entry",
        "not_on_file",
        "on_file",
        "topics_missing",
    }


def test_outreach_covers_the_ten_topics(seeded: Seeded) -> None:
    rows = OutreachActivity.objects.unscoped("test").values_list("topics", flat=True)
    assert {topic for topics in rows for topic in topics} == set(OutreachTopic.values)


def test_every_closed_case_was_handed_over(seeded: Seeded) -> None:
    cases = Incident.objects.unscoped("test").filter(state="closed").exclude(category__case_kind="")
    handed = Transfer.objects.unscoped("test").filter(struck_at__isnull=True)
    assert not cases.exclude(pk__in=handed.values("incident")).exists()
