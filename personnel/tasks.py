"""Recurring work on grants, clocks, posts and vacancies."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from personnel import services
from personnel.services import reminders
from personnel.services.staff import follow_posts
from personnel.services.vacancies import open_vacancies

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


@shared_task
def remind_ahead() -> int:
    """第十九条, 第二十条: a training or a refill that ends soon is told of before, once."""
    told = reminders.remind_ahead(now=timezone.now())
    log.info("people_reminded", lines=told)
    return told


@shared_task
def follow_people() -> int:
    """第八条: whoever begins or ends a post today is seen from the right place today."""
    moved = follow_posts(today=timezone.localdate())
    log.info("people_followed", people=moved)
    return moved


@shared_task
def open_due_vacancies() -> int:
    """第二十条: a vacancy opens the day after the last day, whoever looks or not."""
    opened = open_vacancies(today=timezone.localdate())
    log.info("vacancies_opened", vacancies=opened)
    return opened
