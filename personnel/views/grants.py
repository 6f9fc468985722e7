"""Roles: requests and decisions, ending, the access review, the table of roles."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from personnel import queries, services
from personnel.filters import RequestFilter, ReviewFilter
from personnel.forms.access import DecisionForm, GrantForm, ReasonForm
from personnel.models import GrantRequest, RoleGrant
from personnel.permissions import ACTION_LABELS, is_cross_area
from personnel.tables.access import REQUEST_COLUMNS, REVIEW_COLUMNS, request_tone
from personnel.views.common import READ_WRITE, actor, crumbs, list_context
from policeroom.accounts.confirmation import confirmed
from policeroom.accounts.models import User
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.pages import Consequence, Fact, Link, fact
from policeroom.common.roles import ACTIONS, Role
from policeroom.common.scope import Scope


class GrantListView(RegisterView):
    """Role requests, those that wait first."""

    access_policy = "grants.view"
    columns = REQUEST_COLUMNS
    order = ("rank", "-id")
    template_name = "access/grant_list.html"
    title = gettext_lazy("Role requests")
    filter_class = RequestFilter
    export_action = "grants.view"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return queries.requests_in(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        buttons = [
            Link(_("Access review"), reverse("access:grant-review"), "list-checks"),
            Link(_("Table of roles"), reverse("access:roles"), "table"),
        ]
        new_url = ""
        if scope_of(request).can("grants.request"):
            new_url = reverse("access:grant-new")
            buttons.append(Link(_("Request a role"), new_url, "key-round", "primary"))
        return {**list_context(request, actions=buttons), "new_url": new_url}


class GrantReviewView(RegisterView):
    """The access review: every role that holds now (requirement 36)."""

    access_policy = "grants.view"
    columns = REVIEW_COLUMNS
    order = ("content_object__org_path", "id")
    template_name = "access/grant_review.html"
    title = gettext_lazy("Access review")
    filter_class = ReviewFilter
    export_action = "grants.view"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        may_end = Value(scope.can("grants.end"))
        return queries.review(scope, at=timezone.now()).annotate(reader_may_end=may_end)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return list_context(request, actions=[], as_of=timezone.now())


@requires("grants.request")
@require_http_methods(READ_WRITE)
@confirmed
def grant_new(request: HttpRequest) -> HttpResponse:
    """Ask for a role; `?user=<number>` fills the person in."""
    scope = scope_of(request)
    form = GrantForm(request.POST or None, scope=scope, initial=_initial(request, scope))
    made = attempt(
        form,
        lambda: services.request_grant(**form.facts(), by=actor(request), at=timezone.now()),
    )
    if made is not None:
        text = _("Requested. A security administrator of %(unit)s decides.")
        messages.success(request, text % {"unit": made.unit})
        return redirect("access:grant-detail", pk=made.pk)
    context = {"form": form, "breadcrumb": _crumbs(_("Request a role"))}
    return render(request, "access/grant_new.html", context)


def _initial(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The person named in the address and their own unit, where the reader may request for both."""
    number = request.GET.get("user", "")
    people = User.objects.directory().within(scope, action="grants.request")
    person = people.filter(username=number, is_active=True).first()
    return {"user": person.username} if person else {}


@requires("grants.view")
def grant_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request with its decision and, once approved, its grant."""
    found = _request(request, pk)
    return render(request, "access/grant_detail.html", _detail(request, found, DecisionForm()))


@requires("grants.approve")
@require_POST
@confirmed
def grant_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or reject a request; the pressed button is `decision`."""
    found = _request(request, pk, held="grants.approve")
    form = DecisionForm(request.POST)
    done = attempt(
        form,
        lambda: services.decide_grant(
            request=found,
            approve=form.approves,
            note=form.cleaned_data["note"],
            by=actor(request),
            at=timezone.now(),
        ),
    )
    if done is not None:
        text = _("Approved. It counts from now on.") if form.approves else _("Rejected.")
        messages.success(request, text)
        return redirect("access:grant-list")
    return render(request, "access/grant_detail.html", _detail(request, found, form))


@requires("grants.end")
@require_http_methods(READ_WRITE)
@confirmed
def grant_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask with the facts and the reason, then end a role. `pk` is the grant's."""
    scope, at = scope_of(request), timezone.now()
    rows = RoleGrant.scoped.within(scope, action="grants.view").select_related(
        "user", "content_object", "granted_by"
    )
    path = "content_object__org_path"
    grant = pick(rows, scope, pk=pk, action="grants.end", path=path)
    form = ReasonForm(request.POST or None)
    ended = attempt(
        form,
        lambda: services.end_grant(
            grant=grant, reason=form.cleaned_data["reason"], by=actor(request), at=at
        ),
    )
    if ended is not None:
        text = _("Ended: %(role)s of %(person)s. It no longer counts.")
        facts = {"role": grant.role_label, "person": grant.user}
        messages.success(request, text % facts)
        return redirect("access:grant-review")
    left = queries.open_grants(grant.user, at=at).exclude(pk=grant.pk).count()
    consequences = [
        Consequence(1, _("role ends at once")),
        Consequence(
            left,
            ngettext("role stays with this person", "roles stay with this person", left),
        ),
    ]
    context = {
        "facts": _grant_facts(grant),
        "breadcrumb": crumbs((_("Access review"), "access:grant-review"), here=_("End a role")),
        "question": _("End the role %(role)s of %(person)s?")
        % {"role": grant.role_label, "person": grant.user},
        "form": form,
        "consequences": consequences,
        "over": grant.valid_to is not None and grant.valid_to <= at,
    }
    return render(request, "access/grant_end.html", context)


