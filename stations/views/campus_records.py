"""What is corrected about a campus beside its facts: since when they are true."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from stations.forms import places as forms
from stations.models import Campus
from stations.services import corrections
from stations.views.campuses import trail
from stations.views.places import bind, correctable, corrected, correction_note, form_page


@requires("campuses.edit")
def version_correct(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Put right since when a recorded state of a campus is true."""
    scope = scope_of(request)
    rows = Campus.objects.select_related("university")
    campus = fetch(rows, scope, action="campuses.edit", pk=pk)
    found = correctable(campus.versions, scope, "campuses.edit", version)
    form = bind(request, forms.FirstDayForm, initial={"valid_from": found.valid_from})
    done = attempt(
        form,
        lambda: corrections.correct_campus_day(
            campus=campus,
            version=found,
            by=request.user,
            today=timezone.localdate(),
            **form.cleaned_data,
        ),
    )
    if done is not None:
        messages.success(request, corrected(done))
        return redirect(campus)
    return form_page(
        request,
        form,
        title=_("Correct a day of %(name)s") % {"name": campus},
        trail=trail(campus),
        submit=_("Correct the day"),
        note=correction_note(found),
    )
