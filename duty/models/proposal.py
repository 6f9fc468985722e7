"""A roster worked out by a worker, until somebody books or discards it (第十六条)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.models.roster import OfStation
from policeroom.common.clock import ZONE
from policeroom.common.intervals import Span
from policeroom.common.models import ClientCreated

MAX_WEEKS = 4


class RosterProposal(ClientCreated, OfStation):
    """A plan for some weeks of a room. Nothing of it is booked before somebody adopts it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a worker")
        COMPUTING = "computing", _("being worked out")
        READY = "ready", _("ready to be booked")
        FAILED = "failed", _("could not be worked out")
        ADOPTED = "adopted", _("booked")
        DISCARDED = "discarded", _("discarded")

    first_day = models.DateField(_("from"))
    weeks = models.PositiveSmallIntegerField(_("weeks"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: `duty.proposal.Method`; empty until it is worked out.
    method = models.CharField(_("method"), max_length=10, blank=True, default="", editable=False)
    #: The solver showed that no plan is better.
    proven = models.BooleanField(default=False, editable=False)
    #: The plan and its report as `duty.proposal.outcome` writes them.
    outcome = models.JSONField(default=dict, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta(OfStation.Meta):
        verbose_name = _("proposed roster")
        verbose_name_plural = _("proposed rosters")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="rosterproposal_weeks", condition=Q(weeks__gte=1, weeks__lte=MAX_WEEKS)
            ),
            models.CheckConstraint(
                name="rosterproposal_decided",
                condition=Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    state__in=["adopted", "discarded"],
                )
                | (
                    Q(decided_at__isnull=True, decided_by__isnull=True)
                    & ~Q(state__in=["adopted", "discarded"])
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} +{self.weeks}"

    def get_absolute_url(self) -> str:
        return reverse("duty:proposal", args=[self.pk])

    @property
    def is_running(self) -> bool:
        """Whether a worker has yet to answer."""
        return self.state in (self.State.WAITING, self.State.COMPUTING)

    @property
    def end_day(self) -> dt.date:
        """The day after the last one."""
        return self.first_day + dt.timedelta(weeks=self.weeks)

    @property
    def last_day(self) -> dt.date:
        return self.end_day - dt.timedelta(days=1)

    @property
    def window(self) -> Span:
        """The shifts that begin in it are proposed."""
        midnight = dt.time()
        return Span(
            dt.datetime.combine(self.first_day, midnight, ZONE),
            dt.datetime.combine(self.end_day, midnight, ZONE),
        )

    @property
    def took(self) -> dt.timedelta | None:
        """How long a worker needed."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at
