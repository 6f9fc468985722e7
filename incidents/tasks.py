"""Recurring work on the log."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from incidents.services import parties, rollups

log = structlog.get_logger(__name__)


@shared_task
def purge_parties() -> int:
    """Requirement 59: people of an incident are forgotten when their retention is over."""
    purged = parties.purge_parties(now=timezone.now())
    log.info("parties_purged", parties=purged)
    return purged


@shared_task
def fold_figures() -> int:
    """Sum up the counts that gathered since the last run; sums stay what they are."""
    folded = rollups.fold_figures()
    log.info("figures_folded", rows=folded)
    return folded
