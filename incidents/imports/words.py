"""Words of a file as our codes: what somebody assigned, then our own names, else nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from incidents.enums import Disposition, IncidentKind, IncidentState
from incidents.imports.times import DASHES
from incidents.models import Category, LogMapping
from policeroom.common.scope import SEGMENTS
from stations.imports.text import header_key

#: A disposition that says the call is not finished; every other row of a log is.
OPEN: Final = "open"

_CITY_LENGTH: Final = sum(SEGMENTS[:2])

#: Words of Chinese and English logs for our codes, besides their labels in both languages.
_KINDS: Final = {
    "报警": IncidentKind.REPORT,
    "求助": IncidentKind.ASSISTANCE,
    "咨询": IncidentKind.ENQUIRY,
    "help": IncidentKind.ASSISTANCE,
}
_STATES: Final = {
    "已办结": IncidentState.CLOSED,
    "办结": IncidentState.CLOSED,
    "处理中": IncidentState.HANDLING,
    "open": IncidentState.HANDLING,
}
_DISPOSITIONS: Final = {
    "现场处置": Disposition.SETTLED,
    "现场解决": Disposition.SETTLED,
    "当场处置": Disposition.SETTLED,
    "调解": Disposition.MEDIATED,
    "已调解": Disposition.MEDIATED,
    "提供帮助": Disposition.ASSISTED,
    "已帮助": Disposition.ASSISTED,
    "告知": Disposition.ADVISED,
    "劝导": Disposition.ADVISED,
    "解答": Disposition.ADVISED,
    "引导": Disposition.GUIDED,
    "无警情": Disposition.UNFOUNDED,
    "查无异常": Disposition.UNFOUNDED,
    "unfounded": Disposition.UNFOUNDED,
    "移交": Disposition.TRANSFERRED,
    "处理中": OPEN,
    "未办结": OPEN,
    "pending": OPEN,
    "open": OPEN,
}


def word_key(word: str) -> str:
    """A word without width, spaces, marks and kinds of dashes."""
    return header_key(word.translate(DASHES))


def labels_of(choices: type[TextChoices]) -> dict[str, str]:
    """Codes, and labels in every language of the interface, as word keys."""
    found = {word_key(code): str(code) for code in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {word_key(str(label)): str(code) for code, label in choices.choices}
    return found


def categories_for(org_path: str) -> list[Category]:
    """Categories a room may use: the base ones and those of its city, base ones first."""
    paths = ("", org_path[: SEGMENTS[0]], org_path[:_CITY_LENGTH])
    rows = Category.objects.filter(is_active=True, org_path__in=paths)
    return list(rows.select_related("parent").order_by("org_path", "sort", "code"))


class Words:
    """Looks words up for one mapping and room, and counts those nobody assigned."""

    def __init__(self, mapping: LogMapping, org_path: str) -> None:
        self.categories = {row.code: row for row in categories_for(org_path)}
        self._category = self._with_own(
            mapping, "category", category_names(list(self.categories.values()))
        )
        self._disposition = self._with_own(
            mapping, "disposition", {**disposition_names(), **labels_of(Disposition)}
        )
        self._kind = {**_keyed(_KINDS), **labels_of(IncidentKind)}
        self._state = {
            **_keyed(_STATES),
            **labels_of(IncidentState),
        }
        #: Words nobody assigned, and words that give no code: those too that somebody left open.
        self.unknown: dict[str, Counter[str]] = defaultdict(Counter)
        self.left_empty: dict[str, Counter[str]] = defaultdict(Counter)

    @staticmethod
    def _with_own(mapping: LogMapping, name: str, usual: Mapping[str, str]) -> dict[str, str]:
        own: Mapping[str, str] = mapping.words.get(name, {})
        return {**usual, **{word_key(word): code for word, code in own.items()}}

    def category(self, word: str) -> Category | None:
        return self.categories.get(self._find("category", self._category, word))

    def category_code(self, word: str) -> str:
        """The code of the category, "" without one."""
        found = self.category(word)
        return found.code if found is not None else ""

    def disposition(self, word: str) -> str:
        """A code of `Disposition`, `OPEN`, or ""."""
        return self._find("disposition", self._disposition, word)

    def kind(self, word: str) -> str:
        return self._find("kind", self._kind, word)

    def state(self, word: str) -> str:
        return self._find("state", self._state, word)

    def _find(self, name: str, codes: Mapping[str, str], word: str) -> str:
        if not word:
            return ""
        code = codes.get(word_key(word))
        if code is None:
            self.unknown[name][word] += 1
        if not code:
            self.left_empty[name][word] += 1
        return code or ""


def category_names(categories: list[Category]) -> dict[str, str]:
    """Names in both languages and codes as word keys; the first of two equal names wins."""
    found: dict[str, str] = {}
    for row in categories:
        for word in (row.name, row.name_en, row.code):
            if word:
                found.setdefault(word_key(word), row.code)
    return found


def disposition_names() -> dict[str, str]:
    """Usual words of logs for our dispositions."""
    return _keyed(_DISPOSITIONS)


def _keyed(words: Mapping[str, str]) -> dict[str, str]:
    return {word_key(word): str(code) for word, code in words.items()}
