"""What a room owes: one row per room, regime and period (第十四条(一) to (三))."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from meetings.enums import Regime
from meetings.regimes import REGIMES
from policeroom.common.managers import ScopedModel
from policeroom.common.models import org_path_field
from policeroom.common.periods import Period
from stations.models import Station


class Obligation(ScopedModel):
    """A period of a room in which a regime runs.

    Made by the calendar alone and never changed. Whether the meeting is really owed, and what
    became of it, is read from facts (`queries.standings`): a late fact changes the answer at once.
    """

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="obligations"
    )
    org_path = org_path_field()
    regime = models.CharField(_("regime"), max_length=10, choices=Regime.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("day after the last"))
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("owed meeting")
        verbose_name_plural = _("owed meetings")
        ordering = ["-starts_on", "org_path", "regime"]
        constraints = [
            models.UniqueConstraint(
                name="obligation_once", fields=["station", "regime", "starts_on"]
            ),
            models.CheckConstraint(
                name="obligation_period", condition=Q(ends_on__gt=F("starts_on"))
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-starts_on", "-id"], name="obligation_list_idx"),
            models.Index(fields=["regime", "-starts_on", "org_path"], name="obligation_period_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.regime} {self.period.label}"

    @property
    def period(self) -> Period:
        """The period as the rules know it."""
        return Period(self.starts_on, self.ends_on, REGIMES[self.regime].period)
