"""Input for imports: which list, for which area, and the file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from policeroom.common.errors import DomainError
from policeroom.common.forms import ANY, DayField, DayInput, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Range, Scope
from stations.enums import UnitKind
from stations.imports import cells
from stations.imports.jobs import ranges_for
from stations.imports.registry import LISTS
from stations.models import ImportJob, OrgUnit
from stations.uploads import check_size


class ImportForm(ScopedForm):
    """One file of one list. `content` of the cleaned data are its bytes."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(".xls, .xlsx or .csv, at most 20 MB. The first sheet with the header is read."),
        widget=forms.FileInput(attrs={"accept": ".xls,.xlsx,.csv,.txt"}),
    )
    province = forms.CharField(
        label=_("Only this province"),
        required=False,
        max_length=30,
        help_text=_("As in the heading of the list, for example 江苏省. Empty: the whole file."),
    )
    as_of = DayField(
        label=_("True from"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty: the day in the title or file name, else today."),
    )
    area = forms.ChoiceField(label=_("For the area of"))

    def __init__(self, *args: Any, kind: str, today: Any, **kwargs: Any) -> None:
        self.kind = kind
        self.today = today
        super().__init__(*args, **kwargs)
        if kind != ImportJob.Kind.UNIVERSITIES:
            del self.fields["province"]
            self.fields["as_of"].help_text = _("Empty: today.")
        else:
            self.fields["province"].initial = self._own_province()

    def limit(self, scope: Scope) -> None:
        """One area is no choice; of several, the reader names one."""
        self._areas = {low: (low, high) for low, high in ranges_for(self.kind, scope)}
        names = {grant.path: grant.unit_name for grant in scope.grants}
        choices = [(low, names.get(low, low)) for low in self._areas]
        self.fields["area"].choices = choices
        if len(choices) <= 1:
            self.fields["area"].required = False
            self.fields["area"].widget = forms.HiddenInput()
        self.fields["area"].initial = choices[0][0] if choices else ""

    def _own_province(self) -> str:
        """The province of the reader's area: the ministry's list holds all of them."""
        tops = OrgUnit.objects.unscoped("the name of the province the reader works in")
        paths = {low[:2] for low in self._areas}
        names = tops.filter(kind=UnitKind.PROVINCE, org_path__in=paths)
        return names.values_list("area_name", flat=True).first() or ""

    def clean_file(self) -> UploadedFile:
        """The size before it is read, then the type by content; the rest is the dry run's."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_size(name=file.name or "", size=file.size or 0, limit=settings.UPLOAD_MAX_BYTES)
            content = file.read()
            if not cells.is_workbook(content):
                cells.decode(content)
        except cells.RefusedFileError as refusal:
            problem = refusal.problem
            raise ValidationError(f"{problem.reason} {problem.remedy}") from refusal
        except DomainError as refusal:
            raise ValidationError(refusal.message) from refusal
        self.cleaned_data["content"] = content
        return file

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise ValidationError(
                _("%(day)s lies in the future; enter a day up to today."), params={"day": day}
            )
        return day

    @property
    def area_range(self) -> Range:
        """The subtree the file is imported for."""
        chosen = self.cleaned_data.get("area") or self.fields["area"].initial
        return self._areas[chosen]


class ImportFilter(FilterForm):
    """Narrows the history of imports."""

    kind = forms.ChoiceField(
        label=_("List"), choices=[*ANY, *((kind, ImportJob.Kind(kind).label) for kind in LISTS)]
    )
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *ImportJob.State.choices])

    def narrow(self, rows: Any) -> Any:
        for name in ("kind", "state"):
            if self.cleaned_data.get(name):
                rows = rows.filter(**{name: self.cleaned_data[name]})
        return rows
