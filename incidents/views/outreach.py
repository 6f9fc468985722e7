"""Outreach activities: the list, one activity, a new one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.forms.clocks import ReasonForm
from incidents.forms.outreach import ActivityForm, OutreachFilter
from incidents.models import OutreachActivity
from incidents.queries.leads import outreach_rows
from incidents.services import outreach as services
from incidents.tables.registers import OUTREACH_COLUMNS, topic_words
from incidents.views.clocks_pages import (
    RecordList,
    RecordPage,
    Section,
    act_page,
    data_of,
    new_link,
    now,
    record_page,
    recorded_facts,
    strike_page,
    struck_line,
    today,
)
from policeroom.common.access import fetch, requires
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, fact
from policeroom.common.scope import Scope

PART = "outreach"


class OutreachList(RecordList):
    """The outreach ledger."""

    columns = OUTREACH_COLUMNS
    order = ("-held_on", "-id")
    title = gettext_lazy("Outreach")
    filter_class = OutreachFilter
    part = PART
    empty_icon = "megaphone"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return outreach_rows(scope)

    def actions(self, scope: Scope) -> list[Link]:
        return new_link(scope, "outreach.edit", _("Record an activity"), "incidents:outreach-new")

    def empty_words(self) -> tuple[str, str]:
        return (
            _("No activity yet"),
            _("Each of the ten topics is due once in an academic year for each university."),
        )


def _activity(request: HttpRequest, pk: int, action: str | None = None) -> OutreachActivity:
    return fetch(outreach_rows(scope_of(request)), scope_of(request), action=action, pk=pk)


@requires("incidents.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity."""
    row = _activity(request, pk)
    may = row.struck_at is None and scope_of(request).allows("outreach.edit", row.org_path)
    url = reverse("incidents:outreach-strike", args=[row.pk])
    page = RecordPage(
        title=row.title,
        subtitle=row.station.name,
        trail=[Link(row.number)],
        tag=_("void") if row.struck_at else "",
        tag_tone="neutral",
        actions=[Link(_("Strike"), url, "x")] if may else [],
        sections=[
            Section(
                "facts",
                _("Activity"),
                facts=[
                    fact(_("Number"), row.number),
                    fact(_("Day"), row.held_on),
                    fact(_("Topics"), topic_words(row.topics)),
                    fact(_("Form"), row.get_form_display()),
                    fact(
                        _("Universities"),
                        "、".join(row.universities.order_by("code").values_list("name", flat=True)),
                    ),
                    fact(_("Audience"), f"{row.audience_count:,}"),
                    fact(_("Together with"), row.partners),
                    *recorded_facts(row),
                ],
            )
        ],
        struck=struck_line(row),
    )
    return record_page(request, page, row, part=PART)


@requires("outreach.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Record an activity that was held; an address may propose its topic."""
    form = ActivityForm(
        scope=scope_of(request),
        now=now(),
        initial={"held_on": today(), "topics": request.GET.getlist("topic")},
        **data_of(request),
    )
    return act_page(
        request,
        form,
        lambda: services.record_activity(by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Record an activity"),
        submit=_("Record the activity"),
        back=reverse("incidents:outreach-list"),
        done=lambda row: _("“%(record)s” is recorded.") % {"record": row},
        target=OutreachActivity.get_absolute_url,
    )


@requires("outreach.edit")
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike an activity entered by mistake."""
    row = _activity(request, pk, "outreach.edit")
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        row,
        lambda: services.strike_activity(
            activity=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        clocks=0,
    )
