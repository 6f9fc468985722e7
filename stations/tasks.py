"""Background work of the stations app: imports, and what a moved bureau left behind."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from policeroom.common import audit
from stations.imports import jobs
from stations.services import moves

log = structlog.get_logger(__name__)


@shared_task
def run_import(job_id: int) -> None:
    """Dry run or commit of one import; a second message finds nothing to do."""
    token = audit.current_facts.set(audit.RequestFacts(source="task"))
    try:
        state = jobs.run(job_id, clock=timezone.now)
    finally:
        audit.current_facts.reset(token)
    log.info("import", job=job_id, state=state or "nothing to do")


@shared_task
def resume_imports() -> None:
    """Send again what was lost, set back what crashed (design section 3: the row is the truth)."""
    for job_id in jobs.resume(now=timezone.now()):
        run_import.delay(job_id)


@shared_task
def settle_moves() -> int:
    """Design section 3: what was written late under a path a bureau left follows the bureau."""
    followed = moves.settle_moves(now=timezone.now())
    if followed:
        log.info("moves_settled", rows=followed)
    return followed
