"""Input about emergency plans."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from duty.forms.arrangements import CityForm
from duty.models import PlanCell
from duty.plan_rules import Element
from duty.queries.plans import EDIT, texts_of
from policeroom.common.forms import ClientCreateForm, DayField, ScopedForm

ELEMENT_WORDS: Final = {
    Element.DUTIES: _("Duties"),
    Element.COMPOSITION: _("Forces"),
    Element.TIERS: _("Tiers of reinforcement"),
    Element.JOINT_DUTY: _("Joint duty"),
    Element.REQUIREMENTS: _("Requirements"),
}


class PlanForm(ClientCreateForm, CityForm):
    """A version of a city's plan."""

    action = EDIT

    title = forms.CharField(label=_("Title"), max_length=120)
    document_no = forms.CharField(label=_("Document number"), max_length=60)
    valid_from = DayField(label=_("Valid from"))


class CellForm(ScopedForm):
    """The five elements of one cell.

    What stood there when the form was shown travels along: only what the writer changed is written,
    so that two people who write different elements do not undo each other.
    """

    def __init__(self, *args: Any, cell: PlanCell, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in texts_of(cell).items():
            self.fields[name] = forms.CharField(
                label=ELEMENT_WORDS[Element(name)],
                max_length=1000,
                required=False,
                initial=text,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            self.fields[f"was_{name}"] = forms.CharField(
                required=False, initial=text, widget=forms.HiddenInput()
            )

    def changes(self) -> dict[str, str]:
        """What the writer changed, by element."""
        data = {name: _lines(text) for name, text in self.cleaned_data.items()}
        return {one.value: data[one] for one in Element if data[one] != data[f"was_{one}"]}


def _lines(text: str) -> str:
    """The text with the line ends of the database, whatever the browser sends."""
    return "\n".join(text.splitlines()).strip()
