"""Columns of the equipment list and of the document list: screen and export alike."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policeroom.common.tables import Column, display
from stations.enums import AreaBasis, BoardItem, DocumentKind, EquipmentCategory, EquipmentState
from stations.models import Station
from stations.queries.premises import PremisesSheet

STATE_TONES = {
    EquipmentState.REPAIR.value: ("warn", "△"),
    EquipmentState.UNUSABLE.value: ("bad", "▲"),
    EquipmentState.RETIRED.value: ("neutral", ""),
}


def days_over(duration: dt.timedelta | None) -> int | None:
    """Days since a day passed; None while it has not."""
    return duration.days if duration is not None and duration.days > 0 else None


def late_tone(duration: dt.timedelta | None) -> tuple[str, str]:
    """Tone and mark of something whose day has passed."""
    return ("warn", "△") if days_over(duration) else ("", "")


def item_url(row: Any) -> str:
    return reverse("stations:equipment-item", args=[row.station_id, row.pk])


def check_url(row: Any) -> str:
    return reverse("stations:equipment-check", args=[row.station_id, row.pk])


def document_url(row: Any) -> str:
    return reverse("stations:document", args=[row.station_id, row.pk])


def equipment_columns(*, may_check: bool) -> tuple[Column, ...]:
    """Columns of the equipment list; who may record a check finds the form in the last one."""
    act = Column("act", _("Act"), lambda r: gettext("Record a check"), url=check_url, primary=True)
    return (
        Column("name", _("Name"), lambda r: r.name, url=item_url, sort=("name", "id")),
        Column(
            "category",
            _("Category"),
            lambda r: r.category,
            words=dict(EquipmentCategory.choices),
            sort=("rank", "id"),
        ),
        Column("asset_no", _("Asset number"), lambda r: r.asset_no, sort=("asset_no", "id")),
        Column(
            "quantity", _("Quantity"), lambda r: r.quantity, numeric=True, sort=("quantity", "id")
        ),
        Column(
            "state",
            _("State"),
            lambda r: r.state,
            words=dict(EquipmentState.choices),
            primary=True,
            tone=lambda r: STATE_TONES.get(r.state, ("ok", "")),
        ),
        Column(
            "next_check",
            _("Next check"),
            lambda r: r.next_check_on,
            primary=True,
            sort=("check_key", "id"),
        ),
        Column(
            "overdue",
            _("Overdue (days)"),
            lambda r: days_over(r.overdue),
            numeric=True,
            primary=True,
            tone=lambda r: late_tone(r.overdue),
        ),
        Column("since", _("Since"), lambda r: r.started_on, optional=True),
        *((act,) if may_check else ()),
    )


DOCUMENT_COLUMNS = (
    Column("title", _("Title"), lambda r: r.title, url=document_url, sort=("title", "id")),
    Column(
        "kind",
        _("Kind"),
        lambda r: r.kind,
        primary=True,
        sort=("kind", "id"),
        words=dict(DocumentKind.choices),
    ),
    Column("number", _("Document number"), lambda r: r.number),
    Column("version", _("Version"), lambda r: r.version_no, numeric=True),
    Column("file", _("File"), lambda r: r.version_name, optional=True),
    Column("effective", _("Effective from"), lambda r: r.version_from, primary=True),
    Column("valid_until", _("Valid until"), lambda r: r.valid_until),
    Column(
        "expired",
        _("Expired (days)"),
        lambda r: days_over(r.expired),
        numeric=True,
        primary=True,
        tone=lambda r: late_tone(r.expired),
    ),
    Column("since", _("Since"), lambda r: r.started_on, optional=True),
)


def premises_facts(sheet: PremisesSheet, station: Station) -> list[dict[str, str]]:
    """Facts of the floor area as they were on the day (第七条)."""
    facts = sheet.facts
    if facts is None:
        return []
    area = display(facts.floor_area_m2)
    return [
        {
            "label": gettext("Floor area"),
            "text": f"{area} m²" if facts.floor_area_m2 is not None else area,
            "hint": str(AreaBasis(facts.area_basis).label)
            if facts.floor_area_m2 is not None
            else gettext("Not measured: nothing is said about it."),
        },
        {"label": gettext("Measured on"), "text": display(facts.measured_on)},
        {
            "label": gettext("Shares the security office's building"),
            "text": display(facts.co_located),
        },
        {
            "label": gettext("Provided by"),
            "text": display(station.get_premises_provider_display()),
            "hint": gettext("As recorded now."),
        },
        {
            "label": gettext("Measured functional areas"),
            "text": f"{display(sheet.measured_m2)} m²" if sheet.measured_m2 is not None else "–",
            "hint": gettext("Areas may share a room: the sum can exceed the floor area."),
        },
    ]


def _recorded_by(row: Any) -> str:
    return row.recorded_by.name if row.recorded_by else gettext("taken over")


BOARD_HISTORY_COLUMNS = (
    Column("on", _("Renewed on"), lambda r: r.renewed_on, primary=True),
    Column("item", _("Content"), lambda r: r.item, words=dict(BoardItem.choices), primary=True),
    Column("note", _("What changed"), lambda r: r.note, primary=True),
    Column("by", _("Recorded by"), _recorded_by),
    Column("at", _("Recorded at"), lambda r: r.recorded_at),
)

BOX_HISTORY_COLUMNS = (
    Column("on", _("Emptied on"), lambda r: r.emptied_on, primary=True),
    Column("by", _("Recorded by"), _recorded_by, primary=True),
    Column("at", _("Recorded at"), lambda r: r.recorded_at, primary=True),
)
