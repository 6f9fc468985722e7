"""Input about police rooms; choices are limited to where the reader may act."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from policeroom.common.forms import (
    ANY,
    ClientCreateForm,
    DayField,
    DayInput,
    ScopedForm,
    ScopedModelForm,
)
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope, subtree
from stations.enums import CampusStatus, LinkKind, StationKind, StationState, UnitKind
from stations.models import Campus, Cluster, CoverageLink, OrgUnit, Station
from stations.queries.rooms import matching
from stations.services.room_checks import BUREAU_FACTS, OPERATOR_KINDS


def operators(scope: Scope, action: str = "stations.open") -> QuerySet[OrgUnit]:
    """Bureaus on which the reader may open a room."""
    return OrgUnit.objects.within(scope, action=action).filter(kind__in=OPERATOR_KINDS)


def campuses(scope: Scope, *keep: int | None) -> QuerySet[Campus]:
    """Campuses the reader may choose; `keep` are those already chosen, wherever they lie."""
    rows = Campus.objects.unscoped("limited to the scope, except what the room already names")
    chosen = Q(pk__in=[pk for pk in keep if pk])
    usable = scope.q(action="stations.open") & ~Q(status=CampusStatus.CLOSED)
    return rows.filter(usable | chosen).select_related("university").order_by("org_path", "code")


def clusters(scope: Scope, *keep: int | None) -> QuerySet[Cluster]:
    """University towns the reader may choose, and the one already chosen."""
    rows = Cluster.objects.unscoped("limited to the scope, except what the room already names")
    chosen = Q(pk__in=[pk for pk in keep if pk])
    return rows.filter(scope.q(action="stations.open") | chosen).order_by("org_path", "name")


def supervisors(scope: Scope, *keep: int | None) -> QuerySet[OrgUnit]:
    """Internal security units the reader may choose, and the one already chosen."""
    rows = OrgUnit.objects.unscoped("limited to the scope, except what the room already names")
    chosen = Q(pk__in=[pk for pk in keep if pk])
    usable = scope.q(action="stations.open") & Q(kind=UnitKind.INTERNAL_SECURITY)
    return rows.filter(usable | chosen).order_by("org_path", "name")


def offer(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """Make `rows` the choices of a foreign-key field."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = rows


class StationFields(ScopedModelForm):
    """What opening and editing share. Model-wide checks are the service's, one message each."""

    class Meta:
        model = Station
        fields: tuple[str, ...] = (
            "campus",
            "cluster",
            "floor_area_m2",
            "area_basis",
            "measured_on",
            "co_located",
            "inside_campus",
            "address",
            "telephone",
            "premises_provider",
            "liaison_post",
            "supervising_unit",
            "plan_no",
            "approval_no",
        )
        help_texts = {
            "campus": _(
                "A stand-alone room stands on the campus it serves; a centre may have none."
            ),
            "cluster": _("Centres only."),
            "floor_area_m2": _("As on the measurement sheet, two decimals. Empty: not measured."),
            "area_basis": _("Rooms shared with the security office do not count as exclusive."),
            "liaison_post": _("The post, not a person."),
        }

    def clean(self) -> dict[str, Any]:
        """Skip the model's constraint pass of `ModelForm.clean`: the service reports those."""
        return self.cleaned_data


class OpenStationForm(ClientCreateForm, StationFields):
    """A new room. Its name is built, not typed."""

    kind = forms.ChoiceField(label=_("Kind"), choices=StationKind.choices, widget=forms.RadioSelect)
    covered = forms.ModelMultipleChoiceField(
        queryset=Campus.objects.none(),
        label=_("Campuses the centre covers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Centres only: primary coverage from the opening day. Change it later at will."
        ),
    )
    code = forms.CharField(
        label=_("Station number"),
        max_length=20,
        required=False,
        help_text=_("Leave empty: the next number of the bureau is given."),
    )
    field_order = ("kind", "operator", "opened_on", "campus", "cluster", "covered", "code")

    class Meta(StationFields.Meta):
        fields: tuple[str, ...] = ("operator", "opened_on", *StationFields.Meta.fields)

    def limit(self, scope: Scope) -> None:
        offer(self, "operator", operators(scope))
        offer(self, "campus", campuses(scope))
        offer(self, "cluster", clusters(scope))
        offer(self, "supervising_unit", supervisors(scope))
        taken = CoverageLink.objects.unscoped("campuses that already have a primary centre").filter(
            valid_to__isnull=True, kind=LinkKind.PRIMARY
        )
        offer(self, "covered", campuses(scope).exclude(pk__in=taken.values("campus")))


