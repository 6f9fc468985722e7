"""What the quick line asks while somebody types, and the words it keeps for offline hours."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from incidents.access import scope_of
from incidents.enums import Disposition, IncidentKind
from incidents.matching import Found, Suggestion, Vocabulary, suggest
from incidents.queries.vocabulary import pickers, vocabulary_of
from policeroom.common.access import requires
from stations.models import Station

FILE: Final = "incidents.file"
#: Characters of the line that are read; the form takes no more.
LONGEST: Final = 500


@requires(FILE)
@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """`?q=&station=`: candidates per slot for a line of text, best first."""
    station = _room(request)
    now = timezone.now()
    text = request.GET.get("q", "")[:LONGEST]
    words = vocabulary_of(station, at=now)
    return JsonResponse(as_json(suggest(text, vocabulary=words, now=now), words))


@requires(FILE)
@require_safe
def vocabulary(request: HttpRequest) -> HttpResponseBase:
    """`?station=`: places, categories, dispositions and people of a room, with an ETag."""
    station = _room(request)
    words = pickers(vocabulary_of(station, at=timezone.now()), Disposition.choices)
    body = json.dumps({"station": station.pk, "language": get_language(), **words})
    etag = quote_etag(hashlib.sha256(body.encode()).hexdigest())
    response = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response


def _room(request: HttpRequest) -> Station:
    """The asked room, or the reader's first; it must be one at which they may file."""
    rooms = Station.objects.within(scope_of(request), action=FILE).order_by("org_path")
    asked = request.GET.get("station", "")
    if asked:
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404
        rooms = rooms.filter(pk=asked)
    found: Station | None = rooms.first()
    if found is None:
        raise Http404
    return found


def as_json(found: Suggestion, words: Vocabulary) -> dict[str, Any]:
    """A suggestion as the quick line reads it. A place without id is not known yet."""
    return {
        "place": [
            {"id": item.id, "text": item.text, "score": item.score, "why": item.why}
            for item in found.place
        ],
        "category": [
            {
                "id": item.id,
                "code": item.code,
                "name": item.text,
                "kind": words.by_code[item.code].kind,
                "score": item.score,
                "why": item.why,
            }
            for item in found.category
        ],
        "disposition": [
            {**_coded(item, Disposition), "score": item.score, "why": item.why}
            for item in found.disposition
        ],
        "kind": [_coded(item, IncidentKind) for item in found.kind],
        "time": {
            "at": found.time.at.isoformat() if found.time.at else None,
            "text": found.time.text,
        },
        "handlers": [{"id": item.id, "name": item.text} for item in found.handlers],
        "rest": found.rest,
    }


def _coded(item: Found, codes: Any) -> dict[str, str]:
    return {"code": item.code, "name": str(codes(item.code).label)}
