"""The audit trail: search, one event, export."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any, Final

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personnel import queries
from personnel.filters import AuditFilter
from personnel.permissions import action_label
from personnel.tables.access import AUDIT_COLUMNS, role_names
from personnel.views.common import crumbs, list_context
from policeroom.accounts import confirmation
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.lists import RegisterView
from policeroom.common.models import AuditEvent
from policeroom.common.pages import Fact, fact
from policeroom.common.scope import Scope
from policeroom.common.tables import display

#: An aware instant as `policeroom.common.audit.plain` keeps it.
_INSTANT: Final = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$")


class AuditListView(RegisterView):
    """Events of the auditor's area, newest first."""

    access_policy = "audit.view"
    columns = AUDIT_COLUMNS
    order = ("-id",)
    template_name = "access/audit_list.html"
    title = gettext_lazy("Audit trail")
    filter_class = AuditFilter
    export_action = "audit.export"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The export leaves the site with what everybody did: the person confirms first."""
        if request.GET.get("export") and not confirmation.is_recent(request, at=timezone.now()):
            answer = confirmation.ask(request)
            if answer is not None:
                return answer
        return super().dispatch(request, *args, **kwargs)

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return queries.audit_events(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return list_context(request, actions=[])


@requires("audit.view")
def audit_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with what changed, before and after."""
    scope = scope_of(request)
    event = pick(queries.audit_events(scope), scope, pk=pk)
    context = {
        "event": event,
        "breadcrumb": crumbs((_("Audit trail"), "access:audit-list"), here=str(event.pk)),
        "title": action_label(event.action),
        "refused": event.result == AuditEvent.Result.REFUSED,
        "facts": _facts(event),
        "changes": changes(event),
    }
    return render(request, "access/audit_detail.html", context)


def _facts(event: AuditEvent) -> list[Fact]:
    return [
        fact(_("At"), event.at),
        fact(_("Who"), event.actor_name),
        fact(_("Roles"), role_names(event.actor_roles)),
        fact(_("Action"), action_label(event.action), hint=event.action),
        fact(_("Result"), event.get_result_display()),
        fact(_("Object"), event.object_label),
        fact(_("Object type"), _object_name(event.object_type)),
        fact(_("Object id"), event.object_id),
        fact(_("Source"), event.source),
        fact(_("Address"), event.ip),
        fact(_("Request id"), event.request_id),
        fact(_("Organisation path"), event.org_path),
    ]


def changes(event: AuditEvent) -> list[dict[str, Any]]:
    """One row per field either side mentions, in the order of the record."""
    names = sorted({*event.before, *event.after}, key=_field_order(event.object_type))
    return [
        {
            "field": _field_name(event.object_type, name),
            "code": name,
            "before": readable(event.before.get(name)),
            "after": readable(event.after.get(name)),
        }
        for name in names
    ]


def readable(value: Any) -> str:
    """A kept value as the screens show it: instants in the time of the province."""
    if isinstance(value, str) and _INSTANT.match(value):
        return display(dt.datetime.fromisoformat(value))
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return display(value)


def _field_order(object_type: str) -> Callable[[str], tuple[int, str]]:
    """Fields of the model first, in its order; other names after them."""
    model = _model(object_type)
    names = [field.name for field in model._meta.get_fields()] if model else []
    places = {name: place for place, name in enumerate(names)}
    return lambda name: (places.get(name, len(places)), name)


def _object_name(object_type: str) -> str:
    model = _model(object_type)
    return str(model._meta.verbose_name) if model else object_type


def _field_name(object_type: str, name: str) -> str:
    model = _model(object_type)
    if model is None:
        return name
    try:
        return str(model._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return name


def _model(object_type: str) -> Any:
    try:
        return apps.get_model(object_type) if object_type else None
    except (LookupError, ValueError):
        return None
