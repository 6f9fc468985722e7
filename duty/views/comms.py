"""Tests of radio and telephone: the list and the form."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from duty.forms.comms import CommsFilter, CommsForm
from duty.forms.dutylog import WRITE
from duty.queries.comms import comms_rows, last_test
from duty.services.comms import record_test
from duty.tables.comms import COLUMNS
from duty.views.handover import record_tabs
from policeroom.common.access import requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, empty_state
from policeroom.common.scope import Scope
from stations.views.places import bind, form_page

HOME: Final = "duty:comms-list"


class CommsList(RegisterView):
    """Tests of the reader's area, newest first."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    columns = COLUMNS
    order = ("-tested_at", "-id")
    template_name = "duty_records/list.html"
    title = gettext_lazy("Comms tests")
    filter_class = CommsFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return comms_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        record = [Link(_("Record a test"), reverse("duty:comms-new"), "plus", "primary")]
        actions = record if scope.can(WRITE) else []
        return {
            "tabs": record_tabs(scope, "comms"),
            "actions": actions,
            **empty_state(
                "radio",
                _("No comms test yet"),
                _("Radio and telephone are tested every week, and the result is kept."),
                actions,
            ),
        }


@requires(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Record one test; the channel of the test before stands there already."""
    now = timezone.now()
    before = last_test(scope_of(request))
    initial = {
        "tested_at": timezone.localtime(now).replace(second=0, microsecond=0),
        "channel": before.channel if before else "",
    }
    form = bind(request, CommsForm, initial=initial)
    row = attempt(form, lambda: record_test(by=request.user, now=now, **form.cleaned_data))
    if row is not None:
        messages.success(
            request, _("The test of %(channel)s is recorded.") % {"channel": row.channel}
        )
        return redirect(HOME)
    trail = [Link(_("Comms tests"), reverse(HOME))]
    page = form_page(request, form, title=_("Record a test"), trail=trail, submit=_("Record"))
    page.status_code = 422 if form.is_bound else 200
    return page
