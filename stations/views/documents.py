"""Documents tab of the station file: institutions, plans, approvals; versions and downloads."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policeroom.common import audit
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Consequence
from policeroom.common.scope import Scope
from stations.forms import premises as forms
from stations.models import Document, DocumentVersion
from stations.queries import documents as queries
from stations.services import documents as services
from stations.services.records import end_record
from stations.tables.premises import DOCUMENT_COLUMNS, days_over, document_url
from stations.views.records import (
    EQUIP,
    action,
    data_of,
    form_page,
    row_for,
    shown_on,
    station_for,
    tab_context,
    today,
)


class DocumentView(RegisterView):
    """Documents of one station (第十一条), as of today or of `?on=`."""

    access_policy = "stations.view"
    columns = DOCUMENT_COLUMNS
    order = ("kind", "id")
    template_name = "stations/premises/documents.html"
    title = ""
    filter_class = forms.DocumentFilter
    export_action = "stations.export"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        pk = kwargs["pk"]
        self.station = station_for(request, pk)
        self.on = shown_on(request)
        self.title = _("Documents: %(station)s") % {"station": self.station.name}
        return super().get(request, **kwargs)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.documents_on(self.station, scope, on=self.on)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        lines = queries.institution_lines(self.station, scope_of(request), on=self.on)
        return {
            **tab_context(
                request,
                self.station,
                "documents",
                on=self.on,
                acts=[
                    action(
                        _("Add a document"),
                        "document-new",
                        self.station.pk,
                        icon="plus",
                        tone="primary",
                    )
                ],
            ),
            "filtered": any(request.GET.get(name) for name in ("kind", "expired")),
            "institutions": lines,
            "present": sum(line.document is not None for line in lines),
        }


@requires(EQUIP)
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    """File a document with its first version."""
    station = station_for(request, pk, action=EQUIP)
    form = forms.NewDocumentForm(
        scope=scope_of(request),
        station=station,
        today=today(),
        initial={"effective_from": today(), "kind": request.GET.get("kind", "")},
        **data_of(request),
    )

    def act() -> Document:
        values = dict(form.cleaned_data)
        file = values.pop("file")
        return services.add_document(
            station=station,
            by=request.user,
            today=today(),
            filename=file.name,
            content=file.read(),
            **values,
        )

    return form_page(
        request,
        station,
        form,
        act,
        tab="documents",
        title=_("Add a document"),
        back=document_url,
        done=lambda row: _("%(name)s is filed.") % {"name": row},
    )


@requires("stations.view")
def document(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One document with all its versions."""
    station = station_for(request, pk)
    record = row_for(request, Document.objects, pk, row)
    late = today() - record.valid_until if record.valid_until else None
    context = {
        **tab_context(
            request,
            station,
            "documents",
            title=record.title,
            alive=record.ended_on is None,
            acts=[
                action(_("Add a version"), "document-version-new", pk, row, tone="primary"),
                action(_("Change"), "document-edit", pk, row, icon="pencil"),
                action(_("Withdraw"), "document-end", pk, row, icon="archive"),
            ],
        ),
        "document": record,
        "expired": days_over(late),
        "versions": list(queries.versions_of(record, scope_of(request))),
    }
    return render(request, "stations/premises/document.html", context)


@requires(EQUIP)
def document_edit(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Correct title, number, kind or validity."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, Document.objects, pk, row, action=EQUIP)
    form = forms.DocumentFacts(
        scope=scope_of(request),
        station=station,
        today=today(),
        instance=record,
        **data_of(request),
    )
    return form_page(
        request,
        station,
        form,
        lambda: services.edit_document(
            document=record, by=request.user, today=today(), **form.cleaned_data
        ),
        tab="documents",
        title=_("Change the document"),
        back=document_url(record),
        done=lambda saved: _("%(name)s is saved.") % {"name": saved},
    )


@requires(EQUIP)
def version_new(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Add a version; the earlier ones stay."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, Document.objects, pk, row, action=EQUIP)
    form = forms.VersionForm(initial={"effective_from": today()}, **data_of(request))

    def act() -> DocumentVersion:
        file = form.cleaned_data["file"]
        return services.add_version(
            document=record,
            effective_from=form.cleaned_data["effective_from"],
            filename=file.name,
            content=file.read(),
            by=request.user,
            today=today(),
        )

    return form_page(
        request,
        station,
        form,
        act,
        tab="documents",
        title=_("Add a version: %(name)s") % {"name": record},
        back=document_url(record),
        done=lambda version: _("Version %(number)d is filed.") % {"number": version.number},
    )


@requires(EQUIP)
def document_end(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Withdraw a document after a question that says what stays."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, Document.objects, pk, row, action=EQUIP)
    form = forms.EndForm(initial={"ended_on": today()}, **data_of(request))
    versions = queries.versions_of(record, scope_of(request)).count()
    return form_page(
        request,
        station,
        form,
        lambda: end_record(row=record, by=request.user, **form.cleaned_data),
        tab="documents",
        title=_("Withdraw the document"),
        question=_("Withdraw “%(name)s”?") % {"name": record},
        consequences=[
            Consequence(
                versions, ngettext("version stays readable", "versions stay readable", versions)
            )
        ],
        action_label=_("Withdraw"),
        back=reverse("stations:documents", args=[pk]),
        done=lambda ended: (
            _("%(name)s is withdrawn from %(day)s.") % {"name": ended, "day": ended.ended_on}
        ),
    )


@requires("stations.view")
def download(request: HttpRequest, pk: int, row: int, number: int) -> HttpResponse:
    """The bytes of one version, as a file to keep and never as a page of this site."""
    record = row_for(request, Document.objects, pk, row)
    version = fetch(DocumentVersion.objects, scope_of(request), document=record, number=number)
    audit.record(
        "export",
        by=request.user,
        obj=record,
        after={"version": version.number, "file": version.filename, "sha256": version.sha256},
        org_path=record.station.org_path,
    )
    response = HttpResponse(bytes(version.content), content_type=version.content_type)
    name = quote(version.filename, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
