"""Password validators, and the random first password. Settings name the two classes."""

from __future__ import annotations

import secrets
import string
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policeroom.accounts.rules import (
    PASSWORD_CLASSES_REQUIRED,
    PASSWORDS_REMEMBERED,
    PasswordProfile,
    character_classes,
)

#: Words every attacker of this system would try first (requirement 04), in Chinese, in pinyin and
#: in English. They are refused anywhere inside a password, also with 0 for o and the like.
CONTEXT_WORDS: Final = (
    *("警务室", "警务", "公安", "警察", "民警", "辅警", "派出所", "保卫处", "内保", "大学", "高校"),
    *("学院", "校区", "密码", "口令"),
    *("jingwushi", "jingwu", "gongan", "jingcha", "minjing", "fujing", "paichusuo", "baoweichu"),
    *("neibao", "daxue", "gaoxiao", "xueyuan", "xiaoqu", "mima", "kouling"),
    *("policeroom", "police", "campus", "university", "security", "station", "password"),
    *("passwd", "admin", "welcome", "qwerty", "letmein"),
)
_SPELLINGS: Final = str.maketrans("013457@$!", "oieastasi")
_FIRST_PASSWORD_LENGTH: Final = 16
#: Without the characters people confuse on paper: 0 O o, 1 l I.
_FIRST_PASSWORD_ALPHABET: Final = "".join(
    c for c in string.ascii_letters + string.digits if c not in "0Oo1lI"
)
#: The shortest piece of the unit's name that is refused in a password.
_UNIT_PIECE: Final = 4


def profile() -> PasswordProfile:
    """The profile in force.

    Raises: ImproperlyConfigured if settings.PASSWORD_PROFILE names none.
    """
    try:
        return PasswordProfile(settings.PASSWORD_PROFILE)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"PASSWORD_PROFILE is {settings.PASSWORD_PROFILE!r}; "
            f"choose one of {', '.join(PasswordProfile)}"
        ) from error


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def context_word(password: str, *, own: Sequence[str] = (), unit_name: str = "") -> str:
    """The word of the trade or of the person that the password contains; else "".

    `own` are the person's number and name; of the unit's name any four characters count.
    """
    plain = _folded(password)
    spelled = plain.translate(_SPELLINGS)
    for word in CONTEXT_WORDS:
        if word in plain or word in spelled:
            return word
    for word in own:
        if word and _folded(word) in plain:
            return word
    unit = _folded(unit_name)
    pieces = (unit[i : i + _UNIT_PIECE] for i in range(len(unit) - _UNIT_PIECE + 1))
    return next((piece for piece in pieces if piece in plain), "")


class ContextWordValidator:
    """Refuses the words of the trade and of the person's own unit (requirement 04)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises: ValidationError naming the word, so that the person can leave it out."""
        word = context_word(
            password,
            own=(getattr(user, "username", ""), getattr(user, "name", "")),
            unit_name=getattr(user, "unit_name", ""),
        )
        if word:
            raise ValidationError(
                _("Leave out “%(word)s”: it is among the first things somebody would try.")
                % {"word": word},
                code="password_context_word",
            )

    def get_help_text(self) -> str:
        return _("No words of the trade (%(words)s), not your number, name or unit.") % {
            "words": "警务室, 公安, police"
        }


class ProfileValidator:
    """Complexity and reuse, where the profile in force asks for them (requirement 03)."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises: ValidationError with what is missing."""
        if profile() is PasswordProfile.ASVS:
            return
        found = character_classes(password)
        if found < PASSWORD_CLASSES_REQUIRED:
            raise ValidationError(
                ngettext(
                    "%(found)d kind of character is used; at least %(required)d of these four are "
                    "needed: capital letters, small letters, digits, other characters.",
                    "%(found)d kinds of characters are used; at least %(required)d of these four "
                    "are needed: capital letters, small letters, digits, other characters.",
                    found,
                )
                % {"found": found, "required": PASSWORD_CLASSES_REQUIRED},
                code="password_classes",
            )
        if user is not None and _was_used(password, user):
            raise ValidationError(
                _("This is one of your last %(count)d passwords. Choose a new one.")
                % {"count": PASSWORDS_REMEMBERED},
                code="password_reused",
            )

    def get_help_text(self) -> str:
        if profile() is PasswordProfile.ASVS:
            return ""
        return _(
            "At least %(required)d of: capital letters, small letters, digits, other characters. "
            "None of your last %(count)d passwords."
        ) % {"required": PASSWORD_CLASSES_REQUIRED, "count": PASSWORDS_REMEMBERED}


def _was_used(password: str, user: Any) -> bool:
    known = [user.password, *user.previous_passwords][:PASSWORDS_REMEMBERED]
    return any(check_password(password, encoded) for encoded in known)


def random_first_password() -> str:
    """Four groups of four readable characters that every validator accepts."""
    while True:
        text = "".join(
            secrets.choice(_FIRST_PASSWORD_ALPHABET) for _index in range(_FIRST_PASSWORD_LENGTH)
        )
        grouped = "-".join(text[i : i + 4] for i in range(0, _FIRST_PASSWORD_LENGTH, 4))
        if character_classes(text) >= PASSWORD_CLASSES_REQUIRED and not context_word(grouped):
            return grouped
