"""Error answers that say what to do. Static, so that no reader learns from a difference."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old (session ended, second tab signed out): go back and send it again."""
    return render(request, "403_csrf.html", status=403)