def _grant_facts(grant: RoleGrant) -> list[Fact]:
    by = str(grant.granted_by) if grant.granted_by else _("set-up")
    return [
        fact(_("Person"), str(grant.user)),
        fact(_("Role"), grant.role_label),
        fact(_("Unit"), grant.content_object.name),
        fact(_("Since"), grant.valid_from),
        fact(_("Until"), grant.valid_to or _("no end")),
        fact(_("Reason"), grant.reason),
        fact(_("Granted by"), by),
    ]


@requires("grants.view")
def roles(request: HttpRequest) -> HttpResponse:
    """Which role may do what: the table of the code, readable."""
    rows = [
        {"code": code, "label": ACTION_LABELS[code], "cells": [role in held for role in Role]}
        for code, held in ACTIONS.items()
    ]
    context = {
        "rows": rows,
        "roles": [role.label for role in Role],
        "breadcrumb": _crumbs(_("Table of roles")),
    }
    return render(request, "access/roles.html", context)


def _crumbs(here: str) -> list[Link]:
    return crumbs((_("Role requests"), "access:grant-list"), here=here)


def _request(request: HttpRequest, pk: int, *, held: str | None = None) -> GrantRequest:
    scope = scope_of(request)
    rows = queries.requests_in(scope)
    found: GrantRequest = pick(rows, scope, pk=pk, action=held, path="unit__org_path")
    return found


def _detail(request: HttpRequest, found: GrantRequest, form: DecisionForm) -> dict[str, Any]:
    scope, at = scope_of(request), timezone.now()
    waits = found.state == GrantRequest.State.PENDING
    approver = waits and scope.allows("grants.approve", found.unit.org_path)
    concerned = request.user.pk in {found.requested_by_id, found.user_id}
    grant = RoleGrant.objects.filter(request=found).select_related("ended_by").first()
    running = grant is not None and (grant.valid_to is None or grant.valid_to > at)
    may_end = running and scope.allows("grants.end", found.unit.org_path)
    end_url = reverse("access:grant-end", args=[grant.pk]) if grant is not None else ""
    return {
        "found": found,
        "breadcrumb": _crumbs(f"{found.role_label} · {found.user}"),
        "role": found.role_label,
        "tone": request_tone(found),
        "facts": _request_facts(found, scope),
        "decision_facts": [] if waits else _decision_facts(found, grant),
        "form": form,
        "actions": [Link(_("End this role"), end_url, "ban", "danger")] if may_end else [],
        "may_decide": approver and not concerned,
        "concerned": approver and concerned,
        "others": [
            {"role": g.role_label, "grant": g}
            for g in queries.grants_of(found.user, scope).filter(queries.valid_at(at))
            if g.request_id != found.pk
        ],
    }


def _request_facts(found: GrantRequest, scope: Scope) -> list[Fact]:
    known = scope.allows("users.unlock", found.user.org_path)
    url = reverse("access:user-detail", args=[found.user_id]) if known else ""
    cross = is_cross_area(found.user.org_path, found.unit.org_path)
    area = {"tone": "warn", "mark": "△"} if cross else {}
    return [
        fact(_("Person"), str(found.user), url=url),
        fact(_("Own unit"), found.user.unit_name),
        fact(_("Role"), found.role_label),
        fact(_("Unit"), found.unit.name),
        fact(_("Area"), _("other area") if cross else _("own area or above"), **area),
        fact(_("From"), found.valid_from),
        fact(_("Until"), found.valid_to or _("no end")),
        fact(_("Reason"), found.reason),
        fact(_("Requested by"), str(found.requested_by)),
        fact(_("Requested at"), found.requested_at),
    ]


def _decision_facts(found: GrantRequest, grant: RoleGrant | None) -> list[Fact]:
    facts = [
        fact(_("Approved or rejected by"), str(found.decided_by)),
        fact(_("Approved or rejected at"), found.decided_at),
        fact(_("Note"), found.decision_note),
    ]
    if grant is not None:
        facts.append(fact(_("Counts from"), grant.valid_from))
        facts.append(fact(_("Counts until"), grant.valid_to or _("no end")))
    if grant is not None and grant.ended_by is not None:
        facts.append(fact(_("Ended by"), str(grant.ended_by)))
        facts.append(fact(_("Reason of ending"), grant.end_reason))
    return facts
