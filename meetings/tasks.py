"""Recurring work of the meeting regime."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from meetings.services import obligations

log = structlog.get_logger(__name__)


@shared_task
def materialise_obligations() -> int:
    """第十四条: every meeting that is owed up to now stands in the database."""
    written = obligations.materialise(now=timezone.now())
    log.info("obligations_materialised", obligations=written)
    return written
