"""Recurring work on the log."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from incidents.services import parties

log = structlog.get_logger(__name__)


@shared_task
def purge_parties() -> int:
    """Requirement 59: people of an incident are forgotten when their retention is over."""
    purged = parties.purge_parties(now=timezone.now())
    log.info("parties_purged", parties=purged)
    return purged
