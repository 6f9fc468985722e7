"""What the forms beside the log share: instants in words, the room, filters of the lists."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.deadline_kinds import KINDS
from incidents.models import Incident
from policeroom.common.clock import ZONE, ClockStatus
from policeroom.common.days import FIRST_DAY, LAST_DAY
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import PATH_LENGTH, Scope, range_q, subtree
from stations.enums import LINE_DEPTH, UnitKind
from stations.models import OrgUnit, Station
from stations.queries.places import units

MINUTE: Final = dt.timedelta(minutes=1)
MINUTES_AGO = re.compile(r"-\s?(\d{1,4})$")
CLOCK_TIME = re.compile(r"(\d{1,2}):?(\d{2})$")
WRITTEN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::\d{2})?$")


def read_moment(text: str, *, now: dt.datetime) -> dt.datetime | None:
    """An instant as people write it: `t` now, `-15` minutes ago, `2330` the last 23:30, or in full.

    Full width digits are read like others. None if it is none of these.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    local = now.astimezone(ZONE).replace(second=0, microsecond=0)
    if text.lower() == "t":
        return local
    if ago := MINUTES_AGO.match(text):
        return local - int(ago[1]) * MINUTE
    try:
        if clock := CLOCK_TIME.match(text):
            found = local.replace(hour=int(clock[1]), minute=int(clock[2]))
            return found if found <= local else found - dt.timedelta(days=1)
        if full := WRITTEN.match(text):
            year, month, day, hour, minute = (int(part) for part in full.groups())
            found = dt.datetime(year, month, day, hour, minute, tzinfo=ZONE)
            return found if FIRST_DAY <= found.date() <= LAST_DAY else None
    except ValueError:
        return None
    return None


class MomentField(forms.Field):
    """An instant in words; `now` is set by the form, which got it from the view."""

    now: dt.datetime

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", _("t = now, -15 = a quarter of an hour ago, 2330 = the last 23:30.")
        )
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "off", "class": "moment"})
        )
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return timezone.localtime(value, ZONE).strftime("%Y-%m-%d %H:%M")
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        if value in self.empty_values:
            return None
        found = read_moment(str(value), now=self.now)
        if found is None:
            raise ValidationError(
                _now("“%(text)s” is no time. Write it as %(example)s, or t, -15, 2330.")
                % {"text": value, "example": f"{self.now.astimezone(ZONE):%Y-%m-%d %H:%M}"}
            )
        return found


class DueField(MomentField):
    """An instant to come, picked."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(help_text=kwargs.pop("help_text", ""), widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return timezone.localtime(value, ZONE).strftime("%Y-%m-%dT%H:%M")
        return value


class MomentForm(ScopedForm):
    """A form with instants; the view passes the clock's `now`."""

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        self.now = now
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.now = now


class RoomForm(ClientCreateForm, MomentForm):
    """A new record of a room in which the reader holds `action`; the only room is not asked for."""

    action = ""
    station = forms.ModelChoiceField(
        label=_("Police room"), queryset=Station.objects.none(), empty_label=None
    )

    def limit(self, scope: Scope) -> None:
        rooms = Station.objects.within(scope, action=self.action).filter(closed_on__isnull=True)
        self.fields["station"].queryset = rooms.order_by("org_path")
        first = list(self.fields["station"].queryset[:2])
        if len(first) == 1:
            self.fields["station"].initial = first[0]
            self.fields["station"].widget = forms.HiddenInput()


class FromIncidentForm(RoomForm):
    """A record that may follow from an incident of the same room."""

    incident = forms.ModelChoiceField(
        queryset=Incident.objects.none(), required=False, widget=forms.HiddenInput
    )

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        rows = Incident.objects.within(scope, action=self.action)
        self.fields["incident"].queryset = rows.select_related("station")


class ConfirmForm(ScopedForm):
    """An act that takes nothing but the click."""


