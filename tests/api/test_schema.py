"""The OpenAPI document is valid and complete; the build writes the same to docs/openapi.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.integration


def test_schema_is_valid_without_a_warning(db: None, tmp_path: Path) -> None:
    target = tmp_path / "openapi.yaml"

    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target))

    text = target.read_text(encoding="utf-8")
    assert {"stations_open", "stations_edit", "stations_close"} <= set(text.split())
