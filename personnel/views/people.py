"""Accounts: list, new, one person, and the acts on one account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from personnel import queries, services
from personnel.filters import UserFilter
from personnel.forms.access import DisableForm, PersonForm, ReasonForm
from personnel.models import GrantRequest
from personnel.tables.access import USER_COLUMNS, account_state_label, account_tone
from personnel.views.common import READ_WRITE, actor, crumbs, list_context
from policeroom.accounts import queries as account_queries
from policeroom.accounts import services as accounts
from policeroom.accounts.confirmation import confirmed
from policeroom.accounts.models import User
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.pages import Consequence, Fact, Link, fact
from policeroom.common.scope import Scope


class UserListView(RegisterView):
    """Accounts of the administrator's area."""

    access_policy = "users.unlock"
    columns = USER_COLUMNS
    order = ("username",)
    template_name = "access/user_list.html"
    title = gettext_lazy("Accounts")
    filter_class = UserFilter
    export_action = "users.manage"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return queries.accounts_with_roles(scope, at=timezone.now())

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        buttons, url = [], ""
        if scope_of(request).can("users.manage"):
            url = reverse("access:user-new")
            buttons.append(Link(_("New account"), url, "user-plus", "primary"))
        return {**list_context(request, actions=buttons), "new_url": url}


@requires("users.manage")
@require_http_methods(READ_WRITE)
@confirmed
def user_new(request: HttpRequest) -> HttpResponse:
    """Create an account; the answer to the POST shows the first password, this once.

    It is the one POST that does not redirect: the password is kept nowhere, not in a session.
    """
    form = PersonForm(request.POST or None, scope=scope_of(request))
    made = attempt(
        form,
        lambda: services.create_person(**form.facts(), by=actor(request), at=timezone.now()),
    )
    if made is not None:
        return _show_password(request, made.user, made.password, made.request)
    context = {"form": form, "breadcrumb": _crumbs(_("New account"))}
    return render(request, "access/user_new.html", context)


@requires("users.unlock")
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: account, roles now and before, requests, what may be done."""
    scope, at = scope_of(request), timezone.now()
    person = pick(queries.accounts_in(scope, at=at), scope, pk=pk)
    grants = list(queries.grants_of(person, scope))
    refusal = _refusal(request, person)
    context = {
        "person": person,
        "breadcrumb": _crumbs(str(person)),
        "state": account_state_label(person),
        "state_tone": account_tone(person),
        "facts": _facts(person, sessions=account_queries.open_sessions(person, at=at)),
        "actions": _actions(request, person) if not refusal else [],
        "refusal": refusal,
        "open_grants": [g for g in grants if g.valid_to is None or g.valid_to > at],
        "past_grants": [g for g in grants if g.valid_to is not None and g.valid_to <= at],
        "requests": queries.requests_in(scope).filter(user=person).order_by("rank", "-id"),
        "hidden_grants": queries.held_beyond(person, scope.ranges_for("grants.view"), at=at),
        "may_end": scope.can("grants.end"),
    }
    return render(request, "access/user_detail.html", context)


def _facts(person: User, *, sessions: int) -> list[Fact]:
    password = _("to be changed at the next sign-in") if person.must_change_password else ""
    return [
        fact(_("Police or staff number"), person.username),
        fact(_("Person's name"), person.name),
        fact(_("Unit"), person.unit_name),
        fact(_("E-mail"), person.email),
        fact(_("Account since"), person.created_at),
        fact(_("Last sign-in"), person.last_login),
        fact(_("Password changed"), person.password_changed_at, hint=password),
        fact(_("Open sessions"), sessions),
    ]


def _actions(request: HttpRequest, person: User) -> list[Link]:
    """Buttons of an account the reader manages; one of them leads."""
    buttons = []
    if person.is_active:
        if scope_of(request).allows("grants.request", person.org_path):
            url = f"{reverse('access:grant-new')}?user={person.username}"
            buttons.append(Link(_("Request a role"), url, "key-round", "primary"))
        further = [(_("New first password"), "access:user-password", "key", "")]
        if account_queries.second_factor(person) is not None:
            name = "access:user-second-factor"
            further.append((_("Remove the second factor"), name, "smartphone", ""))
        further.append((_("Disable"), "access:user-deactivate", "user-x", "danger"))
        for label, name, icon, tone in further:
            buttons.append(Link(label, reverse(name, args=[person.pk]), icon, tone))
    else:
        url = reverse("access:user-reactivate", args=[person.pk])
        buttons.append(Link(_("Enable again"), url, "user-check", "primary"))
    return buttons


@requires("users.unlock")
@require_POST
@confirmed
def user_unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift the lock of failed sign-ins."""
    scope, at = scope_of(request), timezone.now()
    person = pick(queries.accounts_in(scope, at=at), scope, pk=pk)
    accounts.unlock_user(user=person, by=actor(request), at=at)
    messages.success(request, _("%(person)s may sign in again.") % {"person": person})
    return redirect("access:user-detail", pk=pk)


