"""Appraisals, commendations, accountability: lists, one record, record, correct, strike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods

from personnel.forms import decisions as forms
from personnel.models import Accountability, Appraisal, Commendation, Person
from personnel.models.decisions import Decision
from personnel.queries import decisions as queries
from personnel.services import decisions as services
from personnel.tables import decisions as tables
from personnel.tables.staff import person_label
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import Block, done, link_if, refused
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Figure, Link, Tab, empty_state, fact, small_table
from policeroom.common.scope import Scope
from stations.models import Station
from stations.views.places import bind, confirm_page, form_page

RECORD, SEE, SEE_ACCOUNTABILITY = forms.RECORD, "people.view", "accountability.view"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of decision: its model, who sees it, and what its pages say."""

    model: type[Any]
    see: str
    #: Messages as they stand in the source; translated where they are shown.
    many: str
    new: str
    correct: str

    @property
    def code(self) -> str:
        name: str = self.model._meta.model_name
        return name

    @property
    def title(self) -> str:
        return _(self.many)

    @property
    def list_url(self) -> str:
        return reverse(f"personnel:{self.code}-list")


APPRAISAL: Final = Kind(
    Appraisal,
    SEE,
    gettext_noop("Appraisals"),
    gettext_noop("Record an appraisal"),
    gettext_noop("Correct the appraisal"),
)
COMMENDATION: Final = Kind(
    Commendation,
    SEE,
    gettext_noop("Commendations"),
    gettext_noop("Record a commendation"),
    gettext_noop("Correct the commendation"),
)
ACCOUNTABILITY: Final = Kind(
    Accountability,
    SEE_ACCOUNTABILITY,
    gettext_noop("Accountability"),
    gettext_noop("Record an accountability decision"),
    gettext_noop("Correct the accountability decision"),
)
KINDS: Final = {kind.code: kind for kind in (APPRAISAL, COMMENDATION, ACCOUNTABILITY)}


def tabs(scope: Scope, current: Kind | None = None) -> list[Tab]:
    """The lists of decisions the reader may see, and the way back to the people."""
    back = Tab(_("People"), reverse("personnel:person-list"), False)
    seen = [kind for kind in KINDS.values() if scope.can(kind.see)]
    return [back, *(Tab(kind.title, kind.list_url, kind is current) for kind in seen)]


