"""What the pages of a week and of a month share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from duty.queries.roster import Roster
from duty.queries.roster_month import Month
from duty.services.roster import Copied
from duty.tables.roster import (
    LACK_COLUMNS,
    REFUSED_COLUMNS,
    gap_columns,
    month_export,
    template_columns,
)
from duty.views.roster_back import Back
from personnel.views.people_pages import done, refused
from policeroom.common import audit, export, throttle
from policeroom.common.pages import Link, small_table
from stations.models import Station


def head_actions() -> list[Link]:
    """What a reader may do on either page without a right to edit."""
    subscribe = reverse("duty:roster-subscription")
    return [Link(_("My shifts in a calendar"), subscribe, "calendar-plus")]


def cards(station: Station, roster: Roster, *, may_edit: bool, back: str) -> dict[str, Any]:
    """What stands below the days: open hours, hours meant to be empty, the usual shifts."""
    new = {"template": "duty:roster-template-new", "gap": "duty:roster-gap-new"}
    urls = {
        f"new_{key}_url": reverse(name, args=[station.pk]) + back if may_edit else ""
        for key, name in new.items()
    }
    return {
        **urls,
        "open": small_table(LACK_COLUMNS, roster.lacks, _("Open hours")),
        "intended": small_table(
            gap_columns(may_edit, back), roster.intended, _("Intended empty hours")
        ),
        "usual": small_table(template_columns(may_edit, back), roster.templates, _("Usual shifts")),
    }


def shift_page(
    request: HttpRequest, back: Back, context: dict[str, Any], *, bound: bool
) -> HttpResponse:
    """The form of a shift; while it is filled the server says what stands in the way."""
    trail = back.trail
    context |= {"trail": [*trail, Link(context["title"])], "cancel_url": trail[-1].url}
    return refused(render(request, "duty_room/roster_shift.html", context), bound=bound)


def copied_page(request: HttpRequest, copied: Copied, back: Back) -> HttpResponse:
    """Back to the roster, or first what could not be copied; a reload books nothing twice."""
    text = ngettext(
        "%(number)d shift of the days before is booked.",
        "%(number)d shifts of the days before are booked.",
        copied.booked,
    ) % {"number": copied.booked}
    if not copied.refused:
        return done(request, text, back.url())
    title = _("What could not be copied")
    context = {
        "title": title,
        "trail": [*back.trail, Link(title)],
        "text": text,
        "refused": copied.refused,
        "table": small_table(REFUSED_COLUMNS, copied.refused, title),
        "back_url": back.url(),
    }
    return render(request, "duty_room/roster_copied.html", context)


def export_page(request: HttpRequest, station: Station, shown: Month, title: str) -> HttpResponse:
    """The spreadsheet of what a page shows."""
    refusal = throttle.refusal(request, throttle.EXPORT)
    if refusal is not None:
        return refusal
    heads, rows = month_export(shown)
    audit.record(
        "export",
        by=request.user,
        org_path=station.org_path,
        after={"list": request.path, "rows": len(rows), "query": request.GET.urlencode()},
    )
    notes = [
        station.name,
        _("As of: %(instant)s") % {"instant": f"{timezone.localtime():%Y-%m-%d %H:%M}"},
    ]
    content = export.xlsx_bytes(title=title, columns=heads, rows=rows, notes=notes)
    return export.download(content, f"{station.name} {title}.xlsx")
