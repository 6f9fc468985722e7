"""Action items: the list, a new one, another date, the result."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from meetings.forms import items as forms
from meetings.models import ActionItem
from meetings.queries import meetings as queries
from meetings.services import items as services
from meetings.tables import items as tables
from meetings.views.meetings import (
    READ_WRITE,
    act_page,
    meeting_for,
    regimes_of,
    room_of,
    way_to,
)
from meetings.views.obligations import list_tabs, trail_of
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import empty_state
from policeroom.common.scope import Scope
from stations.views.places import bind


class ItemList(RegisterView):
    """Decisions of meetings of the reader's area, the next due first."""

    access_policy = queries.VIEW
    export_action: str = queries.VIEW
    order = ("due_on", "id")
    template_name = "meetings/list.html"
    title = gettext_lazy("Action items")
    filter_class = forms.ItemFilter
    row_url = staticmethod(tables.item_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = tables.item_columns(timezone.localdate())
        return queries.item_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "tabs": list_tabs("items"),
            "actions": [],
            **empty_state(
                "list-checks",
                _("No action item"),
                _("What a meeting decides stands here until it is closed."),
                [],
            ),
        }


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a decision of a meeting."""
    meeting = meeting_for(request, pk, queries.EDIT)
    form = bind(request, forms.ItemForm, regimes=regimes_of(meeting))
    row = attempt(
        form,
        lambda: services.add_item(
            meeting=meeting, station=room_of(meeting), by=request.user, **form.cleaned_data
        ),
    )
    if row is not None:
        messages.success(request, _("The action item is kept."))
        return redirect(meeting)
    return act_page(request, form, _("Add an action item"), way_to(meeting), _("Keep"))


def item_for(request: HttpRequest, pk: int) -> ActionItem:
    """An item in view in whose room the reader may edit."""
    scope = scope_of(request)
    item: ActionItem = pick(queries.item_rows(scope), scope, action=queries.EDIT, pk=pk)
    return item


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def redate(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an item another day."""
    item = item_for(request, pk)
    form = bind(request, forms.RedateForm, initial={"due_on": item.due_on})
    row = attempt(
        form,
        lambda: services.redate_item(
            item=item, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    )
    if row is not None:
        messages.success(request, _("The action item has another day."))
        return redirect("meetings:room", pk=item.station_id)
    return act_page(request, form, _("Another day"), trail_of(item.station), _("Keep"))


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came of an item."""
    item = item_for(request, pk)
    form = bind(request, forms.CloseForm)
    row = attempt(
        form,
        lambda: services.close_item(
            item=item, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    )
    if row is not None:
        messages.success(request, _("The action item is closed."))
        return redirect("meetings:room", pk=item.station_id)
    return act_page(request, form, _("Close the item"), trail_of(item.station), _("Close the item"))
