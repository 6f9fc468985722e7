"""What is recorded about a university beside its facts: designations, terms and vacations."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from stations.calendar import ONE_DAY
from stations.forms import places as forms
from stations.models import AcademicCalendar, Article6Designation, University
from stations.services import corrections, places_calendar
from stations.services import places as services
from stations.views.places import bind, correctable, corrected, correction_note, form_page
from stations.views.universities import trail


@requires("designations.decide")
def designation_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the city's decision that a college needs its own room (第六条)."""
    scope = scope_of(request)
    university = fetch(University.objects, scope, action="designations.decide", pk=pk)
    initial = {"valid_from": timezone.localdate(), "decided_by": university.unit_id}
    form = bind(request, forms.DesignationForm, initial=initial)
    made = attempt(
        form,
        lambda: services.designate(university=university, by=request.user, **form.cleaned_data),
    )
    if made is not None:
        messages.success(
            request,
            _("%(name)s needs its own police room from %(day)s on.")
            % {"name": university, "day": made.valid_from},
        )
        return redirect(university)
    return form_page(
        request,
        form,
        title=_("Designate %(name)s") % {"name": university},
        trail=trail(university),
        submit=_("Record designation"),
        note=_(
            "Article 6: a designated college needs its own police room; a centre is not enough."
        ),
    )


@requires("designations.decide")
def designation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a designation."""
    designation = fetch(
        Article6Designation.objects.select_related("university"),
        scope_of(request),
        action="designations.decide",
        path="university__org_path",
        pk=pk,
    )
    university = designation.university
    form = bind(request, forms.DesignationEndForm, initial={"valid_to": timezone.localdate()})
    done = attempt(
        form,
        lambda: services.end_designation(
            designation=designation, by=request.user, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(request, _("The designation ends on %(day)s.") % {"day": done.valid_to})
        return redirect(university)
    return form_page(
        request,
        form,
        title=_("Lift the designation of %(name)s") % {"name": university},
        trail=trail(university),
        submit=_("Lift designation"),
        note=_("In force since %(day)s (%(basis)s). A police room that exists may stay.")
        % {"day": designation.valid_from, "basis": designation.get_basis_display()},
    )


@requires("universities.edit")
def version_correct(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Put right since when a recorded state of a university is true."""
    scope = scope_of(request)
    university = fetch(University.objects, scope, action="universities.edit", pk=pk)
    found = correctable(university.versions, scope, "universities.edit", version)
    form = bind(request, forms.FirstDayForm, initial={"valid_from": found.valid_from})
    done = attempt(
        form,
        lambda: corrections.correct_university_day(
            university=university,
            version=found,
            by=request.user,
            today=timezone.localdate(),
            **form.cleaned_data,
        ),
    )
    if done is not None:
        messages.success(request, corrected(done))
        return redirect(university)
    return form_page(
        request,
        form,
        title=_("Correct a day of %(name)s") % {"name": university},
        trail=trail(university),
        submit=_("Correct the day"),
        note=correction_note(found),
    )


# --- terms --------------------------------------------------------------------------------------


@requires("universities.edit")
def term_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one term or vacation of a university."""
    university = fetch(University.objects, scope_of(request), action="universities.edit", pk=pk)
    form = bind(request, forms.TermForm)
    made = attempt(
        form,
        lambda: places_calendar.create_term(university=university, by=request.user, **form.facts()),
    )
    if made is not None:
        messages.success(request, _("%(name)s was recorded.") % {"name": made.name})
        return redirect(university)
    return form_page(
        request,
        form,
        title=_("Add term or vacation"),
        trail=trail(university),
        submit=_("Record"),
    )


@requires("universities.edit")
def term_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct one term or vacation."""
    term = fetch(
        AcademicCalendar.objects.select_related("university"),
        scope_of(request),
        action="universities.edit",
        path="university__org_path",
        pk=pk,
    )
    initial = {
        "kind": term.kind,
        "name": term.name,
        "starts_on": term.starts_on,
        "last_day": term.ends_on - ONE_DAY,
    }
    form = bind(request, forms.TermForm, initial=initial)
    done = attempt(
        form,
        lambda: places_calendar.edit_term(term=term, by=request.user, **form.facts()),
    )
    if done is not None:
        messages.success(request, _("%(name)s was saved.") % {"name": done.name})
        return redirect(term.university)
    return form_page(
        request,
        form,
        title=_("Edit %(name)s") % {"name": term.name},
        trail=trail(term.university),
        submit=_("Save"),
    )
