"""Production settings: clean under Django's own check, and closed to half a configuration."""

from __future__ import annotations

import base64
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = {
    "DJANGO_SETTINGS_MODULE": "policeroom.settings.production",
    "SECRET_KEY": "k7Vq2-".join(f"{n:x}" for n in range(17, 40)),
    "ALLOWED_HOSTS": "police.example",
    "DATABASE_URL": "postgresql://app@db.example/policeroom?sslmode=verify-full",
    "REDIS_URL": "rediss://cache.example:6379/0",
    "OFFLINE_KEYS": "/etc/policeroom/offline.pem",
    "FIELD_KEYS": "2026:" + base64.b64encode(bytes(range(32))).decode(),
}

pytestmark = pytest.mark.integration


def run(code: list[str], **changes: str | None) -> subprocess.CompletedProcess[str]:
    """A process of its own with the sample environment; None takes a value away."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {k: v for k, v in {**kept, **SAMPLE, **changes}.items() if v is not None}
    return subprocess.run(
        [sys.executable, *code], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )


def setting(expression: str, **changes: str | None) -> str:
    """What an expression over the settings gives in production."""
    code = f"from django.conf import settings; print(({expression}))"
    result = run(["-c", code], **changes)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_the_deployment_check_is_clean() -> None:
    result = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"SECRET_KEY": None}, "SECRET_KEY", id="no-key"),
        pytest.param({"SECRET_KEY": ""}, "SECRET_KEY", id="empty-key"),
        pytest.param({"SECRET_KEY": "short" * 9}, "50 random characters", id="short-key"),
        pytest.param({"SECRET_KEY": "a" * 60}, "50 random characters", id="dull-key"),
        pytest.param({"SECRET_KEY_FALLBACKS": "old"}, "50 random characters", id="old-key"),
        pytest.param({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS", id="no-hosts"),
        pytest.param({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS", id="empty-hosts"),
        pytest.param({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", id="any-host"),
        pytest.param({"DATABASE_URL": None}, "DATABASE_URL", id="no-database"),
        pytest.param({"FIELD_KEYS": None}, "FIELD_KEYS", id="no-field-key"),
        pytest.param({"DATABASE_URL": "sqlite:///x"}, "PostgreSQL", id="other-database"),
        pytest.param({"REDIS_URL": None}, "REDIS_URL", id="no-cache"),
        pytest.param({"OFFLINE_KEYS": None}, "OFFLINE_KEYS", id="no-offline-key"),
        pytest.param({"POLICEROOM_DEMO": "1"}, "POLICEROOM_DEMO", id="demo"),
        pytest.param({"DEBUG": "1"}, "DEBUG", id="debug"),
    ],
)
def test_it_refuses_to_start(changes: dict[str, str | None], said: str) -> None:
    result = run(["manage.py", "check"], **changes)
    assert result.returncode != 0
    assert said in result.stderr
    assert secrets_of(changes).isdisjoint(result.stderr.split())


def secrets_of(changes: dict[str, str | None]) -> set[str]:
    """What an error text must not repeat."""
    return {v for k, v in changes.items() if v and k.startswith("SECRET_KEY")}


def test_cookies_transport_and_second_factor_are_strict() -> None:
    assert setting("settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE") == str(
        ("__Host-sessionid", True)
    )
    assert setting("settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE") == str(
        ("__Host-csrftoken", True)
    )
    assert setting("settings.SECURE_HSTS_SECONDS >= 365 * 24 * 3600") == "True"
    assert setting("settings.DEBUG, settings.DEMO_MODE") == "(False, False)"
    assert setting("settings.SECOND_FACTOR_REQUIRED") == "True"


def test_a_forwarded_protocol_is_believed_only_behind_a_proxy() -> None:
    assert setting("settings.SECURE_PROXY_SSL_HEADER") == "None"
    told = setting("settings.SECURE_PROXY_SSL_HEADER", BEHIND_PROXY="1")
    assert told == str(("HTTP_X_FORWARDED_PROTO", "https"))


def test_options_of_the_database_address_keep_the_time_limit_of_statements() -> None:
    options = setting("sorted(settings.DATABASES['default']['OPTIONS'].items())")
    assert options == str([("options", "-c statement_timeout=30s"), ("sslmode", "verify-full")])


def test_a_key_may_be_exchanged_without_signing_everybody_out() -> None:
    old = secrets.token_urlsafe(60)
    assert setting("settings.SECRET_KEY_FALLBACKS", SECRET_KEY_FALLBACKS=old) == str([old])


def test_script_modules_import_files_that_exist(tmp_path: Path) -> None:
    result = run(["manage.py", "collectstatic", "--noinput", "-v0"], STATIC_ROOT=str(tmp_path))
    assert result.returncode == 0, result.stderr
    scripts = list((tmp_path / "js").glob("*.js"))
    imports = [
        (script.name, name)
        for script in scripts
        for name in re.findall(r"""from\s*["']\./([^"']+)["']""", script.read_text("utf-8"))
    ]
    assert len(imports) > 2
    assert [pair for pair in imports if not (tmp_path / "js" / pair[1]).exists()] == []
