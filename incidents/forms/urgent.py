"""Input about urgent notices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import Side
from incidents.forms.clocks import FromIncidentForm, MomentField, MomentForm, RecordFilter
from policeroom.common.forms import ClientCreateForm, ScopedForm

YES_NO = (("true", _("concealed")), ("false", _("not concealed")))


class UrgentForm(FromIncidentForm):
    """A major situation: what, where, who knew when. Nobody is named."""

    action = "urgent.report"
    summary = forms.CharField(
        label=_("What happened"),
        max_length=200,
        help_text=_("The event in one sentence. No names, no numbers of persons' papers."),
    )
    place_text = forms.CharField(label=_("Where"), max_length=120, required=False)
    occurred_at = MomentField(label=_("Occurred at"), required=False)
    side = forms.ChoiceField(
        label=_("Who knew first"),
        choices=Side.choices,
        widget=forms.RadioSelect,
        initial=Side.POLICE,
    )
    known_at = MomentField(label=_("Known at"))

    field_order = ("station", "summary", "place_text", "side", "known_at", "occurred_at")


class KnownForm(MomentForm):
    """One more statement of when a side knew."""

    known_at = MomentField(label=_("Known at"))
    note = forms.CharField(
        label=_("From where this is known"),
        max_length=200,
        required=False,
        help_text=_("Every statement is kept; the earliest one counts for the clocks."),
    )


class ReportForm(MomentForm):
    """The first report to the superior."""

    reported_at = MomentField(label=_("Reported to the superior at"))
    reported_to = forms.CharField(
        label=_("Reported to"),
        max_length=120,
        help_text=_("Unit and way, for example: command centre of the branch, by telephone."),
    )


class NotifyForm(MomentForm):
    """When the other side was told."""

    notified_at = MomentField(label=_("Told at"))


class MeasureForm(ClientCreateForm, MomentForm):
    """What a side does against it."""

    side = forms.ChoiceField(label=_("Who acts"), choices=Side.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Measure"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    taken_at = MomentField(label=_("Taken at"))


class DisposalForm(MomentForm):
    """When somebody began to act."""

    started_at = MomentField(label=_("Began at"))


class CloseForm(MomentForm):
    """When something ended."""

    closed_at = MomentField(label=_("Ended at"))


class JudgeForm(ScopedForm):
    """A decision on concealment: never worked out, always by a person."""

    concealed = forms.TypedChoiceField(
        label=_("Judgement"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        coerce=lambda value: value == "true",
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    document_no = forms.CharField(label=_("Document number"), max_length=60, required=False)


class UrgentFilter(RecordFilter):
    """Filters of the list of urgent notices."""

    day_field = "known_at"
