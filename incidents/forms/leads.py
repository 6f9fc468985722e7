"""Input about leads and assigned tasks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import LeadResult
from incidents.forms.clocks import DueField, MomentField, MomentForm, RecordFilter, RoomForm


class LeadForm(RoomForm):
    """A lead for a room: number and clock. There is no field for what it says."""

    action = "leads.issue"
    reference_no = forms.CharField(
        label=_("Reference number"),
        max_length=60,
        help_text=_("The number only. What the lead says goes by the classified way."),
    )
    received_at = MomentField(label=_("Passed down at"))
    due_at = DueField(
        label=_("Result due"),
        required=False,
        help_text=_("Empty: the days of parameter P-13a, moved to a working day."),
    )


class LeadAnswerForm(MomentForm):
    """The result of a check, as a code."""

    result = forms.ChoiceField(
        label=_("Result"), choices=LeadResult.choices, widget=forms.RadioSelect
    )
    closed_at = MomentField(label=_("Answered at"))


class TaskForm(RoomForm):
    """A task for a room."""

    action = "leads.issue"
    title = forms.CharField(label=_("Task"), max_length=120)
    document_no = forms.CharField(label=_("Document number"), max_length=60, required=False)
    received_at = MomentField(label=_("Assigned at"))
    due_at = DueField(label=_("Due at"))


class TaskAnswerForm(MomentForm):
    """What was done."""

    result = forms.CharField(
        label=_("What was done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    closed_at = MomentField(label=_("Done at"))


class IssuedFilter(RecordFilter):
    """Filters of the lists of leads and tasks."""

    day_field = "received_at"
