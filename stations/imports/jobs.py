"""Acts on imports: upload, dry run, confirm, write, cancel. The job's row is the truth.

A worker claims a job by moving its state under a row lock, commits that, and then holds the lock
while it works: a crash frees the lock, and `resume` sets the job back. Messages may come twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.scope import Range, Scope
from stations.imports import pipeline, progress
from stations.imports.base import Context, reach
from stations.imports.cells import RefusedFileError
from stations.imports.registry import list_of
from stations.imports.report import ImportReport, Problem, refused
from stations.models import ImportJob

State = ImportJob.State
Clock = Callable[[], dt.datetime]

#: What a worker may begin, and what the job is while it runs.
BEGIN = {State.WAITING: State.CHECKING, State.CONFIRMED: State.COMMITTING}
_BACK = {running: waiting for waiting, running in BEGIN.items()}
_OUTCOME = ("state", "report", "confirmed_by", "confirmed_at")
#: Facts that come later in the life of a job, and its bytes.
_LATER = {"content", "report", "started_at", "finished_at", "confirmed_by", "confirmed_at"}
MAX_ATTEMPTS = 3
#: A message this old was lost; a run this old without its lock has crashed.
LOST_AFTER = dt.timedelta(seconds=60)
#: A dry run nobody confirmed is given up, and its file with it (requirement 58).
UNCONFIRMED_AFTER = dt.timedelta(days=7)


def ranges_for(kind: str, scope: Scope) -> tuple[Range, ...]:
    """Where the scope may import this list: its gate and its own action together."""
    runs = scope.ranges_for(list_of(kind).gate)
    acts = scope.ranges_for(list_of(kind).action)
    both = {max(run, act) for run in runs for act in acts if _nested(run, act)}
    return tuple(sorted(both))


def _nested(one: Range, other: Range) -> bool:
    """Subtrees either lie in each other or share nothing; the deeper one sorts last."""
    outer, inner = min(one, other), max(one, other)
    return outer[0] <= inner[0] < outer[1]


def _within(inner: Range | list[str], ranges: tuple[Range, ...]) -> bool:
    return any(low <= inner[0] and inner[1] <= high for low, high in ranges)


@transaction.atomic
def upload(
    *,
    kind: str,
    filename: str,
    content: bytes,
    area: Range,
    scope: Scope,
    by: Any,
    province: str = "",
    as_of: dt.date | None = None,
    state: str = State.WAITING,
    options: Mapping[str, Any] | None = None,
) -> ImportJob:
    """Keep a file for the dry run. `area` is the one subtree it will be imported for.

    `state` is MAPPING for a file whose columns somebody has to name first; then `assign` goes on.

    Raises: NotAllowedError if the scope does not hold the list's actions there.
    """
    if not _within(area, ranges_for(kind, scope)):
        raise NotAllowedError(_("You may not import this list for this area."))
    job = ImportJob(
        kind=kind,
        filename=filename[-200:],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        province=province,
        as_of=as_of,
        org_path=area[0],
        ranges=[list(area)],
        created_by=by,
        state=state,
        options=dict(options or {}),
    )
    job.full_clean(exclude=_LATER)
    job.save()
    after = {"list": kind, "file": job.filename, "bytes": len(content), "sha256": job.sha256}
    audit.record("imports.upload", by=by, obj=job, after=after)
    return job


@transaction.atomic
def assign(
    *, job: ImportJob, options: Mapping[str, Any], scope: Scope, state: str = State.WAITING
) -> ImportJob:
    """Say what the columns of the file mean, or say it anew; the dry run follows.

    With `state` MAPPING it does not follow yet: there is more to say.

    Raises: NotAllowedError if the actor no longer holds the job's area; ConflictError unless the
    file waits for this or for confirmation.
    """
    _require_area(job, scope)
    held = _held(job)
    if held.state not in (State.MAPPING, State.READY):
        raise ConflictError(
            _("This import is not waiting for its columns: %(state)s.")
            % {"state": held.get_state_display()}
        )
    held.state = state
    held.options = {**held.options, **options}
    held.report = {}
    held.attempts = 0
    held.save(update_fields=["state", "options", "report", "attempts"])
    return held


@transaction.atomic
def confirm(
    *,
    job: ImportJob,
    scope: Scope,
    by: Any,
    at: dt.datetime,
    options: Mapping[str, Any] | None = None,
) -> ImportJob:
    """Say that the dry run may be written; `options` are further decisions about it.

    Raises: NotAllowedError if the actor no longer holds the job's area; ConflictError unless the
    job waits for exactly this.
    """
    _require_area(job, scope)
    held = _held(job)
    if held.state != State.READY:
        raise ConflictError(
            _("This import is not waiting for confirmation: %(state)s.")
            % {"state": held.get_state_display()}
        )
    held.state = State.CONFIRMED
    held.confirmed_by, held.confirmed_at = by, at
    held.attempts = 0
    held.options = {**held.options, **(options or {})}
    held.save(update_fields=["state", "confirmed_by", "confirmed_at", "attempts", "options"])
    return held


def _require_area(job: ImportJob, scope: Scope) -> None:
    if not all(_within(area, ranges_for(job.kind, scope)) for area in job.ranges):
        raise NotAllowedError(_("You may not import this list for this area."))


@transaction.atomic
def cancel(*, job: ImportJob, by: Any, at: dt.datetime) -> ImportJob:
    """Give an import up; nothing of it was written, and the file is forgotten.

    Raises: ConflictError if it has ended, or a worker has it at this moment.
    """
    held = _held(job)
    if held.is_over or held.state == State.COMMITTING:
        raise ConflictError(
            _("This import can no longer be cancelled: %(state)s.")
            % {"state": held.get_state_display()}
        )
    _end(held, State.CANCELLED, at=at)
    audit.record("imports.cancel", by=by, obj=held, after={"file": held.filename})
    return held


def _held(job: ImportJob) -> ImportJob:
    """The job's row, locked.

    Raises: ConflictError if a worker holds it.
    """
    rows = ImportJob.objects.unscoped("lock a job that was fetched through the scope")
    held = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=job.pk).first()
    if held is None:
        raise ConflictError(_("This import is being worked on. Wait until it is finished."))
    return held


# --- the worker -----------------------------------------------------------------------------------


def run(job_id: int, *, clock: Clock) -> str:
    """Do what the job waits for: the dry run, or the writing. Returns the new state, "" if none.

    Safe to call any number of times, from any number of workers.
    """
    job = claim(job_id, at=clock())
    if job is None:
        return ""
    act = _write if job.state == State.COMMITTING else _check
    with transaction.atomic():
        held = _still_mine(job)
        if held is None:
            return ""
        act(held, clock)
    progress.forget(job_id)
    return held.state


@transaction.atomic
def claim(job_id: int, *, at: dt.datetime) -> ImportJob | None:
    """Take a waiting job; None if it does not wait, or somebody else has it."""
    rows = ImportJob.objects.unscoped("a worker looks a job up by its id")
    waiting = rows.select_for_update(of=("self",), skip_locked=True)
    job = waiting.filter(pk=job_id, state__in=list(BEGIN)).first()
    if job is None:
        return None
    job.state = BEGIN[State(job.state)]
    job.started_at = at
    job.attempts += 1
    job.save(update_fields=["state", "started_at", "attempts"])
    return job


def _still_mine(job: ImportJob) -> ImportJob | None:
    rows = ImportJob.objects.unscoped("the worker locks the job it claimed")
    return (
        rows.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=job.pk, state=job.state, started_at=job.started_at)
        .first()
    )


def _context(job: ImportJob, *, by: Any, clock: Clock) -> Context:
    return Context(
        scope=reach(job.ranges),
        by=by,
        today=timezone.localtime(clock()).date(),
        filename=job.filename,
        province=job.province,
        as_of=job.as_of,
        progress=progress.Reporter(job.pk),
        options={**job.options, "job": job.pk},
        now=clock(),
    )


def _check(job: ImportJob, clock: Clock) -> None:
    """The dry run."""
    ctx = _context(job, by=job.created_by, clock=clock)
    report = pipeline.examine(job.kind, bytes(job.content), ctx)
    _settle(job, report, at=clock())


def _write(job: ImportJob, clock: Clock) -> None:
    """All or nothing; a plan that changed since the dry run goes back for confirmation."""
    ctx = _context(job, by=job.confirmed_by, clock=clock)
    expected = job.report.get("fingerprint", "")
    try:
        report, written = pipeline.commit(
            job.kind, bytes(job.content), ctx, expected=expected, obj=job
        )
    except RefusedFileError as refusal:
        report, written = refused(refusal.problem), False
    except DomainError as refusal:
        report, written = refused(Problem("refused_by", value=refusal.message)), False
    except IntegrityError:
        report, written = refused(Problem("collision")), False
    if written:
        job.report = report.as_json()
        _end(job, State.DONE, at=clock())
    else:
        job.confirmed_by = job.confirmed_at = None
        _settle(job, report, at=clock())


def _settle(job: ImportJob, report: ImportReport, *, at: dt.datetime) -> None:
    """A clean plan waits for confirmation, another one ends the job."""
    job.report = report.as_json()
    if report.clean:
        job.state = State.READY
        job.save(update_fields=list(_OUTCOME))
    else:
        _end(job, State.REFUSED, at=at)


def _end(job: ImportJob, state: str, *, at: dt.datetime) -> None:
    """End the job and forget the file (requirement 58: residual information)."""
    job.state = state
    job.finished_at = at
    job.content = b""
    job.save(update_fields=[*_OUTCOME, "finished_at", "content"])


@transaction.atomic
def resume(*, now: dt.datetime) -> list[int]:
    """Set crashed runs back, give up what nobody confirmed; returns the jobs to send again."""
    rows = ImportJob.objects.unscoped("the scheduler looks after every import")
    free = rows.select_for_update(of=("self",), skip_locked=True)
    for job in free.filter(state__in=list(_BACK), started_at__lt=now - LOST_AFTER):
        if job.attempts >= MAX_ATTEMPTS:
            job.report = refused(Problem("broken_off", params={"attempts": job.attempts})).as_json()
            _end(job, State.REFUSED, at=now)
            continue
        job.state = _BACK[State(job.state)]
        job.save(update_fields=["state"])
    left = (State.MAPPING, State.READY)
    for job in free.filter(state__in=left, created_at__lt=now - UNCONFIRMED_AFTER):
        _end(job, State.CANCELLED, at=now)
    lost = rows.filter(state__in=list(BEGIN), created_at__lt=now - LOST_AFTER).order_by("id")
    return list(lost.values_list("id", flat=True))
