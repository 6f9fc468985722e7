"""What the records of a room share: the room, who wrote it down, and the strike."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from policeroom.common.models import ClientCreated, ScopedModel, org_path_field
from stations.models import Station


class RecordCounter(models.Model):
    """The last number a room gave out in a series and year; its row lock leaves no gaps."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="+")
    series = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="recordcounter_once", fields=["station", "series", "year"])
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.series}{self.year} {self.last}"


class Recorded(models.Model):
    """Who wrote a row down, and the server's instant."""

    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    class Meta:
        abstract = True


class RoomRecord(Recorded, ClientCreated, ScopedModel):
    """A record of one room. It is closed, or struck with a reason; it is never deleted."""

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    org_path = org_path_field()
    struck_at = models.DateTimeField(_("struck at"), null=True, blank=True, editable=False)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("struck by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    strike_reason = models.CharField(_("reason of striking"), max_length=200, blank=True)

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"
        constraints = [
            models.CheckConstraint(
                name="%(class)s_strike_triple",
                condition=Q(struck_at__isnull=True, struck_by__isnull=True, strike_reason="")
                | (Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(strike_reason="")),
            ),
            models.CheckConstraint(
                name="%(class)s_path_is_leaf", condition=Q(org_path__regex=r"^\d{10}$")
            ),
        ]

    @property
    def is_struck(self) -> bool:
        """Whether the record no longer counts."""
        return self.struck_at is not None