class ReasonForm(ScopedForm):
    """Why a record is struck."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The record stays readable, crossed out, with this reason."),
    )


STATES: Final = (("open", _("in progress")), ("closed", _("finished")), ("struck", _("void")))


class RecordFilter(FilterForm):
    """Filters every list of records shares: state, area, days."""

    #: Field of the model the days are about, and whether it is an instant.
    day_field = "recorded_at"
    instant = True
    #: Field that says that a record is closed; "" for records that cannot be.
    closed_field = "closed_at"

    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *STATES])
    unit = forms.ModelChoiceField(
        label=_("Area"), queryset=OrgUnit.objects.none(), empty_label=_("all")
    )
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if all(len(low) == PATH_LENGTH for low, _high in self.scope.ranges):
            del self.fields["unit"]
        else:
            lines = [kind for kind in LINE_DEPTH if kind != UnitKind.STATION]
            self.fields["unit"].queryset = units(self.scope, lines)
        if not self.closed_field:
            del self.fields["state"]

    def narrow(self, rows: QuerySet) -> QuerySet:
        data = self.cleaned_data
        rows = self._by_state(rows, data.get("state", ""))
        if data.get("unit"):
            rows = rows.filter(range_q([subtree(data["unit"].org_path)]))
        if since := data.get("since"):
            rows = rows.filter(**{f"{self.day_field}__gte": self._start(since)})
        if until := data.get("until"):
            day = until + dt.timedelta(days=1)
            rows = rows.filter(**{f"{self.day_field}__lt": self._start(day)})
        return rows

    def _by_state(self, rows: QuerySet, state: str) -> QuerySet:
        if state == "struck":
            return rows.filter(struck_at__isnull=False)
        if state == "open":
            return rows.filter(**{"struck_at": None, self.closed_field: None})
        if state == "closed":
            return rows.filter(struck_at=None, **{f"{self.closed_field}__isnull": False})
        return rows

    def _start(self, day: dt.date) -> dt.date | dt.datetime:
        return dt.datetime.combine(day, dt.time(), ZONE) if self.instant else day


CLOCK_STATES: Final = (
    ("open", _("running or overdue")),
    (ClockStatus.OVERDUE.value, _("overdue")),
    (ClockStatus.RUNNING.value, _("running")),
    (ClockStatus.LATE.value, _("done late")),
    (ClockStatus.MET.value, _("done in time")),
)


class ClockFilter(FilterForm):
    """Filters of the list of clocks; without a state it shows what is still to be done."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=[*ANY, *((kind.code, kind.label) for kind in KINDS)]
    )
    state = forms.ChoiceField(label=_("State"), choices=CLOCK_STATES)
    unit = forms.ModelChoiceField(
        label=_("Area"), queryset=OrgUnit.objects.none(), empty_label=_("all")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if all(len(low) == PATH_LENGTH for low, _high in self.scope.ranges):
            del self.fields["unit"]
        else:
            lines = [kind for kind in LINE_DEPTH if kind != UnitKind.STATION]
            self.fields["unit"].queryset = units(self.scope, lines)

    def narrow(self, rows: QuerySet) -> QuerySet:
        data = self.cleaned_data
        if data.get("kind"):
            rows = rows.filter(kind=data["kind"])
        if data.get("unit"):
            rows = rows.filter(range_q([subtree(data["unit"].org_path)]))
        return rows


def state_condition(state: str, *, now: dt.datetime) -> Q:
    """What a state of `CLOCK_STATES` means for the stored instants; unknown means "open"."""
    waiting = Q(done_at__isnull=True)
    return {
        ClockStatus.OVERDUE.value: waiting & Q(due_at__lt=now),
        ClockStatus.RUNNING.value: waiting & Q(due_at__gte=now),
        ClockStatus.LATE.value: Q(done_at__gt=F("due_at")),
        ClockStatus.MET.value: Q(done_at__lte=F("due_at")),
    }.get(state, waiting)
