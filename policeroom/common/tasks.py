"""Signs of life of the background."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from policeroom.common.models import Heartbeat


@shared_task
def beat_heartbeat() -> None:
    """Sent by beat, run by a worker: one row proves both alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
