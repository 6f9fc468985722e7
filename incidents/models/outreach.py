"""宣传教育 (第十三条(四)): activities by topic. Topics label events; there is no attendee list."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import OutreachForm, OutreachTopic
from incidents.models.clocks import RoomRecord
from stations.models import University


class OutreachActivity(RoomRecord):
    """One activity for one or several universities of the room."""

    number = models.CharField(_("number"), max_length=20)
    held_on = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=120)
    topics = ArrayField(
        models.CharField(max_length=20, choices=OutreachTopic.choices), verbose_name=_("topics")
    )
    form = models.CharField(_("form"), max_length=16, choices=OutreachForm.choices)
    universities = models.ManyToManyField(
        University, verbose_name=_("universities"), related_name="+"
    )
    #: A total; nobody is named.
    audience_count = models.PositiveIntegerField(_("audience"))
    #: Units: 保卫处, 学工处, 反诈中心.
    partners = models.CharField(_("together with"), max_length=120, blank=True)

    class Meta(RoomRecord.Meta):
        verbose_name = _("outreach activity")
        verbose_name_plural = _("outreach activities")
        ordering = ["-held_on", "-id"]
        constraints = [
            *RoomRecord.Meta.constraints,
            models.UniqueConstraint(name="outreach_number_once", fields=["station", "number"]),
            models.CheckConstraint(
                name="outreach_has_topic",
                condition=Q(topics__len__gte=1),
                violation_error_message=_("Choose at least one of the ten topics."),
            ),
            models.CheckConstraint(
                name="outreach_topics_known",
                condition=Q(topics__contained_by=list(OutreachTopic.values)),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-held_on", "-id"], name="outreach_list_idx")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("incidents:outreach-detail", args=[self.pk])
