"""What a room does with an order: acknowledge it, record that it was carried out."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from duty.forms.orders import CarryOutForm
from duty.models import OrderReceipt
from duty.queries.receipts import receipt_rows
from duty.services import receipts as services
from duty.views.orders import trail
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from stations.views.places import bind, form_page

ANSWER: Final = "orders.answer"


def _receipt(request: HttpRequest, pk: int) -> OrderReceipt:
    scope = scope_of(request)
    row: OrderReceipt = fetch(receipt_rows(scope), scope, action=ANSWER, pk=pk)
    return row


@requires(ANSWER)
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: the room received the order."""
    row = _receipt(request, pk)
    try:
        services.acknowledge(receipt=row, by=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        said = {"order": row.order, "room": row.station.name}
        messages.success(request, _("%(order)s is received by %(room)s.") % said)
    return redirect(row.order)


@requires(ANSWER)
@require_http_methods(["GET", "HEAD", "POST"])
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how the order was carried out, and the guards the university added."""
    row = _receipt(request, pk)
    now = timezone.now()
    initial: dict[str, Any] = {
        "implemented_at": timezone.localtime(now).replace(second=0, microsecond=0)
    }
    form = bind(request, CarryOutForm, initial=initial)
    done = attempt(
        form,
        lambda: services.carry_out(receipt=row, by=request.user, now=now, **form.cleaned_data),
    )
    if done is not None:
        messages.success(request, _("It is recorded how the order was carried out."))
        return redirect(row.order)
    page = form_page(
        request,
        form,
        title=_("Carried out"),
        trail=trail(row.order),
        submit=_("Record"),
        note=row.station.name,
    )
    page.status_code = 422 if form.is_bound else 200
    return page
