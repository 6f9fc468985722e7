"""The door for what devices send about drafts."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

#: Names of fields that are never part of a draft, whatever a page sends.
NEVER_KEPT: Final = frozenset({"csrfmiddlewaretoken", "password"})
#: The largest whole number a script of the browser counts to exactly.
LAST_REVISION: Final = 2**53 - 1
_CODE: Final = re.compile(r"[a-z][a-z0-9_.-]*\Z")


class DraftForm(forms.Form):
    """One save: `payload` is {field: [values]}, as the page's form holds them."""

    key = forms.UUIDField()
    form = forms.RegexField(_CODE, max_length=40)
    page = forms.CharField(max_length=200)
    revision = forms.IntegerField(min_value=1, max_value=LAST_REVISION)
    payload = forms.JSONField()

    def clean_payload(self) -> dict[str, list[str]]:
        """Only texts under names; secrets are left out."""
        payload: Any = self.cleaned_data["payload"]
        wrong = ValidationError(_("A draft holds the texts of a form."))
        if not isinstance(payload, dict):
            raise wrong
        for values in payload.values():
            if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
                raise wrong
        if any("\x00" in name + "".join(values) for name, values in payload.items()):
            raise wrong
        return {name: values for name, values in payload.items() if name not in NEVER_KEPT}


class DraftKeyForm(forms.Form):
    """Which draft."""

    key = forms.UUIDField()


class OpenDraftsForm(forms.Form):
    """Which drafts a page asks for: those of a form, and what became of keys it knows."""

    form = forms.RegexField(_CODE, max_length=40, required=False)
    known = forms.CharField(max_length=2000, required=False)

    def clean_known(self) -> list[Any]:
        """The keys, separated by commas."""
        field = forms.UUIDField()
        return [field.clean(key) for key in self.cleaned_data["known"].split(",") if key]
