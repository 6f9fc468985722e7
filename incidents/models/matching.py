"""Keyword rules that a city or the province adds to those of `incidents.data.keywords`."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.enums import Disposition, IncidentKind
from incidents.matching.text import normalise
from incidents.models.categories import Category
from policeroom.common.models import ClientCreated, org_path_field
from policeroom.common.pinyin import pinyin_key

#: Heaviest weight of a rule; the base rules keep within it too.
HEAVIEST = 12


class RuleTarget(models.TextChoices):
    """What a keyword speaks for."""

    CATEGORY = "category", _("category")
    DISPOSITION = "disposition", _("disposition")
    KIND = "kind", _("kind")


class MatchRule(ClientCreated):
    """One keyword of the quick line: it speaks for a category, a disposition or a kind.

    `org_path` "" holds in the whole province, a city's path there only. Rules are ended, never
    deleted; what they were before is in the audit trail.
    """

    org_path = org_path_field(blank=True, default="")
    target = models.CharField(_("speaks for"), max_length=12, choices=RuleTarget.choices)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        related_name="rules",
        null=True,
        blank=True,
    )
    #: Code of a disposition or kind; "" for a category.
    value = models.CharField(
        max_length=12, choices=[*Disposition.choices, *IncidentKind.choices], blank=True
    )
    keyword = models.CharField(_("keyword"), max_length=40)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=6, validators=[MinValueValidator(1), MaxValueValidator(HEAVIEST)]
    )
    #: Words that silence the rule, separated by spaces.
    excludes = models.CharField(_("unless the text holds"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("recorded at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    #: Keys of each word, words separated by "|" (`incidents.matching.Rule`).
    keyword_pinyin = models.CharField(max_length=400, editable=False, blank=True)

    class Meta:
        verbose_name = _("keyword rule")
        verbose_name_plural = _("keyword rules")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="matchrule_target",
                condition=Q(target="category", category__isnull=False, value="")
                | (~Q(target="category") & Q(category__isnull=True) & ~Q(value="")),
                violation_error_message=_("Choose what the keyword speaks for."),
            ),
            models.CheckConstraint(
                name="matchrule_weight", condition=Q(weight__gte=1, weight__lte=HEAVIEST)
            ),
            models.CheckConstraint(
                name="matchrule_path",
                condition=Q(org_path="") | Q(org_path__regex=r"^(\d\d){1,2}$"),
            ),
            models.CheckConstraint(
                name="matchrule_end",
                condition=Q(is_active=True, ended_at__isnull=True)
                | Q(is_active=False, ended_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="matchrule_category_once",
                fields=["org_path", "category", "keyword"],
                condition=Q(is_active=True, category__isnull=False),
                violation_error_message=_("This keyword already speaks for it here."),
            ),
            models.UniqueConstraint(
                name="matchrule_value_once",
                fields=["org_path", "target", "value", "keyword"],
                condition=Q(is_active=True, category__isnull=True),
                violation_error_message=_("This keyword already speaks for it here."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_path", "id"], name="matchrule_path_idx", condition=Q(is_active=True)
            )
        ]

    def __str__(self) -> str:
        return self.keyword

    def save(self, *args: object, **kwargs: object) -> None:
        self.keyword_pinyin = keyword_pinyin(self.keyword)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def target_label(self) -> str:
        """What it speaks for, as people read it."""
        return str(self.category) if self.category else self.get_value_display()


def clean_keyword(text: str) -> str:
    """A keyword in the one form that is stored and compared."""
    return " ".join(normalise(text).split())


def keyword_pinyin(keyword: str) -> str:
    """Pinyin keys of a keyword's words, as `incidents.matching.Rule` wants them."""
    return "|".join(pinyin_key(word, length=200) for word in keyword.split())[:400]
