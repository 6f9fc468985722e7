"""台账 (JS-11-5): that a ledger had nothing to enter in a month is said, not guessed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import KEPT_LEDGERS, Ledger
from incidents.models.clocks import Recorded
from policeroom.common.models import ScopedModel, org_path_field
from stations.models import Station


class NilReturn(Recorded, ScopedModel):
    """零报告: nothing to enter in this ledger in this month. Append-only.

    An entry of the month that is recorded afterwards speaks for itself.
    """

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="nil_returns"
    )
    org_path = org_path_field()
    ledger = models.CharField(_("ledger"), max_length=12, choices=Ledger.choices)
    #: First day of the month.
    month = models.DateField(_("month"))

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("nil return")
        verbose_name_plural = _("nil returns")
        ordering = ["-month", "ledger"]
        constraints = [
            models.UniqueConstraint(
                name="nilreturn_once",
                fields=["station", "ledger", "month"],
                violation_error_message=_("This nil return is already recorded."),
            ),
            models.CheckConstraint(name="nilreturn_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="nilreturn_kept_ledger", condition=Q(ledger__in=[str(x) for x in KEPT_LEDGERS])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ledger} {self.month:%Y-%m}"
