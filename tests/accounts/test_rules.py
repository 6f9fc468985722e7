"""Rules of accounts: each threshold just below, at and just above."""

from __future__ import annotations

import datetime as dt

import pytest

from policeroom.accounts import rules
from policeroom.accounts.rules import PasswordProfile, SessionEnd

pytestmark = pytest.mark.unit

START = dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC)
IDLE = dt.timedelta(minutes=30)
ABSOLUTE = dt.timedelta(hours=12)


@pytest.mark.parametrize(
    ("seen", "now", "expected"),
    [
        pytest.param(0, 30 * 60 - 1, None, id="idle-29:59"),
        pytest.param(0, 30 * 60, SessionEnd.IDLE, id="idle-30:00"),
        pytest.param(0, 30 * 60 + 1, SessionEnd.IDLE, id="idle-30:01"),
        pytest.param(12 * 3600 - 60, 12 * 3600 - 1, None, id="active-11:59:59"),
        pytest.param(12 * 3600 - 60, 12 * 3600, SessionEnd.ABSOLUTE, id="active-12:00:00"),
        pytest.param(0, 13 * 3600, SessionEnd.ABSOLUTE, id="both-name-the-absolute-limit"),
    ],
)
def test_session_end(seen: int, now: int, expected: SessionEnd | None) -> None:
    result = rules.session_end(
        started=START,
        seen=START + dt.timedelta(seconds=seen),
        now=START + dt.timedelta(seconds=now),
        idle=IDLE,
        absolute=ABSOLUTE,
    )

    assert result is expected


@pytest.mark.parametrize(
    ("age", "profile", "expected"),
    [
        pytest.param(dt.timedelta(days=90, seconds=-1), PasswordProfile.MLPS3, False, id="below"),
        pytest.param(dt.timedelta(days=90), PasswordProfile.MLPS3, True, id="at"),
        pytest.param(dt.timedelta(days=90, seconds=1), PasswordProfile.MLPS3, True, id="above"),
        pytest.param(None, PasswordProfile.MLPS3, True, id="never-dated"),
        pytest.param(dt.timedelta(days=900), PasswordProfile.ASVS, False, id="asvs-never"),
        pytest.param(None, PasswordProfile.ASVS, False, id="asvs-never-dated"),
    ],
)
def test_password_is_old(
    age: dt.timedelta | None, profile: PasswordProfile, expected: bool
) -> None:
    changed_at = None if age is None else START - age

    assert rules.password_is_old(changed_at, now=START, profile=profile) is expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        pytest.param(1, False, id="one-second-left"),
        pytest.param(0, True, id="at-the-end"),
        pytest.param(-1, True, id="after"),
        pytest.param(None, False, id="own-password-has-no-end"),
    ],
)
def test_first_password_is_over(left: int | None, expected: bool) -> None:
    expires_at = None if left is None else START + dt.timedelta(seconds=left)

    assert rules.first_password_is_over(expires_at, now=START) is expected


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param("lantern", 1, id="small-letters"),
        pytest.param("lantern7", 2, id="and-a-digit"),
        pytest.param("Lantern7", 3, id="and-a-capital"),
        pytest.param("Lantern 7", 4, id="and-a-space"),
        pytest.param("灯笼", 1, id="chinese-is-one-class"),
        pytest.param("灯笼a7", 3, id="chinese-with-letter-and-digit"),
        pytest.param("", 0, id="nothing"),
    ],
)
def test_character_classes(password: str, expected: int) -> None:
    assert rules.character_classes(password) == expected


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        pytest.param(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox · Windows",
            id="firefox",
        ),
        pytest.param(
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge · Windows",
            id="edge-also-says-chrome",
        ),
        pytest.param(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/92.0 Safari/537.36",
            "Chrome · Linux",
            id="chrome-on-a-domestic-desktop",
        ),
        pytest.param(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
            "Safari · iPhone",
            id="iphone-also-says-mac",
        ),
        pytest.param("", "", id="nothing"),
        pytest.param("curl/8.5", "", id="unknown"),
    ],
)
def test_device_name(user_agent: str, expected: str) -> None:
    assert rules.device_name(user_agent) == expected