class EditStationForm(StationFields):
    """Changed facts of a room, true from a day on."""

    valid_from = DayField(
        label=_("True from"),
        help_text=_("The facts before this day stay in the history."),
    )
    field_order = ("valid_from",)

    def limit(self, scope: Scope) -> None:
        if not scope.allows("stations.open", self.instance.org_path):
            for name in BUREAU_FACTS:
                del self.fields[name]
            return
        offer(self, "campus", campuses(scope, self.instance.campus_id))
        offer(self, "supervising_unit", supervisors(scope, self.instance.supervising_unit_id))
        if self.instance.kind == StationKind.CENTER:
            offer(self, "cluster", clusters(scope, self.instance.cluster_id))
        else:
            del self.fields["cluster"]


class RenameForm(ScopedForm):
    """From which day the name by rule holds."""

    valid_from = DayField(label=_("True from"), widget=DayInput())


class OpeningForm(ScopedForm):
    """The right opening day of a room, and why the recorded one was wrong."""

    opened_on = DayField(label=_("Opened on"), widget=DayInput())
    reason = forms.CharField(
        label=_("Reason of the correction"),
        max_length=200,
        help_text=_("For example the document that names the day. It stays in the history."),
    )


class CloseForm(ScopedForm):
    """When and why a room closes."""

    on = DayField(
        label=_("Closed from"),
        widget=DayInput(),
        help_text=_("The first day the room no longer operates."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class SuspendForm(ScopedForm):
    """Days on which a room does not operate, and the document that says so."""

    valid_from = DayField(label=_("Suspended from"), widget=DayInput())
    valid_to = DayField(
        label=_("Operates again on"),
        widget=DayInput(),
        required=False,
        help_text=_("Leave empty when the end is not known yet."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    document_no = forms.CharField(label=_("Document number"), max_length=60)


class ResumeForm(ScopedForm):
    """The first day of operation after a suspension."""

    on = DayField(label=_("Operates again on"), widget=DayInput())
    document_no = forms.CharField(label=_("Document number"), max_length=60, required=False)


class LinkForm(ScopedForm):
    """A campus a centre shall cover."""

    campus = forms.ModelChoiceField(queryset=Campus.objects.none(), label=_("Campus"))
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=LinkKind.choices,
        widget=forms.RadioSelect,
        initial=LinkKind.PRIMARY,
        help_text=_("Support: the university has a room of its own and is not counted twice."),
    )
    valid_from = DayField(label=_("Covered from"), widget=DayInput())

    def limit(self, scope: Scope) -> None:
        offer(self, "campus", campuses(scope))


class EndLinkForm(ScopedForm):
    """The first day a centre no longer covers a campus."""

    on = DayField(label=_("Not covered from"), widget=DayInput())


class StationFilter(FilterForm):
    """Filter of the list."""

    q = forms.CharField(label=_("Name, pinyin or number"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *StationKind.choices])
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *StationState.choices])
    bureau = forms.ModelChoiceField(
        queryset=OrgUnit.objects.none(), label=_("Bureau"), empty_label=_("all")
    )
    no_area = forms.BooleanField(label=_("Area missing"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        offer(self, "bureau", operators(scope, "stations.view").order_by("org_path"))

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked = self.cleaned_data
        if asked.get("q"):
            rows = matching(rows, asked["q"])
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("state"):
            rows = rows.filter(state=asked["state"])
        if asked.get("bureau"):
            low, high = subtree(asked["bureau"].org_path)
            rows = rows.filter(org_path__gte=low, org_path__lt=high)
        if asked.get("no_area"):
            rows = rows.filter(floor_area_m2__isnull=True)
        return rows
