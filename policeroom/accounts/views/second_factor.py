"""The second factor: turn on, show its QR code, verify, renew the recovery codes, turn off."""

from __future__ import annotations

import base64
import datetime as dt
import io
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from django_otp import login as otp_login
from django_otp.models import Device
from django_otp.plugins.otp_totp.models import TOTPDevice

from policeroom.accounts import gates, queries, services
from policeroom.accounts.forms import CodeForm, PresentPasswordForm
from policeroom.accounts.models import User
from policeroom.accounts.views.common import (
    GREETING,
    greet,
    layout,
    next_address,
    password_is_right,
    rotate_key,
)
from policeroom.common.access import signed_in

Consequence = dict[str, Any]


@signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """State of the second factor; starting and confirming it are POSTs of this page."""
    user: Any = request.user
    device = queries.second_factor(user)
    if request.method == "POST" and device is None:
        if "start" in request.POST:
            services.start_enrolment(by=user, at=timezone.now())
            return redirect(request.get_full_path())
        return _confirm(request, user)
    return _state(request, user, device, CodeForm())


def _confirm(request: HttpRequest, user: User) -> HttpResponse:
    """The first code; the recovery codes are in this answer and nowhere else."""
    now = timezone.now()
    form = CodeForm(request.POST)
    if form.is_valid():
        device = services.confirm_enrolment(code=form.cleaned_data["code"], by=user, at=now)
        if device is not None:
            codes = services.issue_recovery_codes(by=user, at=now)
            _verified(request, device)
            services.end_sessions(
                user=user,
                by=user,
                at=now,
                keep=str(request.session.session_key),
                reason="second factor on",
            )
            return _show_codes(request, codes)
        form.add_error("code", _refusal(queries.waiting_authenticator(user), at=now))
    return _state(request, user, None, form)


def _state(
    request: HttpRequest, user: User, device: TOTPDevice | None, form: CodeForm
) -> HttpResponse:
    waiting = None if device else queries.waiting_authenticator(user)
    required = settings.SECOND_FACTOR_REQUIRED and device is None
    context = {
        "device": device,
        "waiting": waiting,
        "secret": _secret(waiting) if waiting else "",
        "codes_left": queries.recovery_codes_left(user) if device else 0,
        "form": form,
        "gated": required,
        "layout": layout(gated=required),
        "next": next_address(request),
    }
    return render(request, "accounts/second_factor.html", context)


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"codes": codes, "next": next_address(request)}
    return render(request, "accounts/recovery_codes.html", context)


@signed_in
@require_safe
def second_factor_qr(request: HttpRequest) -> HttpResponse:
    """The secret that waits for its first code, as a picture for the authenticator's camera."""
    device = queries.waiting_authenticator(request.user)  # type: ignore[arg-type]
    if device is None:  # nothing to scan before the start and after the first code
        return redirect("accounts:second-factor")
    picture = io.BytesIO()
    segno.make(device.config_url, micro=False).save(
        picture, kind="svg", border=4, scale=1, light="#ffffff", omitsize=True
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@signed_in
def second_factor_verify(request: HttpRequest) -> HttpResponse:
    """The code after the password; until it is right nothing else opens."""
    user: Any = request.user
    if not request.session.get(gates.PENDING_FACTOR):
        return redirect(next_address(request))
    device = queries.second_factor(user)
    if device is None:  # an administrator took a lost phone off the account meanwhile
        return _pass(request, None)
    now = timezone.now()
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        accepted = services.check_code(user=user, code=form.cleaned_data["code"], at=now)
        if accepted is not None:
            return _pass(request, accepted)
        device.refresh_from_db()
        form.add_error("code", _refusal(device, at=now))
    context = {"form": form, "next": next_address(request)}
    return render(request, "accounts/second_factor_verify.html", context)


def _pass(request: HttpRequest, device: Device | None) -> HttpResponse:
    request.session.pop(gates.PENDING_FACTOR, None)
    request.session[gates.CONFIRMED_AT] = timezone.now().isoformat()
    last, failures = request.session.pop(GREETING, ["", 0])
    if device is not None:
        _verified(request, device)
    greet(request, last=dt.datetime.fromisoformat(last) if last else None, failures=failures)
    return redirect(next_address(request))


@signed_in
@sensitive_post_parameters("current")
def second_factor_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes; the earlier ones end. Asks for the password."""
    user: Any = request.user
    if queries.second_factor(user) is None:
        return redirect("accounts:second-factor")
    form = PresentPasswordForm(request.POST if request.method == "POST" else None)
    if _password_given(request, form):
        return _show_codes(request, services.issue_recovery_codes(by=user, at=timezone.now()))
    context = {"form": form, "consequences": _consequences(user)}
    return render(request, "accounts/second_factor_codes.html", context)


@signed_in
@sensitive_post_parameters("current")
def second_factor_remove(request: HttpRequest) -> HttpResponse:
    """Turn the second factor off. Asks for the password."""
    user: Any = request.user
    if queries.second_factor(user) is None:
        return redirect("accounts:second-factor")
    form = PresentPasswordForm(request.POST if request.method == "POST" else None)
    if _password_given(request, form):
        services.remove_second_factor(user=user, by=user, at=timezone.now())
        rotate_key(request)
        messages.success(request, _("The second factor was turned off."))
        return redirect("accounts:second-factor")
    context = {
        "form": form,
        "consequences": _consequences(user),
        "required": settings.SECOND_FACTOR_REQUIRED,
    }
    return render(request, "accounts/second_factor_remove.html", context)


def _consequences(user: User) -> list[Consequence]:
    left = queries.recovery_codes_left(user)
    text = ngettext("unused recovery code ends", "unused recovery codes end", left)
    return [{"number": left, "text": text}]


def _password_given(request: HttpRequest, form: PresentPasswordForm) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    if password_is_right(request, form.cleaned_data["current"]):
        return True
    form.add_error("current", _("This is not your present password."))
    return False


def _verified(request: HttpRequest, device: Device) -> None:
    """The session has its second factor now, under a new key."""
    request.session.pop(gates.PENDING_FACTOR, None)
    otp_login(request, device)
    rotate_key(request)


def _refusal(device: TOTPDevice | None, *, at: dt.datetime) -> str:
    """Why the code was refused, and what to do."""
    if device is None:
        return _("Start again: the secret this code belongs to is gone.")
    allowed, detail = device.verify_is_allowed()
    if not allowed and device.throttling_failure_count > 1:
        until = timezone.localtime(detail["locked_until"])
        return _("Too many wrong codes. Try again at %(time)s.") % {"time": f"{until:%H:%M:%S}"}
    return _(
        "This code is wrong, too old or already used. Wait for the next one; check that the "
        "phone's clock is set automatically."
    )


def _secret(device: TOTPDevice) -> str:
    """The secret for typing, in groups of four."""
    text = base64.b32encode(device.bin_key).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
