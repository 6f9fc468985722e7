"""The doors for input of one's own account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from policeroom.accounts.models import User
from policeroom.common.tables import Column


class LoginForm(AuthenticationForm):
    """Number and password. One message for every refusal: nobody learns which accounts exist."""

    error_messages = {
        "invalid_login": _(
            "This number and password do not match an account in use. Check both; five failures "
            "within 15 minutes lock the account for 30 minutes."
        ),
        "inactive": "",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )

    def confirm_login_allowed(self, user: Any) -> None:
        """A demo account is no account outside demo mode."""
        if not user.is_active or (user.is_demo and not settings.DEMO_MODE):
            raise self.get_invalid_login_error()


class NoticeForm(forms.Form):
    """The notice of use was read."""

    seen = forms.BooleanField(
        label=_("I have read this notice and will keep to it"),
        error_messages={"required": _("Tick the box to go on, or sign out.")},
    )


class LanguageForm(forms.Form):
    """One of the languages offered."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


class ColumnsForm(forms.Form):
    """The columns of one list; the first one always shows, so it is no choice."""

    col = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, columns: Sequence[Column], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        self.fields["col"].choices = [(column.key, column.label) for column in columns[1:]]

    def clean(self) -> dict[str, Any]:
        """`columns`: what to remember, the first column with it; empty after a reset."""
        cleaned = super().clean() or {}
        reset = "reset" in self.data
        cleaned["columns"] = [] if reset else [self.columns[0].key, *cleaned.get("col", [])]
        return cleaned


def _password_field(label: Any, *, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class PasswordForm(forms.Form):
    """A new password, typed twice, and the present one."""

    current = _password_field(_("Present password"), autocomplete="current-password")
    new = _password_field(_("New password"), autocomplete="new-password")
    repeated = _password_field(_("New password again"), autocomplete="new-password")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def rules(self) -> list[str]:
        """What a password must be, one sentence each; validators without a text are left out."""
        return [text for text in password_validators_help_texts() if text]

    def clean_new(self) -> str:
        password: str = self.cleaned_data["new"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        new, repeated = data.get("new"), data.get("repeated")
        if new is not None and repeated is not None and new != repeated:
            raise ValidationError({"repeated": gettext("The two new passwords differ.")})
        return data


class PresentPasswordForm(forms.Form):
    """The present password, asked again before something dangerous."""

    current = _password_field(_("Present password"), autocomplete="current-password")


class ConfirmForm(forms.Form):
    """Password, and a code where a second factor is on, before an act that reaches far."""

    confirm_password = _password_field(_("Present password"), autocomplete="current-password")
    confirm_code = forms.CharField(
        label=_("Code of the authenticator, or recovery code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text"}),
    )

    def __init__(self, *args: Any, has_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_code:
            del self.fields["confirm_code"]


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label=_("Code of the authenticator, or recovery code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"}
        ),
    )
