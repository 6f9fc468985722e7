"""The inbox: what the system tells one person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.http import require_POST

from policeroom.accounts import queries, services
from policeroom.accounts.views.common import is_own_address
from policeroom.common.access import SIGNED_IN, signed_in
from policeroom.common.paging import capped_count, keyset_page


class InboxView(View):
    """One's own lines, unread first, the newest first among them."""

    access_policy = SIGNED_IN
    http_method_names = ["get", "head", "options"]
    order = ("-unread", "-id")

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = queries.inbox(request.user)  # type: ignore[arg-type]
        cursor = request.GET.get("cursor", "")
        page = keyset_page(rows, order=self.order, cursor=cursor)
        unread = getattr(request, "unread_count", 0)
        context = {
            "lines": page.rows,
            "next_url": f"?cursor={page.next_cursor}" if page.next_cursor else "",
            "subtitle": _("%(total)s messages, %(unread)s unread")
            % {"total": capped_count(rows), "unread": f"{unread}" if unread < 100 else "99+"},
            "unread": unread,
            "now": timezone.now(),
        }
        return render(request, "accounts/inbox.html", context)


@signed_in
@require_POST
def inbox_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one line as read and open the page it speaks of."""
    user: Any = request.user
    line = get_object_or_404(queries.inbox(user), pk=pk)
    services.mark_read(notification=line, by=user, at=timezone.now())
    if "open" in request.POST and line.url and is_own_address(request, line.url):
        return redirect(line.url)
    return redirect("accounts:inbox")


@signed_in
@require_POST
def inbox_read_all(request: HttpRequest) -> HttpResponse:
    """Mark every line as read."""
    user: Any = request.user
    changed = services.mark_all_read(by=user, at=timezone.now())
    text = ngettext(
        "%(count)d message was marked as read.", "%(count)d messages were marked as read.", changed
    )
    messages.success(request, text % {"count": changed})
    return redirect("accounts:inbox")
