"""Screens of the campuses: list, record, acts, populations; and the university towns."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Consequence, Fact, Link, empty_state, small_table
from policeroom.common.scope import Scope
from policeroom.common.tables import display
from stations.enums import CampusStatus
from stations.forms import places as forms
from stations.forms.places_filters import CampusFilter, ClusterFilter
from stations.models import Campus, University
from stations.queries import places as queries
from stations.services import places_campuses as services
from stations.tables import places as tables
from stations.views.places import bind, confirm_page, form_page, shown_day
from stations.views.universities import trail as university_trail


def trail(campus: Campus | None = None) -> list[Link]:
    """The way up from a page of one campus."""
    links = [Link(_("Campuses"), reverse("stations:campus-list"))]
    if campus is not None:
        links.append(Link(str(campus), campus.get_absolute_url()))
    return links


class CampusList(RegisterView):
    """Campuses that lie in the reader's area."""

    access_policy = "universities.view"
    export_action = "stations.export"
    template_name = "stations/places/list.html"
    title = gettext_lazy("Campuses")
    columns = tables.CAMPUS_COLUMNS
    order = ("org_path", "code")
    filter_class = CampusFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.campus_rows(scope, on=timezone.localdate())

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        text = _("Campuses that lie in your area appear here, whatever university they belong to.")
        if scope_of(request).can("campuses.edit"):
            add = _("Add one on the page of its university.")
            text = f"{text} {add}"
        actions = [
            Link(_("Universities"), reverse("stations:university-list"), "school"),
            Link(_("University towns"), reverse("stations:cluster-list"), "layers"),
        ]
        return {
            "actions": actions,
            **empty_state(
                "map-pin",
                _("No campus here"),
                text,
                actions,
            ),
        }


class CampusDetail(View):
    """One campus on one day: facts, rooms, coverage, population, history."""

    access_policy = "universities.view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        scope = scope_of(request)
        campus = fetch(Campus.objects.select_related("university", "unit"), scope, pk=pk)
        shown = shown_day(request)
        facts = queries.campus_on(campus, scope, shown.day)
        may_edit = scope.allows("campuses.edit", campus.org_path)
        context = {
            "campus": campus,
            "shown": shown,
            "facts": _facts(campus, facts) if facts else [],
            "rooms": queries.rooms_on(campus, scope, shown.day),
            "links": queries.links_on(campus, scope, shown.day),
            "populations": small_table(
                tables.POPULATION_COLUMNS,
                queries.populations(campus, until=shown.day),
                _("Population"),
            ),
            "history": small_table(
                tables.history_columns(
                    tables.CAMPUS_HISTORY_COLUMNS,
                    "campus",
                    lambda row: queries.may_correct(row, scope, "campuses.edit"),
                ),
                queries.campus_history(campus, scope),
                _("History"),
            ),
            "trail": [*university_trail(campus.university), Link(campus.name)],
            "may_edit": may_edit,
            "may_open": campus.status != CampusStatus.CLOSED
            and scope.allows("stations.open", campus.org_path),
            "actions": _actions(campus) if may_edit else [],
        }
        return render(request, "stations/places/campus_detail.html", context)


def _actions(campus: Campus) -> list[Link]:
    args = [campus.pk]
    actions = [Link(_("Edit"), reverse("stations:campus-edit", args=args), "pencil")]
    if campus.status != CampusStatus.CLOSED:
        record = reverse("stations:population-new", args=args)
        actions.insert(0, Link(_("Record population"), record, "users", "primary"))
        close = reverse("stations:campus-close", args=args)
        actions.append(Link(_("Close campus"), close, "x", "danger"))
    return actions


def _facts(campus: Campus, row: Any) -> list[Fact]:
    tone, mark = tables.campus_tone(row)
    return [
        Fact(_("Name"), row.name),
        Fact(_("Campus code"), campus.code),
        Fact(_("University"), campus.university.name, url=campus.university.get_absolute_url()),
        Fact(_("Status"), row.get_status_display(), tone=tone, mark=mark),
        Fact(_("Bureau where it lies"), row.unit.name),
        Fact(_("Branch campus"), display(row.is_branch)),
        Fact(_("University town"), row.cluster.name if row.cluster else "–"),
        Fact(_("Shared site"), campus.site_id or "–"),
        Fact(_("Address"), campus.address or "–"),
        Fact(_("Opened on"), display(campus.opened_on)),
        Fact(_("No longer used from"), display(campus.closed_on)),
    ]


