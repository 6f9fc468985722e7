"""Input about calls captured without a line: what a device sends, what a lead decides."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, TypeGuard

from django import forms
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _

from incidents.models import OfflineReason, OfflineRecord
from incidents.services.offline import DRAFT_FORM
from policeroom.common import drafts
from policeroom.common.forms import ANY
from policeroom.common.lists import FilterForm
from policeroom.common.sealing import Envelope, UnopenedError, open_envelope


@dataclass(frozen=True, slots=True)
class Arrival:
    """An opened envelope: whose it says it is, and the fields as they were typed."""

    envelope: Envelope
    author: int
    body: dict[str, list[str]]
    claimed: dt.datetime
    sent: dt.datetime | None

    @property
    def room(self) -> str:
        """The room the page named, "" for none."""
        return "".join(self.body.get("station", [""])[:1])


def read_arrival(request: HttpRequest) -> Arrival:
    """What a device sent.

    Raises: BadRequest where it is no JSON object; UnopenedError for an envelope that is none of
    ours, or holds no call.
    """
    try:
        sent = json.loads(request.body)
    except (ValueError, RecursionError) as wrong:
        raise BadRequest("the body is no JSON") from wrong
    if not isinstance(sent, dict):
        raise BadRequest("the body is no JSON object")
    envelope = Envelope.parse(sent.get("envelope"))
    record = open_envelope(envelope)
    body, claimed = record.get("body"), _instant(record.get("captured_at"))
    if claimed is None or not _are_fields(body) or not envelope.user.isdecimal():
        raise UnopenedError
    return Arrival(envelope, int(envelope.user), body, claimed, _instant(sent.get("sent_at")))


def _are_fields(body: Any) -> TypeGuard[dict[str, list[str]]]:
    return isinstance(body, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values)
        for values in body.values()
    )


def _instant(text: Any) -> dt.datetime | None:
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and is_aware(found) else None


class OfflineFilter(FilterForm):
    """What still waits comes first in the choice, and in the list."""

    state = forms.ChoiceField(label=_("State"), choices=(*ANY, *OfflineRecord.State.choices))
    reason = forms.ChoiceField(label=_("Reason"), choices=(*ANY, *OfflineReason.choices))

    def narrow(self, rows: QuerySet[OfflineRecord]) -> QuerySet[OfflineRecord]:
        for name in ("state", "reason"):
            value = self.cleaned_data.get(name)
            if value:
                rows = rows.filter(**{name: value})
        return rows


class RefuseForm(forms.Form):
    """Why a call is left out."""

    note = forms.CharField(label=_("Why"), max_length=200)


drafts.register(DRAFT_FORM, _("Quick line"))
