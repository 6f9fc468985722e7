"""The address under which a calendar reads somebody's own shifts."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


def digest_of(secret: str) -> str:
    """What is kept of a secret; it is random, so a plain digest cannot be searched backwards."""
    return hashlib.sha256(secret.encode()).hexdigest()


class RosterFeed(models.Model):
    """A secret address of one account; only its digest is kept. Revoked, never deleted."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roster_feeds"
    )
    secret_digest = models.CharField(max_length=64, editable=False)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="rosterfeed_one_standing",
                fields=["user"],
                condition=Q(revoked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.pk}"
