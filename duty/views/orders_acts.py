"""Issue, supersede, approve and revoke an order."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from duty.enums import LEVEL_LABELS
from duty.forms.orders import ApproveForm, OrderForm, RevokeForm
from duty.levels import DutyLevel
from duty.models import DutyOrder
from duty.queries import orders as queries
from duty.queries import receipts as receipt_queries
from duty.services import orders as services
from duty.views.orders import order_for, trail
from policeroom.common.access import requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.pages import Consequence
from stations.views.places import bind, confirm_page, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]


@requires(queries.ISSUE)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Put rooms on a level."""
    form = bind(request, OrderForm, initial={"starts_at": _minute()})
    return _issue(request, form, title=_("Issue an order"))


@requires(queries.ISSUE)
@require_http_methods(READ_WRITE)
def supersede(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the order that takes the place of another; the old one ends where it begins."""
    before = _ending(request, pk)
    initial = {"level": before.level, "title": before.title, "starts_at": _minute()}
    form = bind(request, OrderForm, initial=initial)
    return _issue(request, form, title=_("Supersede"), before=before)


def _issue(
    request: HttpRequest, form: OrderForm, *, title: str, before: DutyOrder | None = None
) -> HttpResponse:
    now = timezone.now()
    order = attempt(
        form,
        lambda: services.issue_order(by=request.user, now=now, supersedes=before, **form.facts()),
    )
    if order is None:
        note = _("%(order)s ends where the new order begins.") % {"order": before} if before else ""
        page = form_page(
            request, form, title=title, trail=trail(before), submit=_("Issue the order"), note=note
        )
        page.status_code = 422 if form.is_bound else 200
        return page
    _say_issued(request, order)
    return redirect(order)


def _say_issued(request: HttpRequest, order: DutyOrder) -> None:
    """What the order did, and where it does nothing because a stronger one holds (D 14)."""
    if queries.waits(order):
        messages.warning(
            request,
            _("The order %(number)s binds nobody before a second person has approved it.")
            % {"number": order.number},
        )
    else:
        sent = receipt_queries.sums_of(order, scope_of(request), now=timezone.now()).rooms
        messages.success(
            request,
            _("The order %(number)s went to %(rooms)d rooms.")
            % {"number": order.number, "rooms": sent},
        )
    begins = max(queries.begins_at(order), timezone.now())
    for other in queries.stronger(order, at=begins):
        messages.info(
            request,
            _("%(order)s of %(unit)s holds at a higher level; where it does, yours has no effect.")
            % {"order": other, "unit": other.issuer.name},
        )


@requires("orders.approve")
@require_http_methods(READ_WRITE)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person agrees to the highest level."""
    order = order_for(request, pk)
    if not scope_of(request).allows("orders.approve", order.org_path):
        raise PermissionDenied
    form = bind(request, ApproveForm)
    now = timezone.now()
    done = attempt(form, lambda: services.approve_order(order=order, by=request.user, now=now))
    if done is not None:
        messages.success(request, _("The order %(number)s is approved.") % {"number": order.number})
        return redirect(order)
    rooms = queries.rooms_of(order.targets, on=queries.today_of(now)).count()
    return _asked(
        request,
        form,
        order,
        title=_("Approve"),
        text=_("%(level)s holds from then on, and every room must acknowledge it.")
        % {"level": LEVEL_LABELS[DutyLevel(order.level)]},
        consequences=[Consequence(rooms, _("rooms are bound"))],
        action_label=_("Approve the order"),
    )


@requires(queries.ISSUE)
@require_http_methods(READ_WRITE)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End an order before its time."""
    order = _ending(request, pk)
    form = bind(request, RevokeForm)
    now = timezone.now()
    done = attempt(
        form,
        lambda: services.revoke_order(order=order, by=request.user, now=now, **form.cleaned_data),
    )
    if done is not None:
        messages.success(request, _("The order %(number)s is revoked.") % {"number": order.number})
        return redirect(order)
    sums = receipt_queries.sums_of(order, scope_of(request), now=now)
    waiting = sums.rooms - sums.received - sums.overdue
    return _asked(
        request,
        form,
        order,
        title=_("Revoke"),
        text=_("The next highest order holds again; without one, level three."),
        consequences=[
            Consequence(sums.rooms, _("rooms are told")),
            *([Consequence(waiting, _("running clocks fall away"))] if waiting > 0 else []),
        ],
        action_label=_("Revoke the order"),
    )


def _ending(request: HttpRequest, pk: int) -> DutyOrder:
    """An order in view that the reader may end.

    Raises: PermissionDenied for a unit that is neither the issuer nor above it.
    """
    order = order_for(request, pk)
    if not queries.may_end(scope_of(request), order):
        raise PermissionDenied
    return order


def _asked(request: HttpRequest, form: Any, order: DutyOrder, **words: Any) -> HttpResponse:
    page = confirm_page(request, form, trail=trail(order), **words)
    page.status_code = 422 if form.is_bound else 200
    return page


def _minute() -> Any:
    return timezone.localtime().replace(second=0, microsecond=0)
