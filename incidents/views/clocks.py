"""The list of clocks: what runs and what ran out, most urgent first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.forms.clocks import ClockFilter, state_condition
from incidents.queries.clocks import clock_rows
from incidents.tables.clocks import clock_columns
from incidents.views.clocks_pages import RecordList
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope


class ClockList(RecordList):
    """Every clock in the reader's area; whether one is overdue is worked out when it is read."""

    order = ("due_at", "id")
    title = gettext_lazy("Clocks")
    filter_class = ClockFilter
    part = "clock"
    empty_icon = "alarm-clock-check"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        state = self.request.GET.get("state", "")
        return clock_rows(scope, now=self.now).filter(state_condition(state, now=self.now))

    def make_columns(self, scope: Scope) -> Any:
        return clock_columns(scope, now=self.now)

    def empty_words(self) -> tuple[str, str]:
        return (
            _("No clock runs"),
            _("Receipts, first reports, leads, tasks and rechecks stand here until they are done."),
        )
