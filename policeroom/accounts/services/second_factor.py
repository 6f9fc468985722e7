"""The second factor: an authenticator (TOTP) and ten recovery codes."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import secrets

from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.models import AuditEvent

RECOVERY_CODES = 10
_CODE_BYTES = 10
_TOTP_CODE = re.compile(r"\d{6}")


@transaction.atomic
def start_enrolment(*, by: User, at: dt.datetime) -> TOTPDevice:
    """A fresh secret that waits for its first code; one never confirmed goes."""
    TOTPDevice.objects.filter(user=by, confirmed=False).delete()
    device = TOTPDevice.objects.create(user=by, name="authenticator", confirmed=False)
    audit.record("account.second-factor-start", by=by, obj=by, after={"at": at.isoformat()})
    return device


@transaction.atomic
def confirm_enrolment(*, code: str, by: User, at: dt.datetime) -> TOTPDevice | None:
    """Turn the second factor on with the authenticator's first code; None if the code is wrong.

    A refusal returns instead of raising: the failure counter must be kept.
    """
    waiting = TOTPDevice.objects.select_for_update().filter(user=by, confirmed=False)
    device = waiting.order_by("-pk").first()
    if device is None or not device.verify_token(_digits(code)):
        _record("account.second-factor-on", by=by, ok=False, at=at)
        return None
    TOTPDevice.objects.filter(user=by, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    _record("account.second-factor-on", by=by, ok=True, at=at)
    return device


@transaction.atomic
def issue_recovery_codes(*, by: User, at: dt.datetime) -> list[str]:
    """Ten new codes, each good for one sign-in; earlier ones end. Only their hashes are kept."""
    StaticDevice.objects.filter(user=by).delete()
    device = StaticDevice.objects.create(user=by, name="recovery codes", confirmed=True)
    codes = [_random_code() for _index in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=recovery_digest(by, code)) for code in codes
    )
    audit.record(
        "account.recovery-codes", by=by, obj=by, after={"codes": len(codes), "at": at.isoformat()}
    )
    return codes


@transaction.atomic
def check_code(*, user: User, code: str, at: dt.datetime) -> Device | None:
    """The device that accepts the code, or None; each code works once.

    Source: requirement 06. django-otp refuses a replay and slows repeated failures down; a refusal
    returns instead of raising, so that its counter is kept.
    """
    device: Device | None
    if _TOTP_CODE.fullmatch(_compact(code)):
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        token = _digits(code)
    else:
        device = StaticDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
        token = recovery_digest(user, code)
    accepted = device is not None and device.verify_token(token)
    _record("account.second-factor", by=user, ok=accepted, at=at)
    return device if accepted else None


@transaction.atomic
def remove_second_factor(*, user: User, by: User, at: dt.datetime) -> bool:
    """Take authenticator and recovery codes away; returns whether there was one.

    Used by the person, and by an administrator after a lost phone.
    """
    StaticDevice.objects.filter(user=user).delete()
    devices = TOTPDevice.objects.filter(user=user)
    had_one = bool(devices.filter(confirmed=True).exists())
    devices.delete()
    audit.record(
        "account.second-factor-off",
        by=by,
        obj=user,
        after={"had_one": had_one, "at": at.isoformat()},
    )
    return had_one


def recovery_digest(user: User, code: str) -> str:
    """What is stored of a recovery code. 80 random bits need no slow hash; 16 characters fit."""
    text = f"{user.pk}:{_compact(code).lower()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _random_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def _compact(code: str) -> str:
    return re.sub(r"[\s-]", "", code)


def _digits(code: str) -> str:
    return _compact(code) if _TOTP_CODE.fullmatch(_compact(code)) else ""


def _record(action: str, *, by: User, ok: bool, at: dt.datetime) -> None:
    audit.record(
        action,
        by=by,
        obj=by,
        after={"at": at.isoformat()},
        result=AuditEvent.Result.OK if ok else AuditEvent.Result.REFUSED,
    )