@requires("campuses.edit")
def campus_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a campus to a university, at a bureau where the reader may act."""
    university = fetch(University.objects, scope_of(request), pk=pk)
    today = timezone.localdate()
    initial = {"valid_from": today, "status": CampusStatus.ACTIVE}
    form = bind(request, forms.CampusCreateForm, initial=initial)
    made = attempt(
        form,
        lambda: services.create_campus(
            university=university, today=today, by=request.user, **form.cleaned_data
        ),
    )
    if made is not None:
        messages.success(
            request,
            _("%(name)s was recorded under the code %(code)s.") % {"name": made, "code": made.code},
        )
        return redirect(made)
    return form_page(
        request,
        form,
        title=_("Add campus of %(name)s") % {"name": university},
        trail=university_trail(university),
        submit=_("Record campus"),
        note=_("Article 6: every campus of an undergraduate university needs its own police room."),
    )


@requires("campuses.edit")
def campus_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, move or correct a campus from a day on."""
    rows = Campus.objects.select_related("university")
    campus = fetch(rows, scope_of(request), action="campuses.edit", pk=pk)
    today = timezone.localdate()
    initial = model_to_dict(campus, fields=services.CAMPUS_FACTS) | {"valid_from": today}
    form = bind(request, forms.CampusForm, initial=initial)
    form.keep_cluster(campus.cluster_id)
    form.keep_status(campus.status)
    done = attempt(
        form,
        lambda: services.edit_campus(
            campus=campus, today=today, by=request.user, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(request, _("%(name)s was saved.") % {"name": done})
        return redirect(done)
    return form_page(
        request,
        form,
        title=_("Edit %(name)s") % {"name": campus},
        trail=trail(campus),
        submit=_("Save"),
    )


@requires("campuses.edit")
def campus_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, with the consequence in numbers, then close."""
    scope = scope_of(request)
    rows = Campus.objects.select_related("university")
    campus = fetch(rows, scope, action="campuses.edit", pk=pk)
    today = timezone.localdate()
    form = bind(request, forms.CloseForm, initial={"day": today})
    done = attempt(
        form,
        lambda: services.close_campus(
            campus=campus, today=today, by=request.user, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(request, _("%(name)s is closed.") % {"name": done})
        return redirect(done)
    return confirm_page(
        request,
        form,
        title=_("Close %(name)s") % {"name": campus},
        trail=trail(campus),
        text=_("It needs no police room from that day on; reports of earlier days stay."),
        consequences=[
            Consequence(
                queries.rooms_on(campus, scope, today).count(),
                _("police rooms on it stay open until their bureau closes or moves them"),
            ),
            Consequence(
                queries.links_on(campus, scope, today).count(), _("coverage links of centres end")
            ),
        ],
        action_label=_("Close campus"),
    )


@requires("campuses.edit")
def population_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how many people are on a campus, or correct a figure."""
    rows = Campus.objects.select_related("university")
    campus = fetch(rows, scope_of(request), action="campuses.edit", pk=pk)
    today = timezone.localdate()
    form = bind(request, forms.PopulationForm, initial={"as_of": today})
    made = attempt(
        form,
        lambda: services.record_population(
            campus=campus, today=today, by=request.user, **form.cleaned_data
        ),
    )
    if made is not None:
        messages.success(
            request,
            _("%(number)s people as of %(day)s were recorded.")
            % {"number": made.total, "day": made.as_of},
        )
        return redirect(campus)
    return form_page(
        request,
        form,
        title=_("Record population of %(name)s") % {"name": campus},
        trail=trail(campus),
        submit=_("Record population"),
        note=_("To correct a figure, enter it again for the same day: the newest counts."),
    )


# --- university towns ---------------------------------------------------------------------------


class ClusterList(RegisterView):
    """University towns in the reader's area."""

    access_policy = "universities.view"
    export_action = "stations.export"
    template_name = "stations/places/list.html"
    title = gettext_lazy("University towns")
    columns = tables.CLUSTER_COLUMNS
    order = ("org_path", "id")
    filter_class = ClusterFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.cluster_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = []
        if scope_of(request).can("campuses.edit"):
            url = reverse("stations:cluster-new")
            actions.append(Link(_("Add university town"), url, "plus", "primary"))
        return {
            "actions": actions,
            **empty_state(
                "layers",
                _("No university town here"),
                _("A university town gathers campuses that one centre may serve (Article 6)."),
                actions,
            ),
        }


@requires("campuses.edit")
def cluster_new(request: HttpRequest) -> HttpResponse:
    """Add a university town."""
    form = bind(request, forms.ClusterForm)
    made = attempt(form, lambda: services.create_cluster(by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("%(name)s was recorded.") % {"name": made})
        return redirect("stations:cluster-list")
    return form_page(
        request,
        form,
        title=_("Add university town"),
        trail=[Link(_("University towns"), reverse("stations:cluster-list"))],
        submit=_("Record university town"),
    )