@requires("users.manage")
@require_POST
@confirmed
def user_sessions_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a person out everywhere."""
    person = _managed(request, pk)
    ended = accounts.end_sessions(
        user=person,
        by=actor(request),
        at=timezone.now(),
        reason=_("ended by an administrator"),
    )
    text = ngettext("%(count)d session ended.", "%(count)d sessions ended.", ended)
    messages.success(request, text % {"count": ended})
    return redirect("access:user-detail", pk=pk)


@requires("users.manage")
@require_http_methods(READ_WRITE)
@confirmed
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask with what ends, then disable the account."""
    person, at = _managed(request, pk), timezone.now()
    form = DisableForm(request.POST or None)
    done = attempt(
        form,
        lambda: services.disable_person(
            user=person,
            reason=form.cleaned_data["reason"],
            end_grants=form.cleaned_data["end_grants"],
            by=actor(request),
            at=at,
        ),
    )
    if done is not None:
        text = _("%(person)s is disabled: %(sessions)d sessions and %(roles)d roles ended.")
        facts = {"person": person, "sessions": done.sessions, "roles": done.grants}
        messages.success(request, text % facts)
        return redirect("access:user-detail", pk=pk)
    roles = queries.open_grants(person, at=at).count()
    text = ngettext("role ends, unless you keep it", "roles end, unless you keep them", roles)
    consequences = [_sessions_end(person), Consequence(roles, text)]
    context = _confirm(person, form, consequences, here=_("Disable the account"))
    return render(request, "access/user_deactivate.html", context)


@requires("users.manage")
@require_http_methods(READ_WRITE)
@confirmed
def user_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Enable a disabled account again; roles that were not ended count again."""
    person, at = _managed(request, pk), timezone.now()
    form = ReasonForm(request.POST or None)

    def act() -> bool:
        accounts.reactivate_user(
            user=person, reason=form.cleaned_data["reason"], by=actor(request), at=at
        )
        return True

    if attempt(form, act):
        messages.success(
            request,
            _("%(person)s is enabled. Issue a first password next.") % {"person": person},
        )
        return redirect("access:user-detail", pk=pk)
    roles = queries.open_grants(person, at=at).count()
    consequences = [Consequence(roles, ngettext("role counts again", "roles count again", roles))]
    context = _confirm(person, form, consequences, here=_("Enable the account"))
    return render(request, "access/user_reactivate.html", context)


@requires("users.manage")
@require_http_methods(READ_WRITE)
@confirmed
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then issue a new first password and show it, this once (see `user_new`)."""
    person, at = _managed(request, pk), timezone.now()
    form = Form(request.POST if request.method == "POST" else None)
    password = attempt(
        form, lambda: services.reissue_password(user=person, by=actor(request), at=at)
    )
    if password is not None:
        return _show_password(request, person, password, None)
    context = _confirm(person, form, [_sessions_end(person)], here=_("New first password"))
    return render(request, "access/user_password.html", context)


@requires("users.manage")
@require_http_methods(READ_WRITE)
@confirmed
def user_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then remove the second factor of a person who lost the phone."""
    person, at = _managed(request, pk), timezone.now()
    if request.method == "POST":
        services.reset_second_factor(user=person, by=actor(request), at=at)
        text = _("The second factor of %(person)s is removed; a new one can be set up.")
        messages.success(request, text % {"person": person})
        return redirect("access:user-detail", pk=pk)
    context = _confirm(person, None, [], here=_("Remove the second factor"))
    return render(request, "access/user_second_factor.html", context)


def _managed(request: HttpRequest, pk: int) -> User:
    """The account, where the reader may manage it: 404 outside the area, 403 inside."""
    scope = scope_of(request)
    rows = queries.accounts_in(scope, at=timezone.now())
    person: User = pick(rows, scope, pk=pk, action="users.manage")
    if _refusal(request, person):
        raise PermissionDenied
    return person


def _refusal(request: HttpRequest, person: User) -> str:
    """Why the reader does not manage this account, "" if they do."""
    scope = scope_of(request)
    if not scope.allows("users.manage", person.org_path):
        return _("A system administrator of this area manages the account.")
    if person.pk == request.user.pk:
        return _("This is your own account: another administrator manages it.")
    if queries.held_beyond(person, scope.ranges_for("users.manage"), at=timezone.now()):
        return _(
            "This person holds roles outside your area: a superior administrator manages the "
            "account."
        )
    return ""


def _crumbs(here: str) -> list[Link]:
    return crumbs((_("Accounts"), "access:user-list"), here=here)


def _sessions_end(person: User) -> Consequence:
    number = account_queries.open_sessions(person, at=timezone.now())
    text = ngettext("open session ends at once", "open sessions end at once", number)
    return Consequence(number, text)


def _confirm(
    person: User, form: Form | None, consequences: list[Consequence], *, here: str
) -> dict[str, Any]:
    return {
        "person": person,
        "form": form,
        "consequences": consequences,
        "breadcrumb": _crumbs(f"{person} · {here}"),
    }


def _show_password(
    request: HttpRequest, person: User, password: str, asked: GrantRequest | None
) -> HttpResponse:
    context = {
        "person": person,
        "password": password,
        "request_made": asked,
        "breadcrumb": _crumbs(f"{person} · {_('First password')}"),
    }
    return render(request, "access/user_password_shown.html", context)
