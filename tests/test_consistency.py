"""The repository tests itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from policeroom.celery import app as celery_app
from policeroom.common.access import policy_of
from policeroom.common.roles import ACTIONS

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parent.parent
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
CORE = {"policeroom/common/managers.py", "policeroom/common/versions.py"}
#: No field about a person's politics, religion, ethnicity or health; no identity numbers of others.
FORBIDDEN = re.compile(
    r"politic|party_member|religi|ethnic|nationalit|race|health|diagnos|illness|disease|"
    r"id_card|biometric|informant|track|score",
    re.IGNORECASE,
)


def sources() -> list[Path]:
    return [
        path
        for name in PACKAGES
        for path in (ROOT / name).rglob("*.py")
        if "migrations" not in path.parts
    ]


def views(resolver: URLResolver | None = None) -> list[tuple[str, object]]:
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            found += views(entry)
        elif isinstance(entry, URLPattern):
            found.append((str(entry.pattern), entry.callback))
    return found


def test_no_product_code_names_the_unguarded_manager() -> None:
    hits = [
        path.relative_to(ROOT).as_posix()
        for path in sources()
        if ".everything" in path.read_text(encoding="utf-8")
    ]
    assert set(hits) <= CORE | {"stations/models/universities.py"}


def test_no_model_has_a_forbidden_field() -> None:
    fields = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if model.__module__.split(".")[0] in PACKAGES
    ]
    assert len(fields) > 200
    assert [name for name in fields if FORBIDDEN.search(name)] == []


def test_every_view_declares_its_policy() -> None:
    found = views()
    assert len(found) > 50
    assert [pattern for pattern, view in found if policy_of(view) is None] == []


def test_every_action_is_used() -> None:
    """The table of the roles and its labels name every action; something else has to ask for it."""
    tables = {"policeroom/common/roles.py", "personnel/permissions.py"}
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sources()
        if path.relative_to(ROOT).as_posix() not in tables
    )
    assert [action for action in ACTIONS if f'"{action}"' not in text] == []


def test_beat_table_and_tasks_agree() -> None:
    celery_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    ours = {name for name in current_app.tasks if name.split(".")[0] in PACKAGES}
    assert scheduled <= ours
    assert ours - scheduled == {"duty.tasks.work_out_proposal", "stations.tasks.run_import"}


def test_every_string_is_translated() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/messages.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"DJANGO_SETTINGS_MODULE": "policeroom.settings.test", "PATH": ""},
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-2000:]


def test_every_template_is_used() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*sources(), *(ROOT / "templates").rglob("*.html")]
    )
    unused = [
        name
        for path in (ROOT / "templates").rglob("*.html")
        if (name := path.relative_to(ROOT / "templates").as_posix()) not in text
        and name not in {"400.html", "403.html", "404.html", "500.html"}
    ]
    assert unused == []


def test_templates_hold_no_inline_script_or_style() -> None:
    bad = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", re.IGNORECASE)
    hits = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if bad.search(path.read_text(encoding="utf-8"))
    ]
    assert hits == []
