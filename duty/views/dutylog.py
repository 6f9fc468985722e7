"""The duty log: the list with its quick line, and the form."""

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

from duty.forms.dutylog import WRITE, LogFilter, LogForm
from duty.queries.dutylog import log_rows
from duty.services.dutylog import write_entry
from duty.tables.dutylog import COLUMNS
from duty.views.handover import record_tabs
from policeroom.common.access import requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, empty_state
from policeroom.common.scope import Scope
from stations.views.places import bind, form_page

HOME: Final = "duty:log-list"


class LogList(RegisterView):
    """Lines of the reader's area, newest first; who writes one does so on top."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    columns = COLUMNS
    order = ("-at", "-id")
    template_name = "duty_records/log.html"
    title = gettext_lazy("Duty log")
    filter_class = LogFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return log_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        return {
            "tabs": record_tabs(scope, "log"),
            "actions": [],
            "quick": LogForm(scope=scope) if scope.can(WRITE) else None,
            **empty_state(
                "notebook-pen",
                _("Nothing in the log yet"),
                _("The room writes a line for each day with a shift, and whatever matters later."),
                [],
            ),
        }


@requires(WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write one line."""
    form = bind(request, LogForm)
    now = timezone.now()
    row = attempt(form, lambda: write_entry(by=request.user, now=now, **form.cleaned_data))
    if row is not None:
        said = _("Written; it stands on the next handover sheet.") if row.is_key else _("Written.")
        messages.success(request, said)
        return redirect(HOME)
    trail = [Link(_("Duty log"), reverse(HOME))]
    page = form_page(request, form, title=_("New line"), trail=trail, submit=_("Add to the log"))
    page.status_code = 422 if form.is_bound else 200
    return page
