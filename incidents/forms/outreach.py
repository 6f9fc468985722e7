"""Input about outreach activities."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import OutreachForm as Form
from incidents.enums_clocks import OutreachTopic
from incidents.forms.clocks import RecordFilter, RoomForm
from policeroom.common.forms import ANY, DayField
from policeroom.common.scope import Scope
from stations.models import University


class ActivityForm(RoomForm):
    """An activity that was held: topics, audience as a total. There is no attendee list."""

    action = "outreach.edit"
    title = forms.CharField(label=_("Title"), max_length=120)
    held_on = DayField(label=_("Day"))
    topics = forms.MultipleChoiceField(
        label=_("Topics"), choices=OutreachTopic.choices, widget=forms.CheckboxSelectMultiple
    )
    form = forms.ChoiceField(label=_("Form"), choices=Form.choices, widget=forms.RadioSelect)
    universities = forms.ModelMultipleChoiceField(
        label=_("Universities"),
        queryset=University.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    audience_count = forms.IntegerField(
        label=_("Audience"),
        min_value=0,
        max_value=100_000,
        help_text=_("A total. Nobody is named."),
    )
    partners = forms.CharField(
        label=_("Together with"),
        max_length=120,
        required=False,
        help_text=_("Units, for example the security office. No persons."),
    )

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        rows = University.objects.within(scope, action=self.action)
        self.fields["universities"].queryset = rows.order_by("code")
        only = list(self.fields["universities"].queryset[:2])
        if len(only) == 1:
            self.fields["universities"].initial = only


class OutreachFilter(RecordFilter):
    """Filters of the list of activities."""

    day_field = "held_on"
    instant = False
    closed_field = ""
    topic = forms.ChoiceField(label=_("Topic"), choices=[*ANY, *OutreachTopic.choices])
    form = forms.ChoiceField(label=_("Form"), choices=[*ANY, *Form.choices])

    field_order = ("topic", "form", "unit", "since", "until")

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows = super().narrow(rows)
        data = self.cleaned_data
        if data.get("topic"):
            rows = rows.filter(topics__contains=[data["topic"]])
        return rows.filter(form=data["form"]) if data.get("form") else rows
