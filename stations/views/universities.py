"""Screens of the universities: list, record, acts (designations, terms: `university_records`)."""

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
from stations.enums import UniversityLevel, UniversityStatus
from stations.forms import places as forms
from stations.forms.places_filters import UniversityFilter
from stations.models import Article6Designation, University
from stations.queries import places as queries
from stations.services import places as services
from stations.tables import places as tables
from stations.views.places import bind, confirm_page, form_page, shown_day


def trail(university: University | None = None) -> list[Link]:
    """The way up from a page of one university."""
    links = [Link(_("Universities"), reverse("stations:university-list"))]
    if university is not None:
        links.append(Link(university.name, university.get_absolute_url()))
    return links


class UniversityList(RegisterView):
    """Universities registered in the reader's area or with a campus there."""

    access_policy = "universities.view"
    export_action = "stations.export"
    template_name = "stations/places/list.html"
    title = gettext_lazy("Universities")
    columns = tables.UNIVERSITY_COLUMNS
    order = ("org_path", "code")
    filter_class = UniversityFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.university_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        actions = [
            Link(_("Campuses"), reverse("stations:campus-list"), "map-pin"),
            Link(_("University towns"), reverse("stations:cluster-list"), "layers"),
        ]
        if scope_of(request).can("universities.edit"):
            actions.append(
                Link(_("Add university"), reverse("stations:university-new"), "plus", "primary")
            )
        return {
            "actions": actions,
            **empty_state(
                "school",
                _("No university here"),
                _(
                    "Universities registered in your area and those with a campus in it appear "
                    "here. They come from the ministry's list or are added one by one."
                ),
                actions,
            ),
        }


class UniversityDetail(View):
    """One university on one day: facts, campuses in view, designations, terms, history."""

    access_policy = "universities.view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        scope = scope_of(request)
        rows = University.objects.select_related("unit")
        university = fetch(rows, scope, pk=pk)
        shown = shown_day(request)
        facts = queries.university_on(university, shown.day)
        rights = _rights(university, scope)
        designations = Article6Designation.objects.within(scope).filter(university=university)
        context = {
            "university": university,
            "shown": shown,
            "facts": _facts(university, facts) if facts else [],
            "campuses": small_table(
                tables.campus_version_columns(scope.covers),
                queries.campuses_on(university, scope, shown.day),
                _("Campuses"),
            ),
            "designations": small_table(
                tables.designation_columns(may_end=rights["may_designate_at_all"]),
                designations.select_related("decided_by").order_by("-valid_from"),
                _("Designations under Article 6"),
            ),
            "terms": small_table(
                tables.term_columns(may_edit=rights["may_edit"]),
                university.terms.order_by("-starts_on"),
                _("Terms and vacations"),
            ),
            "history": small_table(
                tables.history_columns(
                    tables.UNIVERSITY_HISTORY_COLUMNS,
                    "university",
                    lambda row: queries.may_correct(row, scope, "universities.edit"),
                ),
                queries.university_history(university),
                _("History"),
            ),
            "trail": [*trail(), Link(university.name)],
            **rights,
        }
        return render(request, "stations/places/university_detail.html", context)


def _rights(university: University, scope: Scope) -> dict[str, Any]:
    """Which buttons exist for this reader on this university."""
    is_open = university.status != UniversityStatus.CLOSED
    may_edit = scope.allows("universities.edit", university.org_path)
    may_decide = scope.allows("designations.decide", university.org_path)
    college = university.level == UniversityLevel.COLLEGE
    actions = []
    if may_edit:
        actions.append(_link(_("Edit"), "university-edit", university, "pencil", "primary"))
    if is_open and scope.can("campuses.edit"):
        actions.append(_link(_("Add campus"), "campus-new", university, "plus"))
    if is_open and may_edit:
        actions.append(_link(_("Close university"), "university-close", university, "x", "danger"))
    return {
        "actions": actions,
        "may_edit": may_edit,
        "may_add_campus": is_open and scope.can("campuses.edit"),
        "may_designate": may_decide and college and is_open,
        "may_designate_at_all": may_decide,
    }


def _link(label: str, name: str, university: University, icon: str, tone: str = "") -> Link:
    return Link(label, reverse(f"stations:{name}", args=[university.pk]), icon, tone)


def _facts(university: University, row: Any) -> list[Fact]:
    tone, mark = tables.university_tone(row)
    flags = [
        label
        for flag, label in (
            (row.double_first_class, _("Double First-Class")),
            (row.is_military, _("Military academy")),
        )
        if flag
    ]
    listed = row.place_name if row.place_name != row.unit.place else ""
    return [
        Fact(_("Name"), row.name),
        Fact(_("Ministry code"), university.code),
        Fact(_("Level"), row.get_level_display()),
        Fact(_("Status"), row.get_status_display(), tone=tone, mark=mark),
        Fact(_("Place"), row.unit.place, hint=listed),
        Fact(_("Authority in charge"), row.authority or "–"),
        Fact(_("Ownership"), row.ownership or "–"),
        Fact(_("Marks"), ", ".join(flags) or "–"),
    ]


@requires("universities.edit")
def university_new(request: HttpRequest) -> HttpResponse:
    """Add a university by hand."""
    today = timezone.localdate()
    initial = {"valid_from": today, "status": UniversityStatus.ACTIVE}
    form = bind(request, forms.UniversityCreateForm, initial=initial)
    made = attempt(
        form,
        lambda: services.create_university(today=today, by=request.user, **form.cleaned_data),
    )
    if made is not None:
        messages.success(request, _("%(name)s was recorded.") % {"name": made})
        return redirect(made)
    return form_page(
        request, form, title=_("Add university"), trail=trail(), submit=_("Record university")
    )


@requires("universities.edit")
def university_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, move, lift or correct a university from a day on."""
    scope = scope_of(request)
    university = fetch(University.objects, scope, action="universities.edit", pk=pk)
    today = timezone.localdate()
    initial = model_to_dict(university, fields=services.UNIVERSITY_FACTS) | {"valid_from": today}
    form = bind(request, forms.UniversityForm, initial=initial)
    form.keep_status(university.status)
    done = attempt(
        form,
        lambda: services.edit_university(
            university=university, today=today, by=request.user, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(request, _("%(name)s was saved.") % {"name": done})
        return redirect(done)
    return form_page(
        request,
        form,
        title=_("Edit %(name)s") % {"name": university},
        trail=trail(university),
        submit=_("Save"),
        note=_("The ministry code %(code)s stays: it names the university through every change.")
        % {"code": university.code},
    )


@requires("universities.edit")
def university_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, with the consequence in numbers, then close."""
    scope = scope_of(request)
    university = fetch(University.objects, scope, action="universities.edit", pk=pk)
    today = timezone.localdate()
    form = bind(request, forms.CloseForm, initial={"day": today})
    done = attempt(
        form,
        lambda: services.close_university(
            university=university, today=today, by=request.user, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(request, _("%(name)s is closed.") % {"name": done})
        return redirect(done)
    counts = queries.university_counts(university, scope, today)
    return confirm_page(
        request,
        form,
        title=_("Close %(name)s") % {"name": university},
        trail=trail(university),
        text=_("It leaves the coverage report from that day on; reports of earlier days stay."),
        consequences=[
            Consequence(counts.campuses, _("open campuses in your area stay open")),
            Consequence(counts.stations, _("police rooms on them stay open")),
            Consequence(counts.designations, _("running designations end")),
        ],
        action_label=_("Close university"),
    )
