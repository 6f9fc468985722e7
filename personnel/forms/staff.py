"""Input about people and their posts; choices limited to where the reader may act."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from personnel.enums import EndReason, PersonKind, Post
from personnel.models import Person
from personnel.queries import staff as queries
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm, ScopedModelForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.enums import LinkKind, UnitKind
from stations.forms.rooms import offer
from stations.models import CoverageLink, OrgUnit, Station, University

LAST_DAY_HINT = _("The last day still counts.")


class PersonFields(ScopedModelForm):
    """What entering and correcting a person share."""

    class Meta:
        model = Person
        fields: tuple[str, ...] = (
            "name",
            "staff_no",
            "kind",
            "unit",
            "telephone",
            "selection_no",
            "selected_on",
        )
        widgets = {"kind": forms.RadioSelect}
        labels = {"name": _("Person's name")}
        help_texts = {
            "unit": _("The bureau the person belongs to; the room follows from the post."),
            "selection_no": _("Number of the paper that approved the selection."),
        }

    def limit(self, scope: Scope) -> None:
        units = OrgUnit.objects.within(scope, action="people.edit").exclude(kind=UnitKind.STATION)
        offer(self, "unit", units.order_by("org_path", "id"))
        self.fields["kind"].choices = PersonKind.choices

    def clean(self) -> dict[str, Any]:
        """Skip the model's constraint pass of `ModelForm.clean`: the service reports those."""
        return self.cleaned_data


class AddPersonForm(ClientCreateForm, PersonFields):
    """Somebody new."""


class EditPersonForm(PersonFields):
    """Corrections. A leaving that was a mistake is taken back by emptying its day."""

    class Meta(PersonFields.Meta):
        fields = (*PersonFields.Meta.fields, "left_on")
        labels = {"left_on": _("First day no longer serving")}

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        if self.instance.left_on is None:
            del self.fields["left_on"]
        units = OrgUnit.objects.unscoped("limited to the scope, and the unit already recorded")
        usable = scope.q(action="people.edit") & ~Q(kind=UnitKind.STATION)
        kept = Q(pk=self.instance.unit_id)
        offer(self, "unit", units.filter(usable | kept).order_by("org_path", "id"))


def open_rooms(scope: Scope, today: dt.date) -> QuerySet[Station]:
    """Rooms the reader may staff."""
    rows = Station.objects.within(scope, action="people.edit")
    return rows.exclude(closed_on__lte=today).order_by("org_path")


def covered_universities(scope: Scope) -> QuerySet[University]:
    """Universities a centre of the reader's area covers first."""
    links = CoverageLink.objects.within(scope, action="people.edit").filter(
        kind=LinkKind.PRIMARY, valid_to__isnull=True, campus__university=OuterRef("pk")
    )
    rows = University.objects.unscoped("only those that centres in view cover")
    return rows.filter(Exists(links)).order_by("org_path", "code")


class PostForm(ClientCreateForm, ScopedForm):
    """A post in a room."""

    station = forms.ModelChoiceField(queryset=Station.objects.none(), label=_("Police room"))
    post = forms.ChoiceField(label=_("Post"), choices=Post.choices, widget=forms.RadioSelect)
    valid_from = DayField(label=_("First day"))
    is_primary = forms.BooleanField(
        label=_("Primary post"),
        required=False,
        initial=True,
        help_text=_("A person counts in one room only: where the primary post is."),
    )
    named_university = forms.ModelChoiceField(
        queryset=University.objects.none(),
        label=_("Named university"),
        required=False,
        help_text=_("Centres only: the one university this officer answers for."),
    )
    order_no = forms.CharField(label=_("Transfer order"), max_length=60, required=False)

    def __init__(self, *args: Any, today: dt.date, person: Person, **kwargs: Any) -> None:
        self.today = today
        self.person = person
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        offer(self, "station", open_rooms(scope, self.today))
        offer(self, "named_university", covered_universities(scope))
        fitting = posts_for(self.person.kind)
        self.fields["post"].choices = fitting
        if len(fitting) == 1:
            del self.fields["named_university"]


def posts_for(kind: str) -> list[tuple[str, Any]]:
    """Posts a person of this kind can hold."""
    own = {Post.AUXILIARY} if kind == PersonKind.AUXILIARY else {Post.OFFICER, Post.LEAD}
    return [(value, label) for value, label in Post.choices if value in own]


class EndPostForm(ScopedForm):
    """The last day in a post, and why."""

    last_day = DayField(label=_("Last day"), help_text=LAST_DAY_HINT)
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[choice for choice in EndReason.choices if choice[0] != EndReason.LEAVING],
        widget=forms.RadioSelect,
        help_text=_("Somebody who leaves the service: “Leaves the service” in the file instead."),
    )


class LeaveForm(ScopedForm):
    """The last day of service."""

    last_day = DayField(label=_("Last day"), help_text=LAST_DAY_HINT)


class StaffFilter(FilterForm):
    """Filter of the list."""

    q = forms.CharField(label=_("Name, pinyin or number"), max_length=60)
    room = forms.CharField(label=_("Police room"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *PersonKind.choices])
    no_post = forms.BooleanField(label=_("Without a post"))
    left = forms.BooleanField(label=_("Also those who left"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        asked: dict[str, Any] = self.cleaned_data
        rows = queries.named_like(rows, asked.get("q") or "")
        rows = queries.in_room(rows, asked.get("room") or "")
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("no_post"):
            rows = rows.filter(room_id__isnull=True)
        return rows if asked.get("left") else rows.filter(gone=False)
