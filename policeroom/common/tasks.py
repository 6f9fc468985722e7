"""Signs of life of the background, and what it clears away."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from policeroom.common import drafts
from policeroom.common.models import Heartbeat

log = structlog.get_logger(__name__)


@shared_task
def beat_heartbeat() -> None:
    """Sent by beat, run by a worker: one row proves both alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task
def purge_drafts() -> int:
    """Requirement 58: drafts nobody touched for 14 days are removed."""
    removed = drafts.purge(at=timezone.now())
    log.info("drafts purged", drafts=removed)
    return removed
