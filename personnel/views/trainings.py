"""Lists of trainings and annual plans, and their acts."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from personnel.forms import trainings as forms
from personnel.models import Person, TrainingRecord
from personnel.queries import trainings as queries
from personnel.services import trainings as services
from personnel.tables.trainings import plan_columns, training_list_columns
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done, link_if, person_trail, refused, sections
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Figure, Link, empty_state
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Scope
from stations.views.places import bind, confirm_page, form_page


class TrainingList(RegisterView):
    """Trainings of the people in the reader's area."""

    access_policy = "people.view"
    order = ("-completed_on", "-id")
    template_name = "people/list.html"
    title = gettext_lazy("Trainings")
    filter_class = forms.TrainingFilter
    export_action: str = "people.export"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        exporting = self.request.GET.get("export")

        def may_strike(row: TrainingRecord) -> bool:
            return not exporting and scope.allows("people.train", row.person.org_path)

        self.today = timezone.localdate()
        self.soon = parameters_on(self.today)["P-19c"]
        self.columns = training_list_columns(may_strike, today=self.today, soon=self.soon)
        action = self.export_action if exporting else self.access_policy
        return queries.training_rows(scope, action=action)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        may = scope_of(request).can("people.train")
        actions = link_if(may, _("Record a training"), "training-new", [], "plus", "primary")
        text = _("What people completed stands here: before a post, each quarter, by a branch.")
        last = self.today + dt.timedelta(days=self.soon)
        rows = queries.training_rows(scope_of(request))
        soon = queries.ending(rows, first=self.today, last=last).count()
        return {
            "tabs": sections("trainings"),
            "actions": actions,
            "figures": [
                Figure(
                    label=_("End within %(days)s days") % {"days": self.soon},
                    value=soon,
                    tone="warn" if soon else "",
                    mark="△" if soon else "",
                    url=f"{reverse('personnel:training-list')}?ends={last}",
                )
            ],
            **empty_state("graduation-cap", _("No training recorded"), text, actions),
        }


def _asked(request: HttpRequest) -> list[Person]:
    """The person of `?person=`, whose file the reader comes from."""
    pk = request.GET.get("person", "")
    if not pk.isdecimal():
        return []
    people = Person.objects.within(scope_of(request), action="people.train")
    return list(people.filter(pk=pk))


@requires("people.train")
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Record a training that one or several people completed."""
    people, today = _asked(request), timezone.localdate()
    initial: dict[str, Any] = {"kind": "regular", "completed_on": today, "people": people}
    form = bind(request, forms.TrainingForm, initial=initial)
    rows = attempt(
        form,
        lambda: services.record_trainings(by=request.user, today=today, **form.cleaned_data),
    )
    back = people[0].get_absolute_url() if people else reverse("personnel:training-list")
    if rows is not None:
        number = len(rows)
        message = ngettext(
            "The training of %(number)d person is recorded.",
            "The training of %(number)d people is recorded.",
            number,
        )
        return done(request, message % {"number": number}, back)
    trail = person_trail(people[0]) if people else training_trail()
    page = form_page(request, form, title=_("Record a training"), trail=trail, submit=_("Record"))
    return refused(page, bound=form.is_bound)


def training_trail() -> list[Link]:
    """The way up from a page about trainings."""
    return [*person_trail(), Link(_("Trainings"), reverse("personnel:training-list"))]


@requires("people.train")
@require_http_methods(READ_WRITE)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a training with a reason."""
    rows = TrainingRecord.objects.select_related("person")
    row = fetch(rows, scope_of(request), action="people.train", path="person__org_path", pk=pk)
    form = forms.StrikeForm(request.POST if request.method == "POST" else None)
    struck = attempt(
        form,
        lambda: services.strike_training(
            training=row, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if struck is not None:
        return done(request, _("The training is struck."), row.person)
    page = confirm_page(
        request,
        form,
        title=_("Strike the training"),
        trail=person_trail(row.person),
        text=_("“%(title)s” of %(name)s no longer counts; it stays in the file with the reason.")
        % {"title": row.title, "name": row.person.name},
        consequences=[],
        action_label=_("Strike"),
    )
    return refused(page, bound=form.is_bound)


class PlanList(RegisterView):
    """Annual training plans of the cities."""

    access_policy = "people.view"
    order = ("-year", "-id")
    template_name = "people/list.html"
    title = gettext_lazy("Training plans")
    filter_class = forms.PlanFilter
    export_action: str = "people.export"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = plan_columns(cache(queries.plan_due))
        action = self.export_action if self.request.GET.get("export") else self.access_policy
        return queries.plan_rows(scope, action=action)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope, today = scope_of(request), timezone.localdate()
        missing = queries.cities_without_plan(scope, today.year).count()
        due = queries.plan_due(today.year)
        may = queries.plan_cities(scope).exists()
        actions = link_if(may, _("Record a plan"), "plan-new", [], "plus", "primary")
        tone = "" if not missing else "bad" if today > due else "warn"
        return {
            "tabs": sections("plans"),
            "actions": actions,
            "figures": [
                Figure(
                    label=_("Cities without a plan for %(year)s") % {"year": today.year},
                    value=missing,
                    detail=_("due by %(day)s") % {"day": due},
                    tone=tone,
                    mark="△" if tone else "",
                )
            ],
            **empty_state(
                "calendar-check",
                _("No plan recorded"),
                _("Each city decides a training plan for the year."),
                actions,
            ),
        }


@requires("people.edit")
@require_http_methods(READ_WRITE)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Record the annual plan of a city."""
    today = timezone.localdate()
    form = bind(request, forms.PlanForm, initial={"year": today.year, "decided_on": today})
    row = attempt(
        form,
        lambda: services.record_plan(by=request.user, today=today, **form.cleaned_data),
    )
    if row is not None:
        message = _("The plan of %(city)s for %(year)s is recorded.")
        text = message % {"city": row.unit.name, "year": row.year}
        return done(request, text, reverse("personnel:plan-list"))
    trail = [*person_trail(), Link(_("Training plans"), reverse("personnel:plan-list"))]
    page = form_page(request, form, title=_("Record a plan"), trail=trail, submit=_("Record"))
    return refused(page, bound=form.is_bound)
