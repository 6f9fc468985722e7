"""The list of vacancies, one vacancy, fill it, let it fall away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from personnel.forms import vacancies as forms
from personnel.models import Vacancy
from personnel.queries import vacancies as queries
from personnel.services.staff import assign
from personnel.services.vacancies import withdraw_vacancy
from personnel.tables import vacancies as tables
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done, link_if, person_trail, refused, sections
from personnel.views.staff import strength_now
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Figure, Link, empty_state, fact
from policeroom.common.scope import Scope
from stations.views.places import bind, confirm_page, form_page


class VacancyList(RegisterView):
    """Vacancies of the reader's rooms."""

    access_policy = "people.view"
    order = ("-opened_on", "-id")
    template_name = "people/list.html"
    title = gettext_lazy("Vacancies")
    filter_class = forms.VacancyFilter
    export_action: str = "people.export"
    row_url = staticmethod(Vacancy.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        exporting = self.request.GET.get("export")

        def may_fill(row: Vacancy) -> bool:
            return not exporting and scope.allows("people.edit", row.org_path)

        self.columns = tables.vacancy_columns(timezone.now(), may_fill)
        action = self.export_action if exporting else self.access_policy
        return queries.vacancy_rows(scope, action=action)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        rows = queries.vacancy_rows(scope_of(request))
        late = queries.overdue(rows, now=timezone.now()).count()
        url = reverse("personnel:vacancy-list")
        return {
            "tabs": sections("vacancies"),
            "actions": [],
            "figures": [
                Figure(
                    label=_("Vacancies still open"),
                    value=rows.filter(queries.OPEN).count(),
                    url=f"{url}?state=open",
                ),
                Figure(
                    label=_("Vacancies overdue"),
                    value=late,
                    tone="bad" if late else "",
                    mark="▲" if late else "",
                    url=f"{url}?state=overdue",
                ),
            ],
            **empty_state(
                "user-x",
                _("No vacancy"),
                _("A vacancy opens by itself the day after somebody's last day in a post."),
                [],
            ),
        }


def vacancy_for(request: HttpRequest, pk: int, action: str) -> Any:
    """One vacancy in view with its clock."""
    scope = scope_of(request)
    return fetch(queries.vacancy_rows(scope), scope, action=action, pk=pk)


def trail(row: Vacancy | None = None) -> list[Link]:
    """The way up from a page about vacancies."""
    links = [*person_trail(), Link(_("Vacancies"), reverse("personnel:vacancy-list"))]
    if row is not None:
        links.append(Link(title_of(row), row.get_absolute_url()))
    return links


def title_of(row: Vacancy) -> str:
    """What is missing since when."""
    return _("Vacancy: %(kind)s since %(day)s") % {
        "kind": row.get_kind_display(),
        "day": row.opened_on,
    }


@requires("people.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One vacancy: cause, clock, and who filled it."""
    row = vacancy_for(request, pk, "people.view")
    code = tables.state_of(row, timezone.now())
    tone, mark = tables.STATE_TONES[code]
    may = _still_open(row) and scope_of(request).allows("people.edit", row.org_path)
    filled = row.filled_by.person if row.filled_by else None
    context = {
        "line": row.station.name,
        "title": title_of(row),
        "trail": [*trail(), Link(title_of(row))],
        "state": Fact("", tables.STATE_WORDS[code], tone=tone, mark=mark),
        "facts": [
            fact(_("Police room"), row.station.name, url=row.station.get_absolute_url()),
            fact(_("Cause"), tables.cause_of(row)),
            fact(_("Open since"), row.opened_on),
            fact(_("To be filled by"), tables.due_day(row)),
            fact(_("Filled on"), row.filled_on),
            fact(_("Filled by"), filled.name if filled else None),
            fact(_("Withdrawn on"), row.withdrawn_on),
            fact(_("Withdrawn because"), tables.withdraw_text(row)),
        ],
        "actions": [
            *link_if(may, _("Fill"), "vacancy-fill", [row.pk], "user-plus", "primary"),
            *link_if(may, _("Nobody follows"), "vacancy-withdraw", [row.pk], "x", "danger"),
        ],
    }
    return render(request, "people/record.html", context)


@requires("people.edit")
@require_http_methods(READ_WRITE)
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the post to somebody without one."""
    row = vacancy_for(request, pk, "people.edit")
    today = timezone.localdate()
    if not _still_open(row):
        return redirect(row)
    initial: dict[str, Any] = {"valid_from": today}
    form = bind(request, forms.FillForm, vacancy=row, today=today, initial=initial)
    post = attempt(
        form,
        lambda: assign(station=row.station, by=request.user, today=today, **form.cleaned_data),
    )
    if post is not None:
        message = _("%(name)s has a post in %(room)s from %(day)s.") % {
            "name": post.person.name,
            "room": row.station.name,
            "day": post.valid_from,
        }
        return done(request, message, row)
    page = form_page(
        request,
        form,
        title=_("Fill"),
        trail=trail(row),
        submit=_("Give the post"),
        note=row.station.name,
    )
    return refused(page, bound=form.is_bound)


def _still_open(row: Vacancy) -> bool:
    return row.filled_on is None and row.withdrawn_on is None


@requires("people.edit")
@require_http_methods(READ_WRITE)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a vacancy fall away: the post is not to be filled again."""
    row = vacancy_for(request, pk, "people.edit")
    if not _still_open(row):
        return redirect(row)
    today = timezone.localdate()
    form = forms.WithdrawForm(request.POST if request.method == "POST" else None)
    ended = attempt(
        form,
        lambda: withdraw_vacancy(vacancy=row, by=request.user, today=today, **form.cleaned_data),
    )
    if ended is not None:
        return done(request, _("The vacancy is withdrawn."), row)
    page = confirm_page(
        request,
        form,
        title=_("Nobody follows"),
        trail=trail(row),
        text=_("The clock of the refill stops. What the room must have stays the same."),
        consequences=strength_now(row.station, row.kind, today),
        action_label=_("Withdraw"),
    )
    return refused(page, bound=form.is_bound)
