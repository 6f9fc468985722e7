"""Collect translatable strings into locale/zh_Hans, and compile the catalogue.

    python scripts/messages.py          add new strings, drop unused ones, compile
    python scripts/messages.py --check  exit 1 if a string is missing, untranslated or uncompiled

No gettext tools are needed: Python sources are read as syntax trees, templates through Django's own
`templatize`, catalogues by polib.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PACKAGES = (
    "policeroom",
    "stations",
    "personnel",
    "duty",
    "incidents",
    "meetings",
    "compliance",
    "reports",
)
SINGULAR = {"_", "_lazy", "_now", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdi]|%%|\{\w*\}")

Key = tuple[str, str]  # (msgid, msgid_plural or "")


def python_strings(path: Path) -> Iterator[Key]:
    """Literal arguments of gettext calls, aliases included (`gettext as _`)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
        texts = [text for text in texts if isinstance(text, str)]
        if name in SINGULAR and texts:
            yield texts[0], ""
        elif name in PLURAL and len(texts) >= 2:
            yield texts[0], texts[1]


def template_strings(path: Path) -> Iterator[Key]:
    """Strings of `{% translate %}` and `{% blocktranslate %}`, as Django itself extracts them."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 -- slow import

    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    literal = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    for match in re.finditer(rf"\bngettext\({literal}\s*,\s*{literal}", source):
        yield ast.literal_eval(match[1]), ast.literal_eval(match[2])
    for match in re.finditer(rf"(?:\b_|(?<!n)\bgettext)\({literal}\)", source):
        yield ast.literal_eval(match[1]), ""


def wanted() -> dict[Key, str]:
    """Every string of the project with the file it was first seen in."""
    found: dict[Key, str] = {}
    sources = [
        (p, python_strings) for name in PACKAGES for p in sorted((ROOT / name).rglob("*.py"))
    ]
    sources += [(p, template_strings) for p in sorted((ROOT / "templates").rglob("*.html"))]
    for path, reader in sources:
        if "migrations" in path.parts:
            continue
        for key in reader(path):
            if key[0]:
                found.setdefault(key, path.relative_to(ROOT).as_posix())
    return found


def problems(entry: polib.POEntry) -> str:
    """Why an entry is not good enough, "" if it is."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy or not texts or not all(texts):
        return "not translated"
    allowed = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    for text in texts:
        if not set(PLACEHOLDER.findall(text)) <= allowed:
            return "has a placeholder the source does not have"
        if not entry.msgid_plural and set(PLACEHOLDER.findall(text)) != allowed:
            return "lacks a placeholder of the source"
    return ""


def main() -> int:
    """Update or check; returns the exit code."""
    check = "--check" in sys.argv[1:]
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else _empty()
    known = {(e.msgid, e.msgid_plural): e for e in catalogue}
    strings = wanted()
    bad = [
        f"{source}: {key[0]!r} is missing" for key, source in strings.items() if key not in known
    ]
    if not check:
        _merge(catalogue, known, strings)
    bad = bad if check else []
    bad += [f"{e.msgid!r} {why}" for e in catalogue if (why := problems(e))]
    compiled = CATALOGUE.with_suffix(".mo")
    if check:
        bad += [f"{e.msgid!r} is no longer used" for k, e in known.items() if k not in strings]
        if not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
            bad.append("django.mo is not compiled from django.po: run scripts/messages.py")
    else:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(CATALOGUE))
        compiled.write_bytes(catalogue.to_binary())
    for line in bad[:400]:
        print(line)
    print(f"{len(strings)} strings, {len(bad)} problems")
    return 1 if bad else 0


def _empty() -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def _merge(
    catalogue: polib.POFile, known: dict[Key, polib.POEntry], strings: dict[Key, str]
) -> None:
    for key, entry in known.items():
        if key not in strings:
            catalogue.remove(entry)
    for (msgid, plural), source in strings.items():
        entry = known.get((msgid, plural))
        if entry is None:
            entry = polib.POEntry(msgid=msgid, msgid_plural=plural)
            if plural:
                entry.msgstr_plural = {0: ""}
            if "%(" in msgid:
                entry.flags.append("python-format")
            catalogue.append(entry)
        entry.occurrences = [(source, "")]
    catalogue.sort(key=lambda e: (e.occurrences[0][0] if e.occurrences else "", e.msgid))


if __name__ == "__main__":
    sys.exit(main())
