"""The list page: filter form bound to the address, keyset pages, export of what is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from policeroom.common import audit, export, tables, throttle
from policeroom.common.access import scope_of
from policeroom.common.paging import capped_count, keyset_page
from policeroom.common.scope import Scope
from policeroom.common.tables import Column

#: Rows of one export; beyond it the reader is told to filter.
EXPORT_LIMIT = 20_000


class FilterForm(forms.Form):
    """A filter bound to GET. Subclasses declare fields and `narrow` the rows."""

    required_css_class = ""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        for field in self.fields.values():
            field.required = False

    def narrow(self, rows: QuerySet) -> QuerySet:
        """Rows that match the cleaned data; invalid fields are ignored and shown as errors."""
        return rows


def remembered_columns(request: HttpRequest) -> list[str]:
    """The columns the reader chose for this list; they came with the row of the account."""
    match = request.resolver_match
    choices: dict[str, list[str]] = getattr(request.user, "list_columns", {})
    return choices.get(match.view_name, []) if match else []


class RegisterView(View):
    """Base of every list page.

    Subclasses set `access_policy`, `columns`, `order` (keyset, last field unique), `template_name`,
    `title`, optionally `filter_class`, `export_action`, and give `rows(scope)`, which starts with
    `.within(scope)` and selects everything the columns read.
    """

    access_policy: str
    columns: Sequence[Column]
    order: tuple[str, ...]
    template_name: str
    title: Any
    filter_class: type[FilterForm] = FilterForm
    export_action: str | None = None
    row_url: Callable[[Any], str] | None = None

    def rows(self, scope: Scope) -> QuerySet:
        raise NotImplementedError

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        """More for the template: actions, notices."""
        return {}

    def complete(self, rows: list[Any]) -> None:
        """Put on the rows of one page what is computed for them together, in place."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        scope = scope_of(request)
        filters = self.filter_class(request.GET, scope=scope)
        filters.is_valid()
        refused = _refused(request)
        if refused is not None:
            return refused
        rows = filters.narrow(self.rows(scope))
        if request.GET.get("export"):
            return self._export(request, rows)
        order = tables.ordering(self.columns, request.GET, self.order)
        page = keyset_page(rows, order=order, cursor=request.GET.get("cursor", ""))
        self.complete(page.rows)
        table = tables.render(
            self.columns,
            page.rows,
            params=request.GET,
            caption=str(self.title),
            next_cursor=page.next_cursor,
            count_text=capped_count(rows),
            row_url=type(self).row_url,
            remembered=remembered_columns(request),
        )
        context = {
            "table": table,
            "filters": filters,
            "title": self.title,
            "columns_of": _without_columns(request),
            "may_export": self.export_action is None or scope.can(self.export_action),
            **self.extra_context(request),
        }
        if getattr(request, "htmx", False) and request.GET.get("cursor"):
            return render(request, "components/table_rows.html", context)
        return render(request, self.template_name, context)

    def _export(self, request: HttpRequest, rows: QuerySet) -> HttpResponse:
        scope = scope_of(request)
        if self.export_action is not None and not scope.can(self.export_action):
            raise PermissionDenied
        columns = tables.chosen(self.columns, request.GET, remembered_columns(request))
        order = tables.ordering(self.columns, request.GET, self.order)
        found = list(rows.order_by(*order)[: EXPORT_LIMIT + 1])
        cut = len(found) > EXPORT_LIMIT
        self.complete(found[:EXPORT_LIMIT])
        values = tables.export_rows(columns, found[:EXPORT_LIMIT])
        heads = [str(column.label) for column in columns]
        now = timezone.localtime()
        audit.record(
            "export",
            by=request.user,
            org_path=scope.root.path if scope.root else "",
            after={
                "list": self.access_policy,
                "rows": len(found),
                "query": request.GET.urlencode(),
            },
        )
        name = f"{self.title} {now:%Y-%m-%d %H%M}"
        if request.GET["export"] == "csv":
            content = export.csv_bytes(columns=heads, rows=values)
            return export.download(content, f"{name}.csv")
        notes = [
            _("Scope: %(unit)s") % {"unit": scope.root.unit_name if scope.root else ""},
            _("As of: %(instant)s") % {"instant": f"{now:%Y-%m-%d %H:%M}"},
        ]
        if cut:
            notes.append(_("Cut at %(limit)d rows: filter the list.") % {"limit": EXPORT_LIMIT})
        content = export.xlsx_bytes(title=str(self.title), columns=heads, rows=values, notes=notes)
        return export.download(content, f"{name}.xlsx")


def _refused(request: HttpRequest) -> HttpResponse | None:
    """429 for one export or one search too many; turning pages of a found list is no search."""
    if request.GET.get("export"):
        return throttle.refusal(request, throttle.EXPORT)
    if request.GET.get("q") and not request.GET.get("cursor"):
        return throttle.refusal(request, throttle.SEARCH)
    return None


def _without_columns(request: HttpRequest) -> str:
    """The address of this list with its filter, where a new choice of columns leads back to."""
    query = request.GET.copy()
    for name in ("col", "cursor", "export"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path
