"""Columns of the lists of rules, categories and places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.enums import CaseKind, IncidentKind
from incidents.models import RuleTarget
from incidents.queries.rules import may_change
from incidents.services.category_tree import is_own
from policeroom.common.scope import Scope
from policeroom.common.tables import Column


def _area(row: Any) -> str:
    return row.area or _now("the whole province")


def _state(row: Any) -> str:
    return _now("in use") if row.is_active else _now("ended")


def _offered(row: Any) -> str:
    return _now("offered") if row.is_active else _now("no longer offered")


def _tone(row: Any) -> tuple[str, str]:
    return ("ok", "") if row.is_active else ("neutral", "")


def rule_columns(scope: Scope) -> Sequence[Column]:
    """Rules; the keyword leads to its page where the reader may change it."""

    def url(row: Any) -> str:
        changeable = row.is_active and may_change(scope, row.org_path)
        return reverse("incidents:rule-edit", args=[row.pk]) if changeable else ""

    return (
        Column("keyword", _("Keyword"), lambda row: row.keyword, url, primary=True),
        Column("target", _("Speaks for"), lambda row: row.target, words=dict(RuleTarget.choices)),
        Column("value", _("Which"), lambda row: row.target_label, primary=True),
        Column("weight", _("Weight"), lambda row: row.weight, numeric=True, primary=True),
        Column("excludes", _("Unless the text holds"), lambda row: row.excludes),
        Column("area", _("Holds in"), _area),
        Column("state", _("State"), _state, tone=_tone),
        Column("by", _("Recorded by"), lambda row: row.created_by.name, optional=True),
        Column("at", _("Recorded at"), lambda row: row.created_at, optional=True),
    )


def category_columns(scope: Scope) -> Sequence[Column]:
    """The tree in its order; a name leads to what the reader may do with it."""

    def act(row: Any) -> str:
        if not may_change(scope, row.org_path):
            return ""
        return _now("Stop offering") if row.is_active else _now("Offer again")

    def act_url(row: Any) -> str:
        view = "category-stop" if row.is_active else "category-offer"
        return reverse(f"incidents:{view}", args=[row.pk]) if act(row) else ""

    def url(row: Any) -> str:
        own = is_own(row) and may_change(scope, row.org_path)
        return reverse("incidents:category-edit", args=[row.pk]) if own else act_url(row)

    return (
        Column("name", _("Category"), str, url, primary=True),
        Column("parent", _("Below"), lambda row: row.parent, primary=True),
        Column("code", _("Code"), lambda row: row.code, optional=True),
        Column("kind", _("Usual kind"), lambda row: row.kind, words=dict(IncidentKind.choices)),
        Column("case", _("Case"), lambda row: row.case_kind, words=dict(CaseKind.choices)),
        Column("emergency", _("Sudden event"), lambda row: row.emergency),
        Column("area", _("Holds in"), _area),
        Column("state", _("State"), _offered, tone=_tone, primary=True),
        Column("act", _("Action"), act, act_url),
    )


def _edit_place(row: Any) -> str:
    return reverse("incidents:place-edit", args=[row.pk])


def _place_act(row: Any) -> str:
    return _now("Stop offering") if row.is_active else _now("Offer again")


def _place_act_url(row: Any) -> str:
    view = "place-stop" if row.is_active else "place-offer"
    return reverse(f"incidents:{view}", args=[row.pk])


PLACE_COLUMNS = (
    Column("name", _("Name"), lambda row: row.name, _edit_place, primary=True),
    Column("aliases", _("Other names"), lambda row: row.aliases, primary=True),
    Column("station", _("Police room"), lambda row: row.station.name),
    Column("campus", _("Campus"), lambda row: row.campus.name if row.campus else ""),
    Column("used", _("Last used"), lambda row: row.last_used_at),
    Column("state", _("State"), _offered, tone=_tone, primary=True),
    Column("act", _("Action"), _place_act, _place_act_url),
)

CHANGE_COLUMNS = (
    Column("text", _("Sentence"), lambda row: row.text, primary=True),
    Column("before", _("Before"), lambda row: row.before, primary=True),
    Column("after", _("Afterwards"), lambda row: row.after, primary=True),
    Column("right", _("Right would be"), lambda row: row.right),
)

FOUND_COLUMNS = (
    Column("slot", _("Slot"), lambda row: row.slot, primary=True),
    Column("text", _("Suggestion"), lambda row: row.text, primary=True),
    Column("score", _("Score"), lambda row: row.score, numeric=True),
    Column("why", _("Because of"), lambda row: row.why, primary=True),
)
