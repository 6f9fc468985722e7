"""What the pages beside the log share: tabs, lists, one record page, one form page, history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from incidents.access import scope_of
from incidents.queries.board import holding
from incidents.queries.clocks import clocks_of, history_of
from incidents.tables.clocks import act_url, status_tone, time_left
from incidents.tables.history import ACT_LABELS, act_changes
from policeroom.common.deadlines import STATUS_LABELS, kind_of, status_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.pages import Consequence, Fact, Link, Tab, empty_state
from policeroom.common.scope import PATH_LENGTH, Scope
from policeroom.common.tables import RenderedTable, display


def now() -> dt.datetime:
    """The instant of the request; views read the clock, nothing below them does."""
    return timezone.now()


def today() -> dt.date:
    """The day in Asia/Shanghai."""
    return timezone.localdate()


def minute() -> dt.datetime:
    """Now, to the minute: what a form proposes."""
    return now().replace(second=0, microsecond=0)


def data_of(request: HttpRequest) -> dict[str, Any]:
    """Arguments that bind a form to a send, and to nothing on a first view."""
    return {"data": request.POST} if request.method == "POST" else {}


#: Lists of this part in the order of the tabs: key, label, address.
def _tabs() -> tuple[tuple[str, str, str], ...]:
    return (
        ("clock", _("Clocks"), "incidents:clock-list"),
        ("urgent", _("Urgent notices"), "incidents:urgent-list"),
        ("lead", _("Leads"), "incidents:lead-list"),
        ("task", _("Tasks"), "incidents:task-list"),
        ("transfer", _("Transfers"), "incidents:transfer-list"),
        ("dispute", _("Disputes"), "incidents:dispute-list"),
        ("hazard", _("Hazards"), "incidents:hazard-list"),
        ("outreach", _("Outreach"), "incidents:outreach-list"),
        ("register", _("Ledgers"), "incidents:register"),
    )


def part_tabs(current: str) -> list[Tab]:
    """The lists of this part as tabs."""
    return [Tab(label, reverse(name), key == current) for key, label, name in _tabs()]


def trail_to(part: str, *more: Link) -> list[Link]:
    """Breadcrumb of a page below a list."""
    label, name = next((label, name) for key, label, name in _tabs() if key == part)
    return [Link(label, reverse(name)), *more]


class RecordList(RegisterView):
    """A list of this part. Subclasses set `part`, `empty` (icon, title, text) and the rest."""

    access_policy = "incidents.view"
    export_action: str = "incidents.export"
    template_name = "incidents/clock_list.html"
    part = ""
    empty_icon = "inbox"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.now = now()
        scope = scope_of(request)
        if request.GET.get("export"):  # a file holds only what may leave
            scope = holding(scope, self.export_action)
            request.scope = scope  # type: ignore[attr-defined]
        columns = self.make_columns(scope)
        only_room = len(scope.ranges) == 1 and len(scope.ranges[0][0]) == PATH_LENGTH
        self.columns = [c for c in columns if not (only_room and c.key == "room")]
        return super().get(request, **kwargs)

    def make_columns(self, scope: Scope) -> Sequence[Any]:
        """Columns for this reader at this instant."""
        return self.columns

    def empty_words(self) -> tuple[str, str]:
        """Title and text of the empty list."""
        raise NotImplementedError

    def actions(self, scope: Scope) -> list[Link]:
        """Buttons of the head, the primary one first."""
        return []

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        acts = self.actions(scope_of(request))
        asked = any(request.GET.get(name) for name in self.filter_class.base_fields)
        title, text = self.empty_words()
        return {
            "tabs": part_tabs(self.part),
            "as_of": self.now,
            "actions": acts,
            "filtered": asked,
            **empty_state(self.empty_icon, title, text, acts),
        }


def new_link(scope: Scope, action: str, label: str, url_name: str) -> list[Link]:
    """The button that starts a record, for who may."""
    return [Link(label, reverse(url_name), "plus", "primary")] if scope.can(action) else []


@dataclass(frozen=True, slots=True)
class Section:
    """One card of a record's page: facts, a table, or a sentence where there is nothing yet."""

    key: str
    title: str
    facts: Sequence[Fact] = ()
    table: RenderedTable | None = None
    text: str = ""
    acts: Sequence[Link] = ()
    #: Two sections side by side on a wide screen.
    half: bool = False


