"""Own shifts in a calendar: the subscription, and what it reads without a session."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from duty.queries import roster_feed as queries
from duty.queries.roster_month import name_of
from duty.roster_calendar import Entry, calendar_text
from duty.services import roster_feed as services
from personnel.views.common import READ_WRITE, actor
from policeroom.common.access import public, requires
from policeroom.common.pages import Link

CALENDAR: Final = "text/calendar; charset=utf-8"


@requires("duty.view")
@require_http_methods(READ_WRITE)
def subscription(request: HttpRequest) -> HttpResponse:
    """Whether there is an address, and a new one; it stands in this answer and nowhere else."""
    user = actor(request)
    person, address = queries.person_of(user), ""
    if request.method == "POST" and person is not None:
        key = services.open_feed(user=user, by=user, at=timezone.now())
        address = request.build_absolute_uri(f"{reverse('duty:roster-feed')}?key={key}")
    context = {
        "trail": [Link(_("Roster"), reverse("duty:roster")), Link(_("My shifts in a calendar"))],
        "person": person,
        "feed": queries.feed_of(user),
        "address": address,
    }
    return render(request, "duty_room/roster_feed.html", context)


@requires("duty.view")
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """End the address: every calendar that reads it gets nothing from now on."""
    user = actor(request)
    if services.revoke_feed(user=user, by=user, at=timezone.now()):
        messages.success(request, _("The address is revoked. Calendars read nothing more."))
    return redirect("duty:roster-subscription")


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The shifts a key opens. There is no session: the key is all, and it opens own shifts only."""
    key = request.GET.get("key", "")
    if not key:
        return HttpResponse(_("The key is missing."), status=400, content_type="text/plain")
    now = timezone.now()
    person = queries.reader_of(key, now)
    if person is None:
        raise Http404
    entries = [
        Entry(
            f"shift-{row.pk}@policeroom",
            name_of(row),
            row.station.name,
            row.starts_at,
            row.ends_at,
        )
        for row in queries.own_shifts(person, now)
    ]
    content = calendar_text(_("My shifts"), entries, now=now)
    response = HttpResponse(content, content_type=CALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="shifts.ics"'
    return response
