"""The duty board: the wall screen of command centres and supervisors, kept up to date."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from duty.forms.board import AreaForm
from duty.queries import board as queries
from duty.queries import directives, orders
from duty.queries.board_stamp import stamp
from duty.tables import board as tables
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.pages import Link
from policeroom.common.scope import Scope


@requires(queries.WATCH)
def board(request: HttpRequest) -> HttpResponse:
    """Levels, receipts, presence and gaps of an area as they are now; `?area=` opens one below."""
    area, now, scope = _area(request), timezone.now(), scope_of(request)
    context = {
        **_content(area, now),
        "title": _("Duty board"),
        "subtitle": _place(area, scope),
        "trail": _trail(area, scope),
        "actions": _actions(scope),
        "live_url": _live_url(area),
    }
    return render(request, "duty/board.html", context)


@requires(queries.WATCH)
def live(request: HttpRequest) -> HttpResponse:
    """The board's content; 304 while nothing it shows has changed, which costs one statement."""
    area, now = _area(request), timezone.now()
    tag = f'"{get_language()}-{stamp(area, now=now)}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    page = render(request, "duty/board_live.html", _content(area, now))
    page["ETag"] = tag
    return page


def _area(request: HttpRequest) -> queries.Area:
    """The area of `?area=`, else all the reader watches. Not in view: Http404."""
    scope, form = scope_of(request), AreaForm(request.GET)
    if not form.is_valid() or form.cleaned_data["area"] is None:
        return queries.area_of(scope, None)
    unit = pick(queries.areas(scope), scope, action=queries.WATCH, pk=form.cleaned_data["area"])
    return queries.area_of(scope, unit)


def _content(area: queries.Area, now: dt.datetime) -> dict[str, Any]:
    found = queries.board_of(area, now=now)
    lines = tables.lines(found)
    return {
        "figures": tables.figures(found),
        "lines": lines,
        "single": bool(lines) and len(lines[0].key) == queries.LENGTHS[-1],
        "orders": tables.order_lines(found, now=now),
        "triggers": tables.trigger_lines(found.triggers),
        "directives": tables.directive_lines(found.directives),
        "short": tables.short_rooms(found),
        "as_of": now,
    }


def _place(area: queries.Area, scope: Scope) -> str:
    if area.unit is not None:
        return area.unit.name
    names = [grant.unit_name for grant in scope.grants if not grant.role.codename.endswith("admin")]
    return "、".join(dict.fromkeys(names))


def _trail(area: queries.Area, scope: Scope) -> list[Link]:
    """The way up, as far as the reader watches."""
    if area.unit is None:
        return []
    path = area.unit.org_path
    above = queries.areas(scope).filter(org_path__in=[path[:n] for n in queries.LENGTHS])
    url = reverse("duty:board")
    links = [
        Link(unit.area_name or unit.name, f"{url}?area={unit.pk}")
        for unit in above.exclude(pk=area.unit.pk).order_by("org_path")
    ]
    return [Link(_("Duty board"), url), *links, Link(area.unit.area_name or area.unit.name)]


def _live_url(area: queries.Area) -> str:
    url = reverse("duty:board-live")
    return f"{url}?area={area.unit.pk}" if area.unit is not None else url


def _actions(scope: Scope) -> list[Link]:
    offered = (
        (directives.SEND, Link(_("Send a directive"), reverse("duty:directive-new"), "send")),
        (
            orders.ISSUE,
            Link(_("Issue an order"), reverse("duty:order-new"), "plus", "primary"),
        ),
    )
    return [link for action, link in offered if scope.can(action)]
