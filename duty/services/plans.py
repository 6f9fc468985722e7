"""A city's emergency plan: a version from a day on, and its cells one by one (第十八条)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from duty.enums import PlanIncidentType
from duty.levels import DutyLevel
from duty.models import EmergencyPlan, PlanCell
from duty.plan_rules import Element
from duty.services.arrangements import OF_CITY, refuse_no_city
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.models import Interval
from stations.models import OrgUnit
from stations.services.guards import locked

FACTS: Final = ("title", "document_no", "version", "valid_from", "valid_to")


@transaction.atomic
def issue_plan(
    *,
    unit: OrgUnit,
    title: str,
    document_no: str,
    valid_from: dt.date,
    by: Any,
    client_uuid: uuid.UUID | None = None,
) -> EmergencyPlan:
    """Begin a version of the city's plan that holds from a day on.

    Source: JS-18-1 (规范第十八条). The version before ends that day, and its cells stand in the new
    one. A resend returns the first row.
    Raises: ConflictError for other content under a used UUID; DomainError for a unit that is no
    city, or a day on or before the beginning of the latest version.
    """
    values = {"title": title.strip(), "document_no": document_no.strip(), "valid_from": valid_from}
    fingerprint = digest({"unit": unit.pk, **values})
    refuse_no_city(unit)
    locked(unit)
    earlier = replayed(EmergencyPlan, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    rows = EmergencyPlan.objects.unscoped(OF_CITY).filter(unit=unit)
    last: EmergencyPlan | None = rows.order_by("-version").first()
    if last is not None and valid_from <= last.valid_from:
        raise DomainError(
            _("Version %(version)d begins on %(day)s; a new one begins after it.")
            % {"version": last.version, "day": last.valid_from},
            field="valid_from",
        )
    rows.filter(Interval.valid_on(valid_from)).update(valid_to=valid_from)
    plan = EmergencyPlan(
        unit=unit,
        org_path=unit.org_path,
        version=last.version + 1 if last else 1,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    plan.full_clean()
    plan.save(force_insert=True)
    copied = _take_over(last, plan) if last is not None else 0
    after = {**audit.snapshot(plan, FACTS), "cells": copied}
    audit.record("plans.edit", by=by, obj=plan, after=after)
    return plan


@transaction.atomic
def write_cell(
    *,
    plan: EmergencyPlan,
    level: int,
    incident_type: str,
    changes: Mapping[str, str],
    by: Any,
    today: dt.date,
) -> PlanCell:
    """Write the named elements of one cell; the others stay as they are.

    Source: JS-18-2, JS-18-3 (规范第十八条). Two people who change different elements of a cell do
    not undo each other; the trail keeps what stood there before.
    Raises: DomainError for a version that is over; ValueError for an unknown element.
    """
    named = {Element(name).value: text.strip() for name, text in changes.items()}
    plan = locked(plan)
    if plan.valid_to is not None and plan.valid_to <= today:
        raise DomainError(
            _("Version %(version)d is over; what it said stays. Change the one in force.")
            % {"version": plan.version}
        )
    place = {
        "level": DutyLevel(level).value,
        "incident_type": PlanIncidentType(incident_type).value,
    }
    cell = PlanCell.objects.filter(plan=plan, **place).first() or PlanCell(plan=plan, **place)
    before = {name: getattr(cell, name) for name in named}
    for name, text in named.items():
        setattr(cell, name, text)
    cell.full_clean()
    cell.save()
    if before != named:
        audit.record("plans.write", by=by, obj=plan, before=before, after={**named, **place})
    return cell


def _take_over(last: EmergencyPlan, plan: EmergencyPlan) -> int:
    """The cells of the version before, as the beginning of the new one."""
    cells = list(PlanCell.objects.filter(plan=last))
    for cell in cells:
        cell.pk, cell.plan = None, plan
    PlanCell.objects.bulk_create(cells)
    return len(cells)
