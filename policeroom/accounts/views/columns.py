"""The columns of a list, remembered for the person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import ResolverMatch, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from policeroom.accounts import services
from policeroom.accounts.forms import ColumnsForm
from policeroom.accounts.views.common import next_address
from policeroom.common.access import scope_of, signed_in
from policeroom.common.lists import RegisterView


@signed_in
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Keep the choice sent with the list's own address, and go back to the list."""
    back = next_address(request)
    match = resolve(urlsplit(back).path)
    form = ColumnsForm(request.POST, columns=_register(request, match).columns)
    if not form.is_valid():
        messages.error(request, _("One of these columns does not exist any more. Choose again."))
        return redirect(back)
    user: Any = request.user
    services.choose_columns(
        register=match.view_name,
        columns=form.cleaned_data["columns"],
        by=user,
        at=timezone.now(),
    )
    return redirect(back)


def _register(request: HttpRequest, match: ResolverMatch) -> type[RegisterView]:
    """The list at an address the reader may open; anything else does not exist."""
    view = getattr(match.func, "view_class", None)
    if view is None or not issubclass(view, RegisterView):
        raise Http404
    if not scope_of(request).can(view.access_policy):
        raise Http404
    return view
