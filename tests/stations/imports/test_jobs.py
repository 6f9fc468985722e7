"""The life of an import: claimed once, written whole, resumed after a crash, then forgotten."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisDown

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
NEW = ("新港大学", "4199010009", "临江市", "本科")


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
    job = upload(("", "4199010009", "临江市", "本科"))

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
    job = ready(("临江科技大学", "4199010001", "临江市", "本科"))
    world.university_a.name = "临江科技大学"
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


@pytest.fixture
def outside():
    """A second connection: another worker."""
    other = connections["default"].copy()
    other.ensure_connection()
    yield other
    other.close()


@pytest.mark.django_db
def test_two_workers_claim_one_job_once(outside):
    name = f"w{uuid.uuid4().hex[:12]}"
    with outside.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (password, is_superuser, username, name, org_path,"
            " unit_name, email, language, is_active, is_demo, must_change_password,"
            " previous_passwords, created_at) VALUES ('', false, %s, 'w', '', '', '', '', true,"
            " false, false, '[]', now()) RETURNING id",
            [name],
        )
        (user_id,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO stations_importjob (kind, state, filename, content, sha256, province,"
            " org_path, ranges, created_by_id, created_at, attempts, report) VALUES"
            " ('stations', 'waiting', 'a.csv', '', '', '', '01', '[]', %s, now(), 0, '{}')"
            " RETURNING id",
            [user_id],
        )
        (job_id,) = cursor.fetchone()
    try:
        outside.set_autocommit(False)
        with outside.cursor() as cursor:
            cursor.execute("SELECT 1 FROM stations_importjob WHERE id = %s FOR UPDATE", [job_id])
        while_locked = jobs.claim(job_id, at=NOW)
        outside.rollback()
        after = jobs.claim(job_id, at=NOW)

        assert while_locked is None
        assert after is not None
        assert after.state == State.CHECKING
    finally:
        connections["default"].rollback()
        outside.set_autocommit(True)
        with outside.cursor() as cursor:
            cursor.execute("DELETE FROM stations_importjob WHERE id = %s", [job_id])
            cursor.execute("DELETE FROM accounts_user WHERE id = %s", [user_id])


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
