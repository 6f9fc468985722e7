"""How the columns of somebody's log are read, and what each file said about each record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from incidents.enums import IncidentKind
from incidents.models.incidents import Incident
from policeroom.common.managers import ScopedManager
from policeroom.common.models import ScopedModel, org_path_field
from stations.models import ImportJob

LOG_NAME_LENGTH = 60


class LogMapping(ScopedModel):
    """The columns of one log as our fields; found again by the words of its header.

    `name` is the name of the log: records that were imported under it are updated by later files,
    also by files with another header, for which a further mapping carries the same name. It holds
    for the unit at `org_path` and every room below.
    """

    class DateOrder(models.TextChoices):
        YMD = "ymd", _("year, month, day (2026-09-17)")
        MDY = "mdy", _("month, day, year (9/17/2026)")
        DMY = "dmy", _("day, month, year (17.9.2026)")

    class EmptyDate(models.TextChoices):
        UNKNOWN = "unknown", _("the time is not known")
        OTHER = "other", _("reported and occurred are the same time")

    class BadDate(models.TextChoices):
        UNKNOWN = "unknown", _("keep the record with the time not known, and list it")
        REFUSE = "refuse", _("write nothing until the file is corrected")

    name = models.CharField(_("name of the log"), max_length=LOG_NAME_LENGTH)
    org_path = org_path_field()
    #: Digest of the header's words (`incidents.imports.header`).
    fingerprint = models.CharField(max_length=32, editable=False)
    #: [{"name": word of the header, "key": its plain form, "field": code of `LogField` or ""}].
    columns = models.JSONField(default=list)
    zone = models.CharField(_("time zone of the file"), max_length=40, default="Asia/Shanghai")
    date_order = models.CharField(
        _("days are written as"), max_length=3, choices=DateOrder.choices, default=DateOrder.YMD
    )
    empty_date = models.CharField(
        _("an empty time means"),
        max_length=10,
        choices=EmptyDate.choices,
        default=EmptyDate.UNKNOWN,
    )
    bad_date = models.CharField(
        _("a time that cannot be read"),
        max_length=10,
        choices=BadDate.choices,
        default=BadDate.UNKNOWN,
    )
    default_kind = models.CharField(
        _("kind of calls without one"),
        max_length=12,
        choices=IncidentKind.choices,
        default=IncidentKind.REPORT,
    )
    #: {"category" | "disposition": {word of the file: our code, or "" for none}}.
    words = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", editable=False
    )
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("mapping of a log")
        verbose_name_plural = _("mappings of logs")
        ordering = ["org_path", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                name="logmapping_once", fields=["org_path", "fingerprint", "name"]
            ),
            models.CheckConstraint(name="logmapping_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class SourceRow(ScopedModel):
    """What one file said about one incident. Append-only: the newest row is what holds.

    The next file is compared with it, so that what officers changed here is not undone, and with
    the rows before it, so that an older file is recognised. `values` are the facts of
    `incidents.imports.facts`, as far as the mapping covers them.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="source_rows")
    job = models.ForeignKey(ImportJob, on_delete=models.PROTECT, related_name="+", null=True)
    #: Day of the file, where it is known.
    dated = models.DateField(null=True)
    values = models.JSONField()
    recorded_at = models.DateTimeField()

    objects: ClassVar[ScopedManager] = ScopedManager("incident__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["incident_id", "id"]
        indexes = [models.Index(fields=["incident", "id"], name="sourcerow_incident_idx")]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.recorded_at:%Y-%m-%d %H:%M}"