class DecisionList(RegisterView):
    """Decisions of one kind about the rooms in the reader's area."""

    kind: Kind
    order = ("-decided_on", "-id")
    template_name = "people/list.html"
    filter_class: Any = forms.DecisionFilter
    export_action: str = "people.export"
    row_url = staticmethod(Decision.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        action = self.export_action if self.request.GET.get("export") else self.access_policy
        return queries.decision_rows(self.kind.model, scope, action=action)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        new = link_if(
            scope.can(RECORD), _(self.kind.new), f"{self.kind.code}-new", [], "plus", "primary"
        )
        text = _("What people decided on paper stands here; nothing is computed from it.")
        return {
            "tabs": tabs(scope, self.kind),
            "actions": new,
            **empty_state("file-check", _("No decision recorded"), text, new),
        }


class AppraisalList(DecisionList):
    """Yearly appraisals of rooms."""

    kind = APPRAISAL
    access_policy = SEE
    title = gettext_lazy("Appraisals")
    columns = tables.LISTS[Appraisal]

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        year = timezone.localdate().year - 1
        missing = queries.without_appraisal(scope_of(request), year).count()
        figure = Figure(
            label=_("Rooms without an appraisal for %(year)s") % {"year": year},
            value=missing,
            tone="warn" if missing else "",
            mark="△" if missing else "",
        )
        return {**super().extra_context(request), "figures": [figure]}


class CommendationList(DecisionList):
    """Commendations of rooms and their people."""

    kind = COMMENDATION
    access_policy = SEE
    title = gettext_lazy("Commendations")
    columns = tables.LISTS[Commendation]
    filter_class = forms.PersonDecisionFilter


class AccountabilityList(DecisionList):
    """Accountability decisions about rooms and their people."""

    kind = ACCOUNTABILITY
    access_policy = SEE_ACCOUNTABILITY
    title = gettext_lazy("Accountability")
    columns = tables.LISTS[Accountability]
    filter_class = forms.PersonDecisionFilter


def decision_for(request: HttpRequest, kind: Kind, pk: int, action: str) -> Any:
    """A decision about a room in view on which the reader holds `action`."""
    scope = scope_of(request)
    return fetch(kind.model.objects.select_related("station"), scope, action=action, pk=pk)


def _trail(kind: Kind, row: Decision | None = None) -> list[Link]:
    links = [
        Link(_("People"), reverse("personnel:person-list")),
        Link(kind.title, kind.list_url),
    ]
    if row is not None:
        links.append(Link(row.document_no, row.get_absolute_url()))
    return links


@requires(SEE)
def detail(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One decision with its paper, and what became of the record."""
    what, scope = KINDS[kind], scope_of(request)
    rows = queries.decision_rows(what.model, scope, action=what.see)
    decision_for(request, what, pk, what.see)
    row = fetch(rows, scope, pk=pk)
    code = tables.state_of(row)
    tone, mark = tables.STATE_TONES[code]
    may = row.struck_at is None and scope.allows(RECORD, row.org_path)
    context = {
        "title": f"{row._meta.verbose_name} {row.document_no}",
        "line": row.station.name,
        "trail": [*_trail(what), Link(row.document_no)],
        "state": Fact("", tables.STATE_WORDS[code], tone=tone, mark=mark),
        "facts": _facts(row),
        "actions": [
            *link_if(may, _("Correct"), f"{kind}-correct", [pk], "pencil"),
            *link_if(may, _("Strike"), f"{kind}-strike", [pk], "trash-2", "danger"),
        ],
    }
    return render(request, "people/record.html", context)


def _facts(row: Any) -> list[Fact]:
    if isinstance(row, Appraisal):
        own = [fact(_("Year"), str(row.year)), fact(_("Scheme"), row.scheme)]
    else:
        who = person_label(row.person) if row.person else None
        own = [fact(_("Person"), who), fact(_("Ground"), row.ground)]
    after = getattr(row, "corrected_by", None)
    return [
        fact(_("Police room"), row.station.name, url=row.station.get_absolute_url()),
        fact(_("What was decided"), row.result),
        *own,
        fact(_("Deciding unit"), row.decided_by.name),
        fact(_("Decided on"), row.decided_on),
        fact(_("Document number"), row.document_no),
        fact(_("Recorded at"), row.recorded_at),
        fact(_("Recorded by"), row.recorded_by.name if row.recorded_by else None),
        *([fact(_("Struck because"), row.strike_reason)] if row.struck_at else []),
        *_other(_("Takes the place of"), row.corrects),
        *_other(_("Corrected by"), after),
    ]


def _other(label: str, row: Decision | None) -> list[Fact]:
    """The record before or after a correction, where there is one."""
    if row is None:
        return []
    return [fact(label, row.document_no, url=row.get_absolute_url())]


@requires(RECORD)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Record a decision; `?person=` comes from that person's file."""
    what, today = KINDS[kind], timezone.localdate()
    initial = {"decided_on": today, "year": today.year - 1, **_asked(request)}
    form = bind(request, forms.FORMS[what.model], initial=initial)
    row = attempt(
        form,
        lambda: services.record_decision(
            what.model, by=request.user, today=today, **form.cleaned_data
        ),
    )
    if row is not None:
        return done(request, _("%(number)s is recorded.") % {"number": row.document_no}, row)
    page = form_page(request, form, title=_(what.new), trail=_trail(what), submit=_("Record"))
    return refused(page, bound=form.is_bound)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The number and room of `?person=`, the room of `?station=`."""
    scope, found = scope_of(request), {}
    for name, model in (("person", Person), ("station", Station)):
        pk = request.GET.get(name, "")
        if pk.isdecimal():
            found[name] = model.objects.within(scope, action=RECORD).filter(pk=pk).first()
    person = found.get("person")
    if person is None:
        return {"station": found.get("station")}
    post = person.assignments.filter(is_primary=True).order_by("-valid_from").first()
    return {"person": person.staff_no, "station": post.station_id if post else None}


@requires(RECORD)
@require_http_methods(READ_WRITE)
def correct(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Put a right record in the place of a wrong one."""
    what = KINDS[kind]
    row = decision_for(request, what, pk, RECORD)
    initial = {name: getattr(row, name) for name in services.fields_of(what.model)}
    if initial.get("person") is not None:
        initial["person"] = initial["person"].staff_no
    form = bind(request, forms.CORRECTIONS[what.model], initial=initial)
    after = attempt(
        form,
        lambda: services.correct_decision(
            row,
            by=request.user,
            at=timezone.now(),
            today=timezone.localdate(),
            **form.cleaned_data,
        ),
    )
    if after is not None:
        return done(request, _("The record is corrected; the wrong one stays struck."), after)
    trail = _trail(what, row)
    page = form_page(request, form, title=_(what.correct), trail=trail, submit=_("Correct"))
    return refused(page, bound=form.is_bound)


@requires(RECORD)
@require_http_methods(READ_WRITE)
def strike(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Strike a record of a decision that was never taken."""
    what = KINDS[kind]
    row = decision_for(request, what, pk, RECORD)
    form = bind(request, forms.StrikeForm)
    struck = attempt(
        form,
        lambda: services.strike_decision(
            row, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if struck is not None:
        return done(request, _("The record is struck."), struck)
    page = confirm_page(
        request,
        form,
        title=_("Strike the record"),
        trail=_trail(what, row),
        text=_("The decision was never taken; the record stays with the reason."),
        consequences=[],
        action_label=_("Strike"),
    )
    return refused(page, bound=form.is_bound)


def blocks_about(person: Person, scope: Scope, *, own: bool) -> list[Block]:
    """Decisions in a person's file. Accountability shows to whoever may see it, and to them."""
    sees = scope.allows(SEE_ACCOUNTABILITY, person.org_path)
    return [
        _block(person, scope, COMMENDATION, queries.about, linked=True),
        *(
            [_block(person, scope, ACCOUNTABILITY, queries.against, linked=sees)]
            if sees or own
            else []
        ),
    ]


def _block(
    person: Person,
    scope: Scope,
    kind: Kind,
    read: Callable[[Person], list[Any]],
    *,
    linked: bool,
) -> Block:
    table = small_table(tables.of_person(linked), read(person), kind.title)
    may = scope.allows(RECORD, person.org_path)
    url = f"{reverse(f'personnel:{kind.code}-new')}?person={person.pk}" if may else ""
    return Block(kind.code, kind.title, table, _("None recorded."), url, _(kind.new))
