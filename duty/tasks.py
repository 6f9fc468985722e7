"""Recurring work on duty."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.utils import timezone

from duty import reminders
from duty.services import orders, proposal, receipts
from duty.services.presence import end_forgotten

log = structlog.get_logger(__name__)


@shared_task
def settle_orders() -> int:
    """Matrix D 15: rooms that open below a running order are bound, closed ones drop out."""
    opened = receipts.settle_orders(now=timezone.now())
    log.info("orders_settled", receipts=opened)
    return opened


@shared_task
def remind_of_open_orders() -> int:
    """Matrix D 15: an order without an end is brought to the issuer's mind."""
    reminded = orders.remind_of_open_orders(now=timezone.now())
    log.info("open_orders_reminded", orders=reminded)
    return reminded


@shared_task
def remind_of_gaps() -> int:
    """第十六条: hours nobody is booked for are told of before they come, each day once."""
    told = reminders.remind_of_gaps(now=timezone.now())
    log.info("gaps_reminded", days=told)
    return told


@shared_task
def end_forgotten_presences() -> int:
    """第九条, matrix D 16: a missing check-out ends at the shift's end, not verified."""
    ended = end_forgotten(now=timezone.now())
    log.info("presences_ended", presences=ended)
    return ended


@shared_task
def work_out_proposal(proposal_id: int) -> None:
    """第十六条: work out a roster somebody asked for; a second message finds nothing to do."""
    state = proposal.run_proposal(proposal_id, clock=timezone.now)
    log.info("roster_proposal", proposal=proposal_id, state=state or "nothing to do")


@shared_task
def resume_proposals() -> None:
    """Send again what was lost, set back what crashed (design section 3: the row is the truth)."""
    for proposal_id in proposal.resume_proposals(now=timezone.now()):
        work_out_proposal.delay(proposal_id)
