"""Where things happen on a campus, as the room calls it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from policeroom.common.models import ScopedModel, org_path_field
from policeroom.common.pinyin import pinyin_key
from stations.models import Campus, Station


class Place(ScopedModel):
    """A named place of one room: 南门, 3号学生公寓. The quick line finds it by name or pinyin."""

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="places"
    )
    org_path = org_path_field()
    campus = models.ForeignKey(
        Campus,
        verbose_name=_("campus"),
        on_delete=models.PROTECT,
        related_name="places",
        null=True,
        blank=True,
    )
    name = models.CharField(_("name"), max_length=60)
    #: Other words for it, separated by spaces; the quick line knows them.
    aliases = models.CharField(_("other names"), max_length=200, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    name_pinyin = models.CharField(max_length=200, editable=False, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["org_path", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="place_once",
                fields=["station", "name"],
                violation_error_message=_("The room already has a place of this name."),
            )
        ]
        indexes = [models.Index(fields=["org_path", "name", "id"], name="place_path_idx")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_pinyin = pinyin_key(self.name)
        self.org_path = self.station.org_path
        super().save(*args, **kwargs)  # type: ignore[arg-type]
