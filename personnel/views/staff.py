"""The staff list, a person's file, and the acts on people and posts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from personnel.enums import PersonKind, Post
from personnel.forms import staff as forms
from personnel.models import Assignment, Person
from personnel.queries import staff as queries
from personnel.queries.secondments import secondments_of
from personnel.queries.strength import strength_of
from personnel.services import staff as services
from personnel.tables import staff as tables
from personnel.tables.secondments import OF_PERSON_COLUMNS
from personnel.views.common import READ_WRITE
from personnel.views.decisions import blocks_about
from personnel.views.people_pages import (
    Block,
    done,
    link_if,
    person_for,
    person_trail,
    refused,
    sections,
)
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Consequence, Fact, Link, empty_state, fact, small_table
from policeroom.common.scope import Scope
from stations.models import Station
from stations.views.places import bind, confirm_page, form_page

DAY = dt.timedelta(days=1)


class PersonList(RegisterView):
    """People who serve in the reader's area."""

    access_policy = "people.view"
    columns = tables.STAFF_COLUMNS
    order = ("org_path", "id")
    template_name = "people/list.html"
    title = gettext_lazy("Staff list")
    filter_class = forms.StaffFilter
    export_action: str = "people.export"
    row_url = staticmethod(Person.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        action = self.export_action if self.request.GET.get("export") else self.access_policy
        return queries.staff_rows(scope, on=timezone.localdate(), action=action)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        may = scope_of(request).can("people.edit")
        actions = link_if(may, _("Enter a person"), "person-new", [], "user-plus", "primary")
        return {
            "tabs": sections("staff"),
            "actions": actions,
            **empty_state(
                "users",
                _("Nobody entered yet"),
                _("Officers and auxiliaries stand here with their room, post and training."),
                actions,
            ),
        }


@requires("people.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's file: posts over time, absences, secondments, trainings, decisions."""
    scope, today = scope_of(request), timezone.localdate()
    rows = queries.staff_rows(scope, on=today)
    person = fetch(rows, scope, action="people.view", pk=pk)
    code = tables.state_of(person)
    tone, mark = tables.STATE_TONES[code]
    context = {
        "person": person,
        "line": f"{person.staff_no} · {person.get_kind_display()} · {person.unit.name}",
        "trail": [*person_trail(), Link(person.name)],
        "state": Fact("", tables.STATE_WORDS[code], tone=tone, mark=mark),
        "facts": _facts(person),
        "blocks": [
            *_blocks(person, scope),
            *blocks_about(person, scope, own=person.user_id == request.user.pk),
        ],
        "actions": _actions(person, scope),
    }
    return render(request, "people/person.html", context)


def _actions(person: Any, scope: Scope) -> list[Link]:
    """Acts on the person as buttons; nothing is offered on somebody who left."""
    may = scope.allows("people.edit", person.org_path)
    serves = may and person.left_on is None
    give = "" if person.current else "primary"
    return [
        *link_if(serves, _("Give a post"), "post-new", [person.pk], "user-plus", give),
        *link_if(may, _("Edit"), "person-edit", [person.pk], "pencil"),
        *link_if(serves, _("Leaves the service"), "person-leave", [person.pk], "log-out", "danger"),
    ]


def _facts(person: Any) -> list[Fact]:
    state = tables.training_state(person)
    tone, mark = tables.TRAINING_TONES.get(state, ("warn", "△"))
    current = person.current or {}
    return [
        fact(_("Police room"), current.get("room")),
        fact(_("Post"), Post(current["post"]).label if current else None),
        fact(_("Since"), tables.since_of(person)),
        Fact(_("Training before the post"), tables.TRAINING_WORDS[state], tone=tone, mark=mark),
        fact(_("Duty telephone"), person.telephone),
        fact(_("Selection approval"), person.selection_no),
        fact(_("Approved on"), person.selected_on),
        fact(_("First day no longer serving"), person.left_on),
    ]


def _blocks(person: Person, scope: Scope) -> list[Block]:
    def may_end(post: Assignment) -> bool:
        return scope.allows("people.edit", post.org_path)

    may_absent = scope.allows("people.absence", person.org_path)
    may_train = scope.allows("people.train", person.org_path)
    posts = small_table(tables.post_columns(may_end), queries.posts_of(person), _("Posts"))
    away = tables.absence_columns(may_absent)
    absences = small_table(away, queries.absences_of(person), _("Absences"))
    done_ones = tables.training_columns(may_train)
    trainings = small_table(done_ones, queries.trainings_of(person), _("Trainings"))
    absence_url = reverse("personnel:absence-new", args=[person.pk]) if may_absent else ""
    training_url = f"{reverse('personnel:training-new')}?person={person.pk}" if may_train else ""
    return [
        Block("posts", _("Posts"), posts, _("No post yet.")),
        Block(
            "absences",
            _("Absences"),
            absences,
            _("No absence recorded."),
            absence_url,
            _("Record an absence"),
        ),
        _secondments(person, scope),
        Block(
            "trainings",
            _("Trainings"),
            trainings,
            _("No training recorded."),
            training_url,
            _("Record a training"),
        ),
    ]


def _secondments(person: Person, scope: Scope) -> Block:
    rows = secondments_of(person)
    table = small_table(OF_PERSON_COLUMNS, rows, _("Secondments"))
    serves = person.left_on is None
    may_ask = serves and scope.allows("secondments.ask", person.org_path)
    url = reverse("personnel:secondment-new", args=[person.pk]) if may_ask else ""
    return Block(
        "secondments",
        _("Secondments"),
        table,
        _("Never seconded."),
        url,
        _("Ask for a secondment"),
    )


@requires("people.edit")
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Enter an officer or auxiliary."""
    form = bind(request, forms.AddPersonForm, initial={"kind": PersonKind.OFFICER})
    person = attempt(form, lambda: services.add_person(**form.cleaned_data, by=request.user))
    if person is not None:
        message = _("%(name)s is entered. Give them a post next.") % {"name": person.name}
        return done(request, message, person)
    page = form_page(
        request, form, title=_("Enter a person"), trail=person_trail(), submit=_("Enter")
    )
    return refused(page, bound=form.is_bound)


@requires("people.edit")
@require_http_methods(READ_WRITE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is recorded of a person."""
    person = person_for(request, pk, "people.edit")
    form = bind(request, forms.EditPersonForm, instance=person_for(request, pk, "people.edit"))
    saved = attempt(
        form,
        lambda: services.edit_person(person=person, by=request.user, **form.cleaned_data),
    )
    if saved is not None:
        return done(request, _("%(name)s is saved.") % {"name": saved.name}, saved)
    page = form_page(request, form, title=_("Edit"), trail=person_trail(person), submit=_("Save"))
    return refused(page, bound=form.is_bound)


@requires("people.edit")
@require_http_methods(READ_WRITE)
def post_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a post in a room."""
    person = person_for(request, pk, "people.edit")
    today = timezone.localdate()
    initial = {"valid_from": today, "post": forms.posts_for(person.kind)[-1][0]}
    form = bind(request, forms.PostForm, person=person, today=today, initial=initial)
    row = attempt(
        form,
        lambda: services.assign(person=person, by=request.user, today=today, **form.cleaned_data),
    )
    if row is not None:
        message = _("%(name)s has a post in %(room)s from %(day)s.") % {
            "name": person.name,
            "room": row.station.name,
            "day": row.valid_from,
        }
        return done(request, message, person.get_absolute_url())
    page = form_page(
        request, form, title=_("Give a post"), trail=person_trail(person), submit=_("Give the post")
    )
    return refused(page, bound=form.is_bound)


def strength_now(station: Station, kind: str, day: dt.date) -> list[Consequence]:
    """How many of the kind count in the room, and how many it must have."""
    found = strength_of(station, day)
    if found is None:
        return []
    have, need = found.counted(officers=kind == PersonKind.OFFICER)
    known = _("required in the room")
    least = _("required at least; the population is not recorded")
    return [
        Consequence(have, _("counted in the room now")),
        Consequence(need, least if need == 1 and found.unknown else known),
    ]


def strength_after(station: Station, kind: str, day: dt.date) -> list[Consequence]:
    """The same, and how many are left when one of them goes."""
    lines = strength_now(station, kind, day)
    if not lines:
        return []
    left = Consequence(max(0, lines[0].number - 1), _("counted there afterwards"))
    return [lines[0], left, lines[1]]


def file_or_list(request: HttpRequest, person: Person) -> str:
    """The person's file; the list where only a secondary post lies in the reader's area."""
    if scope_of(request).covers(person.org_path):
        return person.get_absolute_url()
    return reverse("personnel:person-list")


@requires("people.edit")
@require_http_methods(READ_WRITE)
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post; the page says what strength the room keeps."""
    rows = Assignment.objects.select_related("person", "station")
    post = fetch(rows, scope_of(request), action="people.edit", pk=pk)
    today = timezone.localdate()
    form = bind(request, forms.EndPostForm, initial={"last_day": today})
    ended = attempt(
        form,
        lambda: services.end_post(
            assignment=post, by=request.user, today=today, **form.cleaned_data
        ),
    )
    if ended is not None:
        message = _("The post ends; its last day is %(day)s.") % {
            "day": form.cleaned_data["last_day"]
        }
        return done(request, message, file_or_list(request, post.person))
    page = confirm_page(
        request,
        form,
        title=_("End the post"),
        trail=person_trail(post.person),
        text=_("%(name)s, %(post)s in %(room)s since %(day)s. A vacancy opens the day after.")
        % {
            "name": post.person.name,
            "post": post.get_post_display(),
            "room": post.station.name,
            "day": post.valid_from,
        },
        consequences=strength_after(post.station, post.person.kind, today)
        if post.is_primary
        else [],
        action_label=_("End the post"),
    )
    return refused(page, bound=form.is_bound)


@requires("people.edit")
@require_http_methods(READ_WRITE)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """A person leaves the service: open posts end with it."""
    person = person_for(request, pk, "people.edit")
    today = timezone.localdate()
    form = bind(request, forms.LeaveForm, initial={"last_day": today})
    left = attempt(
        form,
        lambda: services.leave_service(
            person=person, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if left is not None:
        return done(request, _("%(name)s is recorded as leaving.") % {"name": left.name}, left)
    posts = list(queries.posts_of(person).filter(valid_to__isnull=True))
    primary = next((post for post in posts if post.is_primary), None)
    consequences = [Consequence(len(posts), _("posts that end with that day"))]
    if primary is not None:
        consequences += strength_after(primary.station, person.kind, today)
    page = confirm_page(
        request,
        form,
        title=_("Leaves the service"),
        trail=person_trail(person),
        text=_("Posts and absences of %(name)s end; the file stays.") % {"name": person.name},
        consequences=consequences,
        action_label=_("Record the leaving"),
    )
    return refused(page, bound=form.is_bound)
