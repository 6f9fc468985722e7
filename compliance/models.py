"""Numbers of the regulation, each with its article, its day and its interpretation record."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from policeroom.common.models import Interval, no_overlap


class Interpretation(models.Model):
    """第二十九条: who interprets, when, under which number. Every parameter change cites one."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    dated = models.DateField(_("date"))
    author_unit = models.CharField(_("author unit"), max_length=120)
    summary = models.CharField(_("summary"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("interpretation")
        verbose_name_plural = _("interpretations")
        ordering = ["-dated", "-id"]

    def __str__(self) -> str:
        return self.number


class Parameter(Interval):
    """One value of one parameter during one interval; keys are declared in `catalogue.py`.

    Province-wide in this release. The default of the catalogue holds where no row does.
    """

    key = models.CharField(_("key"), max_length=20)
    #: Catalogue position of the key, so that the database can refuse overlaps without an extension.
    key_number = models.PositiveIntegerField(editable=False)
    value = models.CharField(_("value"), max_length=40)
    interpretation = models.ForeignKey(
        Interpretation,
        verbose_name=_("interpretation"),
        on_delete=models.PROTECT,
        related_name="parameters",
    )

    class Meta(Interval.Meta):
        verbose_name = _("parameter")
        verbose_name_plural = _("parameters")
        ordering = ["key", "valid_from"]
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(name="parameter_no_overlap", keys=("key_number",)),
            models.CheckConstraint(name="parameter_has_value", condition=~Q(value="")),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"
