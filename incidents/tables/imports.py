"""Columns of the history of log imports and of their reports."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policeroom.common.tables import Column
from stations.models import ImportJob
from stations.tables.imports import state_tone


def job_url(job: ImportJob) -> str:
    """The page of a log import."""
    return reverse("incidents:import-detail", args=[job.pk])


JOB_COLUMNS = (
    Column("filename", _("File"), lambda job: job.filename, job_url, primary=True),
    Column("room", _("Police room"), lambda job: job.room_name, primary=True),
    Column("state", _("State"), lambda job: job.get_state_display(), primary=True, tone=state_tone),
    Column("created", _("created"), lambda job: job.created_count, numeric=True),
    Column("changed", _("changed"), lambda job: job.changed_count, numeric=True),
    Column("unchanged", _("unchanged"), lambda job: job.unchanged_count, numeric=True),
    Column("stale", _("older"), lambda job: job.stale_count, numeric=True),
    Column("flags", _("listed"), lambda job: job.flag_count, numeric=True),
    Column("created_at", _("Uploaded"), lambda job: job.created_at),
    Column("created_by", _("By"), lambda job: job.created_by.name),
    Column("finished_at", _("Finished"), lambda job: job.finished_at, optional=True),
)


def _of(name: str) -> Any:
    return lambda row: getattr(row, name)


#: Rows that are taken, with what is to be known about each.
FLAG_COLUMNS = (
    Column("line", _("Row"), _of("line"), numeric=True, primary=True),
    Column("column", _("Column"), _of("column"), primary=True),
    Column("value", _("Value"), _of("value"), primary=True),
    Column("reason", _("What is to be known"), _of("reason"), primary=True),
    Column("remedy", _("What to do"), _of("remedy"), primary=True),
)
