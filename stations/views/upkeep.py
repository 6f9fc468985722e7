"""Renewals of boards and emptyings of boxes: the quick buttons, and the history of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from policeroom.common.access import requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.pages import small_table
from stations.enums import BoardItem, BoardKind
from stations.forms import premises as forms
from stations.models import ContactBox, NoticeBoard
from stations.queries import premises as queries
from stations.services import upkeep as services
from stations.tables.premises import BOARD_HISTORY_COLUMNS, BOX_HISTORY_COLUMNS
from stations.views.records import EQUIP, row_for, station_for, tab_context, today

#: Rows of a history page, newest first; the database keeps all.
HISTORY_SHOWN = 500


@requires("stations.view")
def board_history(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Every renewal of one board: which content, when, what changed, who recorded it."""
    board = row_for(request, NoticeBoard.objects, pk, row)
    rows = queries.board_history(board, scope_of(request))[:HISTORY_SHOWN]
    title = _("Renewals: %(board)s, %(place)s") % {"board": board, "place": board.location or "–"}
    form = forms.RenewForm(choices=BoardItem.choices, initial={"day": today()})
    page = _history(request, pk, board, title)
    return render(
        request,
        "stations/premises/history.html",
        {
            **page,
            "history": small_table(BOARD_HISTORY_COLUMNS, rows, title),
            "form": form if page["may_equip"] and board.kind == BoardKind.DISCLOSURE else None,
            "form_title": _("Record a renewal"),
            "act_url": reverse("stations:board-renew", args=[pk, row]),
            "nothing": _("No renewal is recorded yet. Each one is kept here with its day."),
        },
    )


@requires("stations.view")
def box_history(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Every emptying of one box: when, and who recorded it."""
    box = row_for(request, ContactBox.objects, pk, row)
    rows = queries.box_history(box, scope_of(request))[:HISTORY_SHOWN]
    title = _("Emptyings: contact box, %(place)s") % {"place": box.location}
    page = _history(request, pk, box, title)
    return render(
        request,
        "stations/premises/history.html",
        {
            **page,
            "history": small_table(BOX_HISTORY_COLUMNS, rows, title),
            "form": forms.EmptiedForm(initial={"day": today()}) if page["may_equip"] else None,
            "form_title": _("Record an emptying"),
            "act_url": reverse("stations:box-emptied", args=[pk, row]),
            "nothing": _("No emptying is recorded yet. Each one is kept here with its day."),
        },
    )


def _history(request: HttpRequest, pk: int, row: Any, title: str) -> dict[str, Any]:
    station = station_for(request, pk)
    alive = row.ended_on is None
    return tab_context(request, station, "premises", title=title, alive=alive)


@requires(EQUIP)
@require_POST
def board_renew(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Contents of a disclosure board were renewed: today by a quick button, or on a day."""
    station_for(request, pk, action=EQUIP)
    board = row_for(request, NoticeBoard.objects, pk, row, action=EQUIP)
    form = forms.RenewForm(request.POST, choices=BoardItem.choices)
    saved = attempt(
        form,
        lambda: services.renew_board(
            board=board,
            items=form.cleaned_data["items"],
            day=form.cleaned_data["day"] or today(),
            note=form.cleaned_data["note"],
            by=request.user,
            today=today(),
        ),
    )
    if saved is None:
        _complain(request, form)
    else:
        names = ", ".join(str(BoardItem(i).label) for i in form.cleaned_data["items"])
        day = form.cleaned_data["day"] or today()
        messages.success(request, _("Renewed %(day)s: %(names)s.") % {"day": day, "names": names})
    return redirect(_back(request, "board-history", pk, row, "boards"))


@requires(EQUIP)
@require_POST
def box_emptied(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """A contact box was emptied: today by the quick button, or on a day."""
    station_for(request, pk, action=EQUIP)
    box = row_for(request, ContactBox.objects, pk, row, action=EQUIP)
    form = forms.EmptiedForm(request.POST)
    saved = attempt(
        form,
        lambda: services.empty_box(
            box=box, day=form.cleaned_data["day"] or today(), by=request.user, today=today()
        ),
    )
    if saved is None:
        _complain(request, form)
    else:
        day = form.cleaned_data["day"] or today()
        messages.success(request, _("%(name)s: emptied %(day)s.") % {"name": box, "day": day})
    return redirect(_back(request, "box-history", pk, row, "boxes"))


def _back(request: HttpRequest, history: str, pk: int, row: int, anchor: str) -> str:
    """The history page where a day was typed there; the tab where a quick button was pressed."""
    if "day" in request.POST:
        return reverse(f"stations:{history}", args=[pk, row])
    return f"{reverse('stations:premises', args=[pk])}#{anchor}"


def _complain(request: HttpRequest, form: Any) -> None:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)
