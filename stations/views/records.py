"""What the premises, equipment and documents tabs share: the station, the day, one form page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from policeroom.common.access import fetch, scope_of
from policeroom.common.forms import attempt
from policeroom.common.pages import Consequence, Link
from stations.models import Station
from stations.views.rooms import day_asked, station_file, station_tabs, today

EQUIP = "stations.equip"


def station_for(request: HttpRequest, pk: int, *, action: str | None = None) -> Station:
    """The station of the address, through the reader's scope."""
    return fetch(station_file(), scope_of(request), action=action, pk=pk)


def row_for(
    request: HttpRequest, rows: Any, pk: int, row: int, *, action: str | None = None
) -> Any:
    """One row of that station, through the reader's scope; a row of another station is absent.

    `rows` is the guarded manager of the model, or a queryset made from it.
    """
    return fetch(
        rows.select_related("station"),
        scope_of(request),
        action=action,
        path="station__org_path",
        station_id=pk,
        pk=row,
    )


def shown_on(request: HttpRequest) -> dt.date:
    """The day of `?on=`, else today. The filter form shows what cannot be read."""
    return day_asked(request)[0]


def may_equip(request: HttpRequest, station: Station) -> bool:
    """Whether the reader may add, change and end rows here today; a closed room is history."""
    closed = station.closed_on is not None and station.closed_on <= today()
    return scope_of(request).allows(EQUIP, station.org_path) and not closed


def action(label: str, url_name: str, *args: int, icon: str = "", tone: str = "") -> Link:
    """A button of the page head that leads to an act on the station or one of its rows."""
    return Link(label, reverse(f"stations:{url_name}", args=args), icon, tone)


def tab_context(
    request: HttpRequest,
    station: Station,
    tab: str,
    *,
    title: str = "",
    on: dt.date | None = None,
    acts: Sequence[Link] = (),
    alive: bool = True,
) -> dict[str, Any]:
    """What every page of a tab needs. Acts are offered today, on rows that have not ended."""
    day = on or today()
    may = alive and day == today() and may_equip(request, station)
    tabs = station_tabs(station, scope_of(request), tab, actions=list(acts) if may else [])
    current = next((item for item in tabs if item.current), None)
    crumbs = [tabs.crumbs[0], Link(station.name, station.get_absolute_url())]
    if current is not None:
        crumbs.append(Link(current.label, current.url))
    if title:
        crumbs.append(Link(title))
    return {
        "station": station,
        "tabs": tabs,
        "crumbs": crumbs,
        "page_title": title or (current.label if current is not None else ""),
        "on": day,
        "past": day != today(),
        "may_equip": may,
    }


def data_of(request: HttpRequest) -> dict[str, Any]:
    """Arguments that bind a form to a send, and to nothing on a first view."""
    if request.method != "POST":
        return {}
    return {"data": request.POST, "files": request.FILES}


def form_page(
    request: HttpRequest,
    station: Station,
    form: forms.BaseForm,
    act: Callable[[], Any],
    *,
    tab: str,
    done: Callable[[Any], str],
    title: str,
    action_label: str = "",
    back: Callable[[Any], str] | str = "",
    question: str = "",
    consequences: Sequence[Consequence] = (),
    notice: str = "",
) -> HttpResponse:
    """Form, service, message, redirect; 422 with the errors where the send was refused.

    `question` turns the page into the confirmation of a dangerous act. `back` is where both the
    act and its cancelling lead; a function of the result gives the act another end.
    """
    target = reverse(f"stations:{tab}", args=[station.pk])
    result = attempt(form, act)
    if result is not None:
        messages.success(request, done(result))
        return redirect(back(result) if callable(back) else back or target)
    context = {
        **tab_context(request, station, tab, title=title),
        "form": form,
        "cancel_url": back if isinstance(back, str) and back else target,
        "action_label": action_label or _("Save"),
        "question": question,
        "consequences": consequences,
        "notice": notice,
    }
    status = 422 if form.is_bound else 200
    return render(request, "stations/premises/form.html", context, status=status)
