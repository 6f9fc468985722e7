"""Recurring work on accounts."""

from __future__ import annotations

import structlog
from axes.handlers.proxy import AxesProxyHandler
from celery import shared_task
from django.utils import timezone

from policeroom.accounts import services

log = structlog.get_logger(__name__)
#: Sign-in records of django-axes are kept this long (requirement 70: a year online).
KEPT_DAYS = 366


@shared_task
def disable_idle_accounts() -> int:
    """Requirement 17: an account without a sign-in for 90 days is disabled."""
    disabled = services.disable_idle_users(at=timezone.now())
    log.info("idle accounts disabled", accounts=len(disabled))
    return len(disabled)


@shared_task
def clear_expired_sessions() -> int:
    """Requirement 58: what is left of sessions that are over is removed."""
    removed = services.clear_sessions(at=timezone.now())
    old = AxesProxyHandler.reset_logs(age_days=KEPT_DAYS)
    old += AxesProxyHandler.reset_failure_logs(age_days=KEPT_DAYS)
    log.info("sessions cleared", sessions=removed, sign_in_records=old)
    return removed
