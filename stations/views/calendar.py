"""Screens of the statutory calendar: a year, its days, its confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from policeroom.common.access import requires, scope_of
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.pages import Consequence, Link, small_table
from stations.forms import places as forms
from stations.models import CalendarDay
from stations.queries import places as queries
from stations.services import places_calendar as services
from stations.tables import places as tables
from stations.views.places import bind, confirm_page, form_page

FIRST_YEAR, LAST_YEAR = 2001, 2100


def year_url(year: int) -> str:
    """Address of one year."""
    return f"{reverse('stations:calendar')}?year={year}"


def trail(year: int) -> list[Link]:
    """The way up from a page about one day or year."""
    return [Link(_("Calendar %(year)s") % {"year": year}, year_url(year))]


def _asked_year(request: HttpRequest) -> int:
    """The year of `?year=`; this year where none or an impossible one is given."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else timezone.localdate().year


class CalendarView(View):
    """A year: the days that differ from their weekday, and the working days of each month."""

    access_policy = "stations.view"

    def get(self, request: HttpRequest) -> HttpResponse:
        year = _asked_year(request)
        found = queries.calendar_year(year)
        may_edit = scope_of(request).can("calendar.edit")
        days = [day for month in found.months for day in month.days]
        actions = []
        if may_edit:
            new = reverse("stations:calendar-day-new") + f"?year={year}"
            actions.append(Link(_("Add day"), new, "plus", "primary"))
            if found.provisional:
                confirm = reverse("stations:calendar-confirm", args=[year])
                actions.append(Link(_("Confirm the year"), confirm, "check"))
        context = {
            "found": found,
            "year": str(year),
            "years": [
                {"label": str(y), "url": year_url(y), "current": y == year}
                for y in range(max(FIRST_YEAR, year - 1), min(LAST_YEAR, year + 1) + 1)
            ],
            "days": small_table(
                tables.calendar_columns(may_edit=may_edit), days, _("Holidays and make-up days")
            ),
            "months": small_table(tables.MONTH_COLUMNS, found.months, _("Working days by month")),
            "actions": actions,
            "may_edit": may_edit,
            "new_url": reverse("stations:calendar-day-new") + f"?year={year}",
        }
        return render(request, "stations/places/calendar.html", context)


@requires("calendar.edit")
def calendar_day_new(request: HttpRequest) -> HttpResponse:
    """Add a day; entering a recorded day again corrects it."""
    year = _asked_year(request)
    form = bind(request, forms.CalendarDayForm)
    made = attempt(form, lambda: services.set_calendar_day(by=request.user, **form.cleaned_data))
    if made is not None:
        messages.success(request, _("%(day)s was recorded.") % {"day": made})
        return redirect(year_url(made.day.year))
    return form_page(
        request,
        form,
        title=_("Add day"),
        trail=trail(year),
        submit=_("Record day"),
        note=_("Only days that differ from their weekday are recorded."),
    )


@requires("calendar.edit")
def calendar_day_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct kind or name of a recorded day."""
    row = get_object_or_404(CalendarDay, pk=pk)
    initial = {
        "day": row.day,
        "kind": row.kind,
        "name": row.name,
        "provisional": row.provisional,
    }
    form = bind(request, forms.CalendarDayForm, initial=initial)
    form.fields["day"].disabled = True
    done = attempt(form, lambda: services.set_calendar_day(by=request.user, **form.cleaned_data))
    if done is not None:
        messages.success(request, _("%(day)s was saved.") % {"day": done})
        return redirect(year_url(row.day.year))
    context = {
        "form": form,
        "row": row,
        "title": _("Edit %(name)s") % {"name": row},
        "trail": [*trail(row.day.year), Link(str(row))],
        "cancel_url": year_url(row.day.year),
    }
    return render(request, "stations/places/calendar_day.html", context)


@requires("calendar.edit")
@require_POST
def calendar_day_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a provisional day."""
    row = get_object_or_404(CalendarDay, pk=pk)
    try:
        services.remove_provisional_day(day=row, by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(day)s was taken back.") % {"day": row})
    return redirect(year_url(row.day.year))


@requires("calendar.edit")
def calendar_confirm(request: HttpRequest, year: int) -> HttpResponse:
    """Declare a year complete, after its numbers were shown."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    form = bind(request, forms.CalendarYearForm)
    done = attempt(
        form,
        lambda: services.confirm_calendar_year(year=year, by=request.user, **form.cleaned_data),
    )
    if done is not None:
        messages.success(request, _("%(year)s is confirmed.") % {"year": year})
        return redirect(year_url(year))
    found = queries.calendar_year(year)
    return confirm_page(
        request,
        form,
        title=_("Confirm the calendar of %(year)s") % {"year": year},
        trail=trail(year),
        text=_("Deadlines are computed with these days. A year has make-up days as a rule."),
        consequences=[
            Consequence(found.holidays, _("holidays")),
            Consequence(found.makeup, _("make-up working days")),
            Consequence(found.provisional, _("provisional days become certain")),
        ],
        action_label=_("Confirm the year"),
    )