@dataclass(slots=True)
class RecordPage:
    """What `incidents/clock_record.html` shows."""

    title: str
    subtitle: str
    trail: list[Link]
    tag: str = ""
    tag_tone: str = ""
    tag_mark: str = ""
    actions: list[Link] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    struck: str = ""


def record_page(
    request: HttpRequest,
    page: RecordPage,
    record: Any,
    *,
    part: str,
    subjects: Iterable[models.Model] = (),
    notes: Mapping[int, str] | None = None,
) -> HttpResponse:
    """Render the page of a record with its clocks and its history.

    `notes` says of which part of the record a clock is, by the id of its subject.
    """
    at = now()
    scope = scope_of(request)
    context = {
        "page": page,
        "trail": trail_to(part, *page.trail),
        "as_of": at,
        "clocks": [
            clock_line(row, scope, at=at, note=(notes or {}).get(row.object_id, ""))
            for row in clocks_of(subjects, now=at)
        ],
        "history": [
            (event, capfirst(str(ACT_LABELS.get(event.action, event.action))), act_changes(event))
            for event in history_of(record)
        ],
    }
    return render(request, "incidents/clock_record.html", context)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock on a record's page."""

    label: str
    rule: str
    due_at: dt.datetime
    done_at: dt.datetime | None
    left: str
    status: str
    tone: str
    mark: str
    url: str


def clock_line(row: Any, scope: Scope, *, at: dt.datetime, note: str = "") -> ClockLine:
    """A stored clock as the page shows it."""
    tone, mark = status_tone(row, now=at)
    cancelled = row.cancelled_at is not None
    label = str(kind_of(row.kind).label)
    return ClockLine(
        label=f"{label} · {note}" if note else label,
        rule=row.rule_id,
        due_at=row.due_at,
        done_at=row.done_at,
        left="" if cancelled else time_left(due_at=row.due_at, done_at=row.done_at, now=at),
        status=str(STATUS_LABELS[status_of(row, now=at)]),
        tone=tone,
        mark=mark,
        url=act_url(row, scope),
    )


def act_page(
    request: HttpRequest,
    form: forms.BaseForm,
    act: Callable[[], Any],
    *,
    part: str,
    title: str,
    submit: str,
    back: str,
    done: Callable[[Any], str],
    trail: Sequence[Link] = (),
    text: str = "",
    question: str = "",
    consequences: Sequence[Consequence] = (),
    target: Callable[[Any], str] | None = None,
) -> HttpResponse:
    """Form, service, message, redirect; 422 with the errors where the send was refused.

    `question` turns the page into the confirmation of a dangerous act. `back` is where the act
    and its cancelling lead; `target` gives the act another end.
    """
    result = attempt(form, act)
    if result is not None:
        messages.success(request, done(result))
        return redirect(target(result) if target is not None else back)
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "cancel_url": back,
        "trail": [*trail_to(part, *trail), Link(title)],
        "text": text,
        "question": question,
        "consequences": consequences,
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/clock_form.html", context, status=status)


def strike_page(
    request: HttpRequest,
    form: forms.BaseForm,
    record: Any,
    act: Callable[[], Any],
    *,
    part: str,
    clocks: int,
    back: str = "",
) -> HttpResponse:
    """The question before a record is struck."""
    leads_to = back or record.get_absolute_url()
    return act_page(
        request,
        form,
        act,
        part=part,
        title=_("Strike"),
        submit=_("Strike the record"),
        back=leads_to,
        trail=[Link(str(record), leads_to)],
        question=_("Strike “%(record)s”?") % {"record": record},
        text=_("It was entered by mistake. It stays readable and counts no longer."),
        consequences=[Consequence(clocks, _("running clocks fall away"))] if clocks else [],
        done=lambda row: _("“%(record)s” is struck.") % {"record": row},
    )


def running(subjects: Iterable[models.Model]) -> int:
    """Clocks of the records that still run."""
    return sum(
        row.done_at is None and row.cancelled_at is None
        for row in clocks_of(list(subjects), now=now())
    )


def recorded_facts(record: Any) -> list[Fact]:
    """Who wrote a record down; and of a struck one, who struck it and why."""
    return [
        Fact(_("Police room"), record.station.name),
        Fact(_("Recorded"), f"{display(record.recorded_at)} · {record.recorded_by.name}"),
    ]


def struck_line(record: Any) -> str:
    """The sentence above a struck record."""
    if record.struck_at is None:
        return ""
    return _("Struck on %(at)s: %(reason)s. It counts no longer.") % {
        "at": display(record.struck_at),
        "reason": record.strike_reason,
    }
