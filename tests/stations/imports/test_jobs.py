"""The life of an import: claimed once, written whole, resumed after a crash, then forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisDown

from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, NotAllowedError
from policeroom.common.models import AuditEvent
from policeroom.common.scope import subtree
from stations.imports import bulk, jobs, progress
from stations.imports.report import ImportReport
from stations.models import ImportJob, University
from stations.tasks import resume_imports, run_import
from tests.stations.imports.files import (
    csv_file,
    scope_at,
    table_counts,
    universities,
)

pytestmark = pytest.mark.integration

State = ImportJob.State
NOW = timezone.make_aware(dt.datetime(2026, 9, 10, 8))  # noqa: DTZ001 -- made aware
NEW = ("新港大学", "4199010009", "澜江市", "本科")


def clock() -> dt.datetime:
    return NOW


def fresh(job: ImportJob) -> ImportJob:
    return ImportJob.objects.unscoped("test").get(pk=job.pk)


def aged(job: ImportJob, **fields: object) -> None:
    ImportJob.objects.unscoped("test").filter(pk=job.pk).update(**fields)


@pytest.fixture
def upload(world, province_staff):
    def send(*rows, unit=None, **fields) -> ImportJob:
        unit = unit or world.province
        values = {
            "kind": ImportJob.Kind.UNIVERSITIES,
            "filename": "list.csv",
            "content": csv_file(universities(*(rows or (NEW,)))),
            "area": subtree(unit.org_path),
            "scope": scope_at(unit),
            "by": province_staff,
            "as_of": dt.date(2026, 9, 1),
        }
        return jobs.upload(**{**values, **fields})

    return send


@pytest.fixture
def ready(upload):
    def make(*rows) -> ImportJob:
        job = upload(*rows)
        assert jobs.run(job.pk, clock=clock) == State.READY
        return fresh(job)

    return make


def test_dry_run_writes_nothing_and_waits(upload):
    job = upload()
    before = table_counts()

    assert jobs.run(job.pk, clock=clock) == State.READY

    job = fresh(job)
    assert ImportReport.from_json(job.report).counts()["created"] == 1
    assert table_counts() == before
    assert bytes(job.content)


def test_bad_file_ends_refused_and_is_forgotten(upload):
    job = upload(("", "4199010009", "澜江市", "本科"))

    assert jobs.run(job.pk, clock=clock) == State.REFUSED

    job = fresh(job)
    (problem,) = ImportReport.from_json(job.report).problems
    assert (problem.line, problem.column) == (4, "学校名称")
    assert (bytes(job.content), job.finished_at) == (b"", NOW)


def test_confirmed_import_is_written_once_and_forgotten(world, ready, province_staff):
    job = ready()
    jobs.confirm(job=job, scope=scope_at(world.province), by=province_staff, at=NOW)

    assert jobs.run(job.pk, clock=clock) == State.DONE
    assert jobs.run(job.pk, clock=clock) == ""

    job = fresh(job)
    assert (bytes(job.content), job.confirmed_by) == (b"", province_staff)
    assert University.objects.unscoped("test").filter(code="4199010009").count() == 1
    event = AuditEvent.objects.unscoped("test").get(action="imports.commit")
    assert (event.actor, event.object_id, event.after["created"]) == (
        province_staff,
        str(job.pk),
        1,
    )


def test_unconfirmed_import_is_never_written(ready):
    job = ready()

    assert jobs.run(job.pk, clock=clock) == ""
    assert fresh(job).state == State.READY


def test_records_that_changed_since_the_dry_run_stop_the_writing(world, ready, province_staff):
    job = ready(("澜江科技大学", "4199010001", "澜江市", "本科"))
    world.university_a.name = "澜江科技大学"
    world.university_a.save()
    jobs.confirm(job=job, scope=scope_at(world.province), by=province_staff, at=NOW)
    before = table_counts()

    assert jobs.run(job.pk, clock=clock) == State.READY

    job = fresh(job)
    report = ImportReport.from_json(job.report)
    assert report.notices[0].code == "changed_since"
    assert (report.changed, report.unchanged, job.confirmed_by) == (0, 1, None)
    assert table_counts() == before


def test_failure_in_the_middle_leaves_nothing(world, ready, province_staff, monkeypatch):
    job = ready(NEW, ("别处大学", "4199010008", "新城市", "本科"))
    jobs.confirm(job=job, scope=scope_at(world.province), by=province_staff, at=NOW)
    before = table_counts()

    def fail(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr(bulk, "first_versions", fail)
    with pytest.raises(RuntimeError):
        jobs.run(job.pk, clock=clock)

    assert table_counts() == before
    assert fresh(job).state == State.COMMITTING


def test_collision_is_one_clear_sentence(world, ready, province_staff, monkeypatch):
    job = ready()
    jobs.confirm(job=job, scope=scope_at(world.province), by=province_staff, at=NOW)
    real = bulk.create_units

    def meanwhile(units):
        real(units)
        taken = University(code=NEW[1], name="抢先大学", unit=world.city_a, level="college")
        taken.save()

    monkeypatch.setattr(bulk, "create_units", meanwhile)

    assert jobs.run(job.pk, clock=clock) == State.REFUSED
    (problem,) = ImportReport.from_json(fresh(job).report).problems
    assert problem.code == "collision"
    assert not University.objects.unscoped("test").filter(code=NEW[1]).exists()


# --- who may


def test_upload_for_an_area_that_is_not_held_is_refused(world, upload):
    with pytest.raises(NotAllowedError):
        upload(scope=scope_at(world.city_a))


def test_confirming_needs_the_area_of_the_job(world, ready, city_supervisor):
    with pytest.raises(NotAllowedError):
        jobs.confirm(job=ready(), scope=scope_at(world.city_a), by=city_supervisor, at=NOW)


def test_worker_has_the_reach_of_the_requester_and_no_more(world, upload):
    job = upload(("云川新大学", "4199010009", "云川市", "本科"), unit=world.city_a)

    assert jobs.run(job.pk, clock=clock) == State.REFUSED
    (problem,) = ImportReport.from_json(fresh(job).report).problems
    assert problem.code == "outside"


def test_ranges_need_both_actions(world):
    scope = scope_at(world.city_a, world.county_b1)

    assert jobs.ranges_for(ImportJob.Kind.CAMPUSES, scope) == (
        subtree(world.city_a.org_path),
        subtree(world.county_b1.org_path),
    )


# --- claimed once


def test_second_claim_finds_nothing(upload):
    job = upload()

    assert jobs.claim(job.pk, at=NOW) is not None
    assert jobs.claim(job.pk, at=NOW) is None


def elsewhere(act: Callable[[], Any]) -> Any:
    """Run `act` on a connection of its own, as another process would; it commits."""

    def on_own_connection() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(on_own_connection).result()


@pytest.fixture
def committed_job(db):
    """A waiting job that other connections see, removed afterwards."""

    def create() -> tuple[int, int]:
        user = User.objects.create_user(f"w{uuid.uuid4().hex[:10]}", name="w")
        job = ImportJob.objects.create(
            kind="stations", filename="a.csv", sha256="", org_path="01", created_by=user
        )
        return job.pk, user.pk

    def remove() -> None:
        ImportJob.objects.unscoped("test").filter(pk=job_id).delete()
        User.objects.filter(pk=user_id).delete()

    job_id, user_id = elsewhere(create)
    yield job_id
    elsewhere(remove)


def test_workers_that_claim_at_the_same_moment_get_one_job_once(committed_job):
    barrier = Barrier(4)

    def claim() -> bool:
        connection.ensure_connection()
        barrier.wait(timeout=30)
        return jobs.claim(committed_job, at=NOW) is not None

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _n: elsewhere(claim), range(4)))

    assert sorted(found) == [False, False, False, True]


def test_job_in_other_hands_is_neither_claimed_nor_waited_for(committed_job):
    def hold_and_try() -> bool:
        with transaction.atomic():
            rows = ImportJob.objects.unscoped("test").select_for_update()
            rows.get(pk=committed_job)
            return elsewhere(lambda: jobs.claim(committed_job, at=NOW)) is None

    assert elsewhere(hold_and_try)
    assert elsewhere(lambda: jobs.claim(committed_job, at=NOW)).state == State.CHECKING


# --- resumed


def test_lost_message_is_sent_again_and_crashed_run_set_back(upload):
    lost, crashed, new = upload(), upload(), upload()
    aged(lost, created_at=NOW - dt.timedelta(minutes=5))
    aged(
        crashed,
        state=State.CHECKING,
        attempts=1,
        created_at=NOW - dt.timedelta(minutes=5),
        started_at=NOW - dt.timedelta(minutes=5),
    )
    aged(new, created_at=NOW)

    assert jobs.resume(now=NOW) == [lost.pk, crashed.pk]
    assert fresh(crashed).state == State.WAITING


def test_run_that_breaks_off_three_times_is_refused(upload):
    job = upload()
    aged(job, state=State.COMMITTING, attempts=3, started_at=NOW - dt.timedelta(minutes=5))

    assert jobs.resume(now=NOW) == []

    job = fresh(job)
    (problem,) = ImportReport.from_json(job.report).problems
    assert (job.state, problem.code, bytes(job.content)) == (State.REFUSED, "broken_off", b"")


def test_dry_run_nobody_confirms_is_given_up_after_a_week(ready):
    old, young = ready(), ready()
    aged(old, created_at=NOW - dt.timedelta(days=7, seconds=1))
    aged(young, created_at=NOW - dt.timedelta(days=7))

    jobs.resume(now=NOW)

    assert (fresh(old).state, bytes(fresh(old).content)) == (State.CANCELLED, b"")
    assert fresh(young).state == State.READY


def test_tasks_run_what_waits(upload):
    job = upload()
    aged(job, created_at=timezone.now() - dt.timedelta(minutes=5))

    resume_imports.delay()
    run_import.delay(job.pk)

    assert fresh(job).state == State.READY


# --- cancelled


def test_cancelled_import_is_forgotten_and_cannot_be_confirmed(world, ready, province_staff):
    job = ready()

    jobs.cancel(job=job, by=province_staff, at=NOW)

    assert (fresh(job).state, bytes(fresh(job).content)) == (State.CANCELLED, b"")
    with pytest.raises(ConflictError):
        jobs.confirm(job=job, scope=scope_at(world.province), by=province_staff, at=NOW)
    with pytest.raises(ConflictError):
        jobs.cancel(job=job, by=province_staff, at=NOW)


# --- progress


def test_progress_is_seen_and_forgotten(upload, monkeypatch):
    job = upload()
    seen = []
    real = progress.Reporter.__call__

    def watch(self, stage, done, total):
        real(self, stage, done, total)
        seen.append(progress.read(job.pk).stage)

    monkeypatch.setattr(progress.Reporter, "__call__", watch)
    jobs.run(job.pk, clock=clock)

    assert seen == ["reading", "comparing"]
    assert progress.read(job.pk) is None


def test_import_works_without_a_cache(upload, monkeypatch):
    def down(*args, **kwargs):
        raise RedisDown("no cache")

    for name in ("set", "get", "delete"):
        monkeypatch.setattr(cache, name, down)
    job = upload()

    assert jobs.run(job.pk, clock=clock) == State.READY
    assert progress.read(job.pk) is None
