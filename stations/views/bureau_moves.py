"""Moving a bureau in the tree: choose, read the consequence in numbers, confirm."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.pages import Consequence
from stations.forms import places as forms
from stations.models import OrgUnit
from stations.queries import moves as queries
from stations.queries.places import bureau_rows
from stations.services import moves as services
from stations.views.bureaus import trail
from stations.views.places import bind, confirm_page, form_page


@requires("bureaus.edit")
def bureau_move(request: HttpRequest, pk: int) -> HttpResponse:
    """The first send shows what follows the unit; the second one moves it."""
    scope = scope_of(request)
    unit = fetch(bureau_rows(scope), scope, action="bureaus.edit", pk=pk)
    form = bind(
        request,
        forms.BureauMoveForm,
        superiors=queries.superiors_for(unit, scope),
        initial={"seen": unit.org_path},
    )
    if form.is_valid() and not form.cleaned_data["sure"]:
        return _ask(request, unit, form)
    moved = attempt(form, lambda: _move(request, unit, **form.cleaned_data))
    if moved is not None:
        text = _("%(unit)s hangs under %(parent)s now; %(rows)d records followed.")
        values = {
            "unit": moved.unit,
            "parent": moved.new_parent,
            "rows": sum(moved.rows.values()),
        }
        messages.success(request, text % values)
        return redirect("stations:bureau-detail", pk=unit.pk)
    return form_page(
        request,
        form,
        title=_("Move %(name)s in the tree") % {"name": unit},
        trail=trail(unit),
        submit=_("Go on"),
        note=_("Who sees what follows the tree: the next page says what this changes."),
    )


def _move(request: HttpRequest, unit: OrgUnit, *, parent: OrgUnit, **data: Any) -> Any:
    return services.move_unit(
        unit=unit,
        parent=parent,
        seen_path=data["seen"],
        reason=data["reason"],
        by=request.user,
        at=timezone.now(),
    )


def _ask(request: HttpRequest, unit: OrgUnit, form: Any) -> HttpResponse:
    parent = form.cleaned_data["parent"]
    counts = queries.move_consequences(unit, parent, at=timezone.now())
    form.ask()
    return confirm_page(
        request,
        form,
        title=_("Move %(unit)s under %(parent)s") % {"unit": unit, "parent": parent},
        trail=trail(unit),
        text=_(
            "Everything below follows at once, in reports of past days too. Names stay: rename the "
            "unit and then its rooms where the name says the old city. The audit trail stays where "
            "it was written."
        ),
        consequences=_lines(counts) if unit.is_line else _side_lines(counts),
        action_label=_("Move the unit"),
    )


def _lines(found: queries.MoveConsequences) -> list[Consequence]:
    """The numbers of a county or branch."""
    return [
        Consequence(found.units, ngettext("unit below moves", "units below move", found.units)),
        Consequence(
            found.stations, ngettext("police room moves", "police rooms move", found.stations)
        ),
        Consequence(found.campuses, ngettext("campus moves", "campuses move", found.campuses)),
        Consequence(
            found.clusters,
            ngettext("university town moves", "university towns move", found.clusters),
        ),
        *_side_lines(found),
        Consequence(
            found.losing,
            ngettext(
                "role of the old superiors no longer sees it",
                "roles of the old superiors no longer see it",
                found.losing,
            ),
        ),
        Consequence(
            found.gaining,
            ngettext(
                "role of the new superiors sees it from the next page on",
                "roles of the new superiors see it from the next page on",
                found.gaining,
            ),
        ),
    ]


def _side_lines(found: queries.MoveConsequences) -> list[Consequence]:
    """The numbers of a side unit: its people and what they hold."""
    return [
        Consequence(found.accounts, ngettext("account moves", "accounts move", found.accounts)),
        Consequence(
            found.roles,
            ngettext(
                "role held there reaches the new place",
                "roles held there reach the new place",
                found.roles,
            ),
        ),
        Consequence(
            found.rows, ngettext("record is rewritten", "records are rewritten", found.rows)
        ),
    ]
