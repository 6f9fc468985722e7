"""What a call is about: a tree of public-safety categories that a city can extend."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from incidents.enums import CaseKind, IncidentKind
from policeroom.common.models import org_path_field
from policeroom.common.pinyin import pinyin_key


class Category(models.Model):
    """One category, two levels deep. The base tree (`org_path` "") is the project's.

    A city adds its own below a base one: its rows carry the city's path and are offered in that
    subtree only. A category says what happened, never who somebody is.
    """

    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
    )
    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    org_path = org_path_field(blank=True, default="")
    kind = models.CharField(
        _("usual kind"), max_length=12, choices=IncidentKind.choices, default=IncidentKind.REPORT
    )
    case_kind = models.CharField(
        _("case"), max_length=12, choices=CaseKind.choices, blank=True, default=CaseKind.NONE
    )
    #: 突发事件: the arrival of police and of the university is recorded (JS-14-5).
    emergency = models.BooleanField(_("sudden event"), default=False)
    #: A quarrel that mediation can end (JS-13-1).
    dispute = models.BooleanField(_("dispute"), default=False)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)
    name_pinyin = models.CharField(max_length=200, editable=False, blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["sort", "code"]
        constraints = [
            models.CheckConstraint(
                name="category_city_has_parent", condition=Q(org_path="") | Q(parent__isnull=False)
            ),
            models.CheckConstraint(
                name="category_path", condition=Q(org_path="") | Q(org_path__regex=r"^(\d\d){1,2}$")
            ),
            models.UniqueConstraint(
                name="category_name_once",
                fields=["parent", "org_path", "name"],
                violation_error_message=_("This name is already used here."),
            ),
        ]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self.name_en or self.name) if english else self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_pinyin = pinyin_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]
