"""上级交办任务 (第十三条(八)): a task from above and when it is due."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.leads import Issued


class AssignedTask(Issued):
    """A task a superior unit gave to a room (JS-13-8)."""

    title = models.CharField(_("task"), max_length=120)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True, default="")

    class Meta(Issued.Meta):
        verbose_name = _("assigned task")
        verbose_name_plural = _("assigned tasks")
        ordering = ["-received_at", "-id"]
        constraints = [*Issued.Meta.constraints]
        indexes = [
            models.Index(fields=["org_path", "-received_at", "-id"], name="assignedtask_list_idx")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("incidents:task-detail", args=[self.pk])
