"""Drafts for the pages' scripts, and the page of one's own drafts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from policeroom.common import drafts
from policeroom.common.access import public, signed_in
from policeroom.common.drafts_forms import DraftForm, DraftKeyForm, OpenDraftsForm
from policeroom.common.errors import DomainError
from policeroom.common.models import Draft

STATUS: Final = {
    drafts.Outcome.SAVED: 200,
    drafts.Outcome.STALE: 409,
    drafts.Outcome.CLOSED: 410,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the page: what a reader needs to know their own text again."""

    draft: Draft
    label: str
    excerpt: str


@public
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Who is signed in here now, and the token a write needs; for pages that stood open long."""
    user: Any = request.user
    name = str(user.pk) if user.is_authenticated else ""
    return JsonResponse({"user": name, "token": get_token(request)})


@signed_in
@require_safe
def opened(request: HttpRequest) -> HttpResponse:
    """The reader's open drafts of a form, newest first, and which known keys are done with."""
    user: Any = request.user
    form = OpenDraftsForm(request.GET)
    if not form.is_valid():
        return JsonResponse({"reason": _said(form.errors.as_data())}, status=400)
    code = form.cleaned_data["form"]
    rows = drafts.open_drafts(user).filter(form=code) if code else ()
    closed = drafts.closed_among(user, form.cleaned_data["known"])
    return JsonResponse({"drafts": [_plain(row) for row in rows], "closed": closed})


@signed_in
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed: 200; 409 a later text is here; 410 done with; 400 refused."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"reason": _said(form.errors.as_data())}, status=400)
    try:
        saved = drafts.save(user=request.user, at=timezone.now(), **form.cleaned_data)
    except DomainError as refusal:
        return JsonResponse({"reason": refusal.message}, status=400)
    except ValidationError as refusal:
        return JsonResponse({"reason": " ".join(refusal.messages)}, status=400)
    body = {"outcome": saved.outcome, "revision": saved.revision}
    return JsonResponse(body, status=STATUS[saved.outcome])


@signed_in
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Everything the reader began and did not finish; nobody else ever sees it."""
    rows = drafts.open_drafts(request.user)
    lines = [Line(row, drafts.label_of(row.form), _excerpt(row)) for row in rows]
    return render(request, "drafts/list.html", {"lines": lines, "days": drafts.KEPT.days})


@signed_in
@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Throw one draft away; a key that holds nothing gives the same answer."""
    form = DraftKeyForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"reason": _said(form.errors.as_data())}, status=400)
    drafts.discard(user=request.user, key=form.cleaned_data["key"], at=timezone.now())
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"outcome": drafts.Outcome.CLOSED})
    messages.success(request, _("The draft was discarded."))
    return redirect("drafts:list")


def _plain(draft: Draft) -> dict[str, Any]:
    return {
        "key": str(draft.key),
        "form": draft.form,
        "page": draft.page,
        "payload": draft.payload,
        "revision": draft.revision,
        "saved_at": draft.saved_at.isoformat(),
    }


def _excerpt(draft: Draft) -> str:
    """The beginning of the longest text."""
    texts = [value.strip() for values in draft.payload.values() for value in values]
    return Truncator(max(texts, key=len, default="")).chars(60)


def _said(errors: dict[str, list[ValidationError]]) -> str:
    return " ".join(str(m) for found in errors.values() for e in found for m in e.messages)
