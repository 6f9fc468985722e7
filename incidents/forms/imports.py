"""Input for log imports: the file, what its columns are, what its words mean."""

from __future__ import annotations

import zoneinfo
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from incidents.enums import Disposition, IncidentKind
from incidents.imports.fields import LogField
from incidents.imports.words import OPEN, Words
from incidents.models import LOG_NAME_LENGTH, LogMapping
from incidents.queries.imports import ACTION, paths_above, rooms
from policeroom.common.errors import DomainError
from policeroom.common.forms import ANY, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.imports import cells
from stations.models import ImportJob, Station
from stations.uploads import check_size

#: Zones offered by name; any other of the tz database may be typed.
ZONES = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Tokyo",
    "UTC",
    "Europe/London",
    "America/New_York",
    "America/Los_Angeles",
)
NOT_IMPORTED = ("", _("not imported"))
#: Words that can be assigned on one page: those without a code first, then the frequent ones.
SHOWN_WORDS = 150


class LogUploadForm(ScopedForm):
    """One file for one room. `content` of the cleaned data are its bytes."""

    station = forms.ModelChoiceField(label=_("Police room"), queryset=Station.objects.none())
    file = forms.FileField(
        label=_("File"),
        help_text=_(".xls, .xlsx or .csv, at most 20 MB. The first sheet with the header is read."),
        widget=forms.FileInput(attrs={"accept": ".xls,.xlsx,.csv,.txt"}),
    )
    as_of = DayField(
        label=_("Day of the file"),
        required=False,
        help_text=_("The day it was taken from that log. Empty: the day in its name, if any."),
    )

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        """One room is no choice."""
        field = self.fields["station"]
        field.queryset = rooms(scope)
        first = list(field.queryset[:2])
        if len(first) == 1:
            field.initial = first[0].pk
            field.widget = forms.HiddenInput()

    def clean_file(self) -> UploadedFile:
        """The size before it is read, then the type by content; the rest is the dry run's."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            check_size(name=file.name or "", size=file.size or 0, limit=settings.UPLOAD_MAX_BYTES)
            content = file.read()
            self.cleaned_data["tables"] = cells.read_tables(content)
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


class LogColumnsForm(forms.Form):
    """What the columns of a log are, and how its times are to be read."""

    name = forms.CharField(
        label=_("Name of the log"),
        max_length=LOG_NAME_LENGTH,
        help_text=_("Later files of the same log update its records: give them the same name."),
    )
    zone = forms.CharField(
        label=_("In which time zone are the times of this file?"),
        max_length=40,
        help_text=_("Beijing time is Asia/Shanghai. Days without a time stay the day they are."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    date_order = forms.ChoiceField(
        label=_("How are days written?"), choices=LogMapping.DateOrder.choices
    )
    empty_date = forms.ChoiceField(
        label=_("What does an empty time mean?"), choices=LogMapping.EmptyDate.choices
    )
    bad_date = forms.ChoiceField(
        label=_("And a time that cannot be read?"), choices=LogMapping.BadDate.choices
    )
    default_kind = forms.ChoiceField(
        label=_("Kind of calls for which the file names none"), choices=IncidentKind.choices
    )
    unit = forms.ChoiceField(
        label=_("Use this for"),
        help_text=_("The next file with the same columns is read in the same way."),
    )

    def __init__(
        self,
        *args: Any,
        station: Station,
        scope: Scope,
        names: Sequence[str],
        samples: Sequence[Sequence[str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        units = {grant.path: grant.unit_name for grant in scope.grants}
        paths = [
            path
            for path in paths_above(station.org_path)
            if path == station.org_path or (path in units and scope.allows(ACTION, path))
        ]
        self.fields["unit"].choices = [
            (path, station.name if path == station.org_path else units[path]) for path in paths
        ]
        if len(paths) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = paths[0]
        for place, (name, values) in enumerate(zip(names, samples, strict=True)):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=name,
                help_text=" · ".join(value[:40] for value in values),
                choices=[NOT_IMPORTED, *LogField.choices],
                required=False,
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields of the file's columns, in its order."""
        return [self[name] for name in self.fields if name.startswith("column-")]

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields that are asked once."""
        return [bound for bound in self.visible_fields() if not bound.name.startswith("column-")]

    def chosen(self) -> list[str]:
        """Our field for each column of the file."""
        return [self.cleaned_data[name] for name in self.fields if name.startswith("column-")]

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"].strip()
        if zone not in zoneinfo.available_timezones():
            raise ValidationError(
                _("“%(zone)s” is no time zone; write it like Asia/Shanghai."),
                params={"zone": zone},
            )
        return zone


class LogWordsForm(forms.Form):
    """Our code for the words of a log; an empty choice leaves the record without one."""

    def __init__(
        self, *args: Any, words: Words, counts: dict[str, Counter[str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._words: dict[str, tuple[str, str]] = {}
        self.hidden_words = 0
        offered: dict[str, list[tuple[str, Any]]] = {
            "category": _category_choices(words),
            "disposition": [*Disposition.choices, (OPEN, _("still open: not closed"))],
        }
        look_up = {"category": words.category_code, "disposition": words.disposition}
        for kind, choices in offered.items():
            found = [(word, n, look_up[kind](word)) for word, n in counts.get(kind, {}).items()]
            found.sort(key=lambda entry: (bool(entry[2]), -entry[1]))
            self.hidden_words += max(0, len(found) - SHOWN_WORDS)
            for place, (word, count, code) in enumerate(found[:SHOWN_WORDS]):
                name = f"{kind}-{place}"
                self._words[name] = (kind, word)
                self.fields[name] = forms.ChoiceField(
                    label=f"{word} × {count}",
                    choices=[("", _("none")), *choices],
                    required=False,
                    initial=code,
                )

    def of(self, kind: str) -> list[forms.BoundField]:
        """The fields of one sort of words."""
        return [self[name] for name, (found, _word) in self._words.items() if found == kind]

    @property
    def categories(self) -> list[forms.BoundField]:
        return self.of("category")

    @property
    def dispositions(self) -> list[forms.BoundField]:
        return self.of("disposition")

    def assigned(self) -> dict[str, dict[str, str]]:
        """{"category" | "disposition": {word: code or ""}}."""
        found: dict[str, dict[str, str]] = {"category": {}, "disposition": {}}
        for name, (kind, word) in self._words.items():
            found[kind][word] = self.cleaned_data.get(name) or ""
        return {kind: codes for kind, codes in found.items() if codes}


def _category_choices(words: Words) -> list[tuple[str, str]]:
    """Categories with what they belong to, so that a search finds both."""
    return [
        (row.code, f"{row.parent} / {row}" if row.parent is not None else str(row))
        for row in words.categories.values()
    ]


class LogJobFilter(FilterForm):
    """Narrows the history of log imports."""

    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *ImportJob.State.choices])

    def narrow(self, rows: Any) -> Any:
        state = self.cleaned_data.get("state")
        return rows.filter(state=state) if state else rows
