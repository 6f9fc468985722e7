"""Directives: the list, one with its clocks and hand-overs, and the acts of both sides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from duty.enums import DirectiveState
from duty.forms.directives import (
    DirectiveFilter,
    DirectiveForm,
    FeedbackForm,
    HandoverForm,
    WithdrawForm,
)
from duty.models import Directive
from duty.queries import directives as queries
from duty.queries.orders import speaks_for
from duty.services import directives as services
from duty.tables import directives as tables
from duty.tables.orders import RECEIPT_TONES
from duty.views.orders import sections
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.deadlines import STATUS_LABELS
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Link, empty_state, fact, small_table
from policeroom.common.scope import Scope
from stations.views.places import bind, confirm_page, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]


class DirectiveList(RegisterView):
    """Directives to rooms of the reader's area."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    order = ("-sent_at", "-id")
    template_name = "duty/list.html"
    title = gettext_lazy("Directives")
    filter_class = DirectiveFilter
    row_url = staticmethod(Directive.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = tables.directive_columns(timezone.now())
        return queries.directive_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        may = scope_of(request).can(queries.SEND)
        actions = [Link(_("Send a directive"), reverse("duty:directive-new"), "send", "primary")]
        return {
            "subtitle": "",
            "trail": [],
            "tabs": sections("directives"),
            "actions": actions if may else [],
            **empty_state(
                "send",
                _("No directive yet"),
                _("Command centres and superior units instruct a room directly."),
                actions if may else [],
            ),
        }


def directive_for(request: HttpRequest, pk: int, action: str | None = None) -> Any:
    """A directive in view, in whose room the reader holds `action`."""
    scope = scope_of(request)
    return fetch(queries.directive_rows(scope), scope, action=action, pk=pk)


def trail(directive: Directive | None = None) -> list[Link]:
    """The way up from a page about a directive."""
    links = [Link(_("Directives"), reverse("duty:directive-list"))]
    if directive is not None:
        links.append(Link(directive.number, directive.get_absolute_url()))
    return links


@requires("duty.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One directive: what it says, its clocks, who answers for it."""
    row, scope, now = directive_for(request, pk), scope_of(request), timezone.now()
    tone, mark = tables.STATE_TONES[DirectiveState(row.state)]
    context = {
        "directive": row,
        "title": _("Directive %(number)s") % {"number": row.number},
        "trail": [*trail(), Link(row.number)],
        "state": Fact("", row.get_state_display(), tone=tone, mark=mark),
        "actions": _actions(row, scope),
        "facts": _facts(row, now=now),
        "as_of": now,
        "buttons": _buttons(row, request),
        "handovers": small_table(
            tables.HANDOVER_COLUMNS, queries.handovers_of(row), _("Hand-overs")
        ),
    }
    return render(request, "duty/directive.html", context)


def _facts(row: Any, *, now: dt.datetime) -> list[Fact]:
    receipt, feedback = (
        tables.receipt_clock(row, now=now),
        tables.feedback_clock(row, now=now),
    )
    tones = RECEIPT_TONES
    due = _("named by the issuer") if row.due_named else _("set by the rules")
    facts = [
        fact(_("Police room"), row.station.name),
        fact(_("Issued by"), row.issuer.name, hint=row.sent_by.name),
        fact(_("Sent at"), row.sent_at),
        fact(_("Receipt due at"), row.receipt_due_at),
        Fact(_("Receipt"), STATUS_LABELS[receipt], tone=tones[receipt][0], mark=tones[receipt][1]),
        fact(_("Feedback due at"), row.due_at, hint=due),
        Fact(
            _("Feedback"), STATUS_LABELS[feedback], tone=tones[feedback][0], mark=tones[feedback][1]
        ),
    ]
    if row.first_receiver is not None:
        facts += [
            fact(_("First recipient"), row.first_receiver.name, hint=_shown(row.acknowledged_at)),
            fact(_("Responsible"), row.responsible.name),
        ]
    if row.offered_to is not None:
        hint = _("asked at %(at)s, not signed yet") % {"at": _shown(row.offered_at)}
        facts.append(fact(_("Taken over by"), row.offered_to.name, hint=hint))
    if row.done_at is not None:
        facts.append(fact(_("Done at"), row.done_at))
    if row.withdrawn_by is not None:
        hint = f"{row.withdrawn_by.name} · {row.withdraw_reason}"
        facts.append(fact(_("Withdrawn at"), row.withdrawn_at, hint=hint))
    return facts


def _shown(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _actions(row: Directive, scope: Scope) -> list[Link]:
    """What the side that sent it may do."""
    if row.state not in queries.OPEN_STATES or not speaks_for(scope, row.issuer, queries.SEND):
        return []
    url = reverse("duty:directive-withdraw", args=[row.pk])
    return [Link(_("Withdraw the directive"), url, "x", "danger")]


def _buttons(row: Directive, request: HttpRequest) -> dict[str, str]:
    """What the reader may do in the room: act to address."""
    if row.state not in queries.OPEN_STATES:
        return {}
    if not scope_of(request).allows(queries.ANSWER, row.org_path):
        return {}
    own = row.responsible_id == request.user.pk
    acts = {
        "acknowledge": row.state == DirectiveState.SENT,
        "take": row.offered_to_id == request.user.pk,
        "feedback": own,
        "handover": own,
    }
    return {
        act: reverse(f"duty:directive-{act}", args=[row.pk]) for act, may in acts.items() if may
    }


@requires(queries.SEND)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Send a directive to a room."""
    form, now = bind(request, DirectiveForm), timezone.now()
    sent = attempt(
        form, lambda: services.send_directive(by=request.user, now=now, **form.cleaned_data)
    )
    if sent is not None:
        messages.success(
            request,
            _("Directive %(number)s went to %(room)s.")
            % {"number": sent.number, "room": sent.station.name},
        )
        return redirect(sent)
    return _form(request, form, title=_("Send a directive"), trail=trail(), submit=_("Send"))


@requires(queries.ANSWER)
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: whoever receives it first answers for it."""
    row, now = directive_for(request, pk, queries.ANSWER), timezone.now()
    return _tapped(
        request,
        row,
        lambda: services.acknowledge_directive(directive=row, by=request.user, now=now),
        _("You answer for directive %(number)s.") % {"number": row.number},
    )


@requires(queries.ANSWER)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for a directive a colleague hands over."""
    row, now = directive_for(request, pk, queries.ANSWER), timezone.now()
    return _tapped(
        request,
        row,
        lambda: services.take_over(directive=row, by=request.user, now=now),
        _("You answer for directive %(number)s.") % {"number": row.number},
    )


def _tapped(
    request: HttpRequest, row: Directive, act: Callable[[], Directive], said: str
) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect(row)


@requires(queries.ANSWER)
@require_http_methods(READ_WRITE)
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague to take a directive over."""
    row, now = directive_for(request, pk, queries.ANSWER), timezone.now()
    form = bind(request, HandoverForm, directive=row, at=now)
    done = attempt(
        form,
        lambda: services.offer_handover(
            directive=row, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(
            request,
            _("%(name)s is asked to sign; you answer for it until then.")
            % {"name": done.offered_to.name if done.offered_to else ""},
        )
        return redirect(row)
    return _form(
        request,
        form,
        title=_("Hand over"),
        trail=trail(row),
        submit=_("Ask to take over"),
        note=row.text,
    )


@requires(queries.ANSWER)
@require_http_methods(READ_WRITE)
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a directive done."""
    row, now = directive_for(request, pk, queries.ANSWER), timezone.now()
    form = bind(request, FeedbackForm)
    done = attempt(
        form,
        lambda: services.give_feedback(
            directive=row, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(
            request, _("Directive %(number)s is reported done.") % {"number": row.number}
        )
        return redirect(row)
    return _form(
        request,
        form,
        title=_("Give feedback"),
        trail=trail(row),
        submit=_("Report done"),
        note=row.text,
    )


@requires(queries.SEND)
@require_http_methods(READ_WRITE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a directive back: the issuer, or a unit above it."""
    row, now = directive_for(request, pk), timezone.now()
    if not speaks_for(scope_of(request), row.issuer, queries.SEND):
        raise PermissionDenied
    form = bind(request, WithdrawForm)
    done = attempt(
        form,
        lambda: services.withdraw_directive(
            directive=row, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(request, _("Directive %(number)s is withdrawn.") % {"number": row.number})
        return redirect(row)
    page = confirm_page(
        request,
        form,
        title=_("Withdraw the directive"),
        trail=trail(row),
        text=_("The room is told; clocks that still have time fall away."),
        consequences=[],
        action_label=_("Withdraw the directive"),
    )
    page.status_code = 422 if form.is_bound else 200
    return page


def _form(request: HttpRequest, form: Any, **words: Any) -> HttpResponse:
    page = form_page(request, form, **words)
    page.status_code = 422 if form.is_bound else 200
    return page
