"""Recurring work on grants."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from personnel import services

log = structlog.get_logger(__name__)


@shared_task
def remind_of_ending_grants() -> int:
    """Requirement 31: the security administrator is told before a role ends."""
    ending = services.remind_of_ending_grants(at=timezone.now())
    log.info("grants_ending", grants=ending)
    return ending


@shared_task
def escalate_deadlines() -> int:
    """Matrix Art. 13 to 15: a clock that ran out is told to whoever stands above the room, once."""
    told = services.escalate_overdue(now=timezone.now())
    log.info("deadlines_escalated", deadlines=told)
    return told
