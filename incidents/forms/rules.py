"""Input of what a city shapes: keyword rules, categories, places."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.enums import Disposition, IncidentKind
from incidents.models import Category, MatchRule, Place, RuleTarget
from incidents.models.matching import HEAVIEST
from incidents.queries.rules import cities_in, rooms_in, rules_province
from incidents.services.category_tree import OWN_MARK
from policeroom.common.forms import ANY, ClientCreateForm, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.models import OrgUnit, Station

_NO_UNIT: Final = OrgUnit.objects.none()
_NO_ROOM: Final = Station.objects.none()


class AreaForm(ScopedForm):
    """Mixin: for which city something holds; empty means the whole province."""

    unit = forms.ModelChoiceField(label=_("Holds in"), queryset=_NO_UNIT, required=False)

    def limit(self, scope: Scope) -> None:
        field = self.fields["unit"]
        field.queryset = cities_in(scope)
        whole = rules_province(scope)
        field.required = not whole
        field.empty_label = _("the whole province") if whole else None
        if not whole:
            field.initial = field.queryset.first()

    @property
    def org_path(self) -> str:
        """Path of the chosen city, "" for the whole province."""
        unit = self.cleaned_data["unit"]
        return unit.org_path if unit else ""


class RuleWords(forms.Form):
    """What may be changed of a rule."""

    keyword = forms.CharField(
        label=_("Keyword"),
        max_length=40,
        help_text=_("A space joins words that must all occur, in any order: 电动车 偷."),
    )
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=1,
        max_value=HEAVIEST,
        initial=6,
        help_text=_("1 tips a balance, 4 needs company, 8 and more leave no doubt."),
    )
    excludes = forms.CharField(
        label=_("Unless the text holds"),
        max_length=120,
        required=False,
        help_text=_("Words that silence the rule, separated by spaces."),
    )
    #: Fingerprint of the content whose consequences were shown.
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def words(self) -> dict[str, Any]:
        """The cleaned words for a service."""
        return {name: self.cleaned_data[name] for name in ("keyword", "weight", "excludes")}


class RuleForm(ClientCreateForm, RuleWords, AreaForm):
    """A new rule."""

    speaks_for = forms.ChoiceField(
        label=_("Speaks for"),
        choices=[],
        help_text=_("A category, a disposition, or the kind of call."),
    )
    field_order = ["keyword", "speaks_for", "weight", "excludes", "unit"]

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        self.categories = {
            f"category:{row.pk}": row
            for row in Category.objects.filter(
                Q(org_path="") | scope.q(action="incidents.rules"), is_active=True
            ).order_by("sort", "code")
        }
        self.fields["speaks_for"].choices = [
            ("", "---------"),
            (_("Category"), [(key, str(row)) for key, row in self.categories.items()]),
            (_("Disposition"), [(f"disposition:{c}", name) for c, name in Disposition.choices]),
            (_("Kind of call"), [(f"kind:{c}", name) for c, name in IncidentKind.choices]),
        ]

    def facts(self) -> dict[str, Any]:
        """The cleaned form as `add_rule` and `MatchRule` take it."""
        target, _colon, code = self.cleaned_data["speaks_for"].partition(":")
        is_category = target == RuleTarget.CATEGORY
        return {
            **self.words(),
            "org_path": self.org_path,
            "target": target,
            "category": self.categories[self.cleaned_data["speaks_for"]] if is_category else None,
            "value": "" if is_category else code,
        }


class RuleEditForm(RuleWords):
    """A change of a rule; what it speaks for and where stays: end it and add another instead."""


class TryForm(AreaForm):
    """The try-it box: a sentence, and with whose rules."""

    q = forms.CharField(
        label=_("Sentence"),
        max_length=200,
        help_text=_("As an officer would type it: 南门 电动车纠纷 已调解 -15"),
    )
    field_order = ["q", "unit"]


class RuleFilter(FilterForm):
    """Filters of the list of rules."""

    q = forms.CharField(label=_("Keyword"), max_length=40)
    target = forms.ChoiceField(label=_("Speaks for"), choices=[*ANY, *RuleTarget.choices])
    ended = forms.BooleanField(label=_("Ended ones too"))

    def narrow(self, rows: QuerySet[MatchRule]) -> QuerySet[MatchRule]:
        data = self.cleaned_data
        if data.get("q"):
            rows = rows.filter(keyword__icontains=data["q"].strip())
        if data.get("target"):
            rows = rows.filter(target=data["target"])
        return rows if data.get("ended") else rows.filter(is_active=True)


class CategoryFilter(FilterForm):
    """Filters of the tree."""

    q = forms.CharField(label=_("Name or pinyin"), max_length=40)
    own = forms.BooleanField(label=_("Only added ones"))
    stopped = forms.BooleanField(label=_("Only those no longer offered"))

    def narrow(self, rows: QuerySet[Category]) -> QuerySet[Category]:
        data = self.cleaned_data
        text = "".join(data.get("q", "").split())
        if text:
            rows = rows.filter(
                Q(name__icontains=text)
                | Q(name_en__icontains=text)
                | Q(name_pinyin__contains=text.lower())
            )
        if data.get("own"):
            rows = rows.filter(code__contains=OWN_MARK)
        return rows.filter(is_active=False) if data.get("stopped") else rows


class CategoryForm(AreaForm):
    """A category below a base one."""

    parent = forms.ModelChoiceField(label=_("Below"), queryset=Category.objects.none())
    name = forms.CharField(label=_("Name"), max_length=40)
    name_en = forms.CharField(label=_("English name"), max_length=60, required=False)
    field_order = ["parent", "name", "name_en", "unit"]

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        self.fields["parent"].queryset = Category.objects.filter(
            parent=None, is_active=True
        ).order_by("sort")


class CategoryNameForm(forms.Form):
    """A new name for a category that was added."""

    name = CategoryForm.base_fields["name"]
    name_en = CategoryForm.base_fields["name_en"]


class PlaceNames(forms.Form):
    """Name and other names of a place."""

    name = forms.CharField(label=_("Name"), max_length=60)
    aliases = forms.CharField(
        label=_("Other names"),
        max_length=200,
        required=False,
        help_text=_("Separated by spaces. Pinyin and usual shortenings are found anyway."),
    )


class PlaceForm(PlaceNames, ScopedForm):
    """A new place of a room."""

    station = forms.ModelChoiceField(label=_("Police room"), queryset=_NO_ROOM, empty_label=None)
    field_order = ["station", "name", "aliases"]

    def limit(self, scope: Scope) -> None:
        rooms = rooms_in(scope, "places.edit")
        self.fields["station"].queryset = rooms
        self.fields["station"].initial = rooms.first()


class PlaceFilter(FilterForm):
    """Filters of the list of places."""

    q = forms.CharField(label=_("Name or pinyin"), max_length=40)
    station = forms.ModelChoiceField(
        label=_("Police room"), queryset=_NO_ROOM, empty_label=_("all")
    )
    stopped = forms.BooleanField(label=_("No longer offered ones too"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["station"].queryset = rooms_in(self.scope, "places.edit")

    def narrow(self, rows: QuerySet[Place]) -> QuerySet[Place]:
        data = self.cleaned_data
        text = "".join(data.get("q", "").split())
        if text:
            rows = rows.filter(
                Q(name__icontains=text)
                | Q(aliases__icontains=text)
                | Q(name_pinyin__contains=text.lower())
            )
        if data.get("station"):
            rows = rows.filter(station=data["station"])
        return rows if data.get("stopped") else rows.filter(is_active=True)


class ConfirmForm(forms.Form):
    """A question: nothing to fill in."""
