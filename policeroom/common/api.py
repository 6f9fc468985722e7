"""What every JSON view shares: problem documents, scope, and scoped foreign keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_handler
from rest_framework.views import set_rollback

from policeroom.common import audit
from policeroom.common.access import policy_of, scope_of
from policeroom.common.days import FIRST_DAY, LAST_DAY
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.forms import DAY_LIMITS
from policeroom.common.models import AuditEvent

PROBLEM_TYPE = "application/problem+json"
#: Rows of one page, at most.
PAGE_LIMIT = 200


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as one problem document (RFC 9457); an unexpected error is left to Django.

    DomainError and ValidationError give 400, ConflictError 409, NotAllowedError and
    PermissionDenied 403, Http404 404 with a body that never differs.
    """
    if isinstance(exc, DomainError):
        response = _domain_problem(exc)
    elif isinstance(exc, ValidationError):
        response = problem(HTTPStatus.BAD_REQUEST, errors=_messages(exc))
    elif isinstance(exc, (Http404, exceptions.NotFound)):
        response = problem(HTTPStatus.NOT_FOUND)
    else:
        answer = rest_handler(exc, context)
        if answer is None:
            return None
        response = _from_rest(answer)
    set_rollback()
    if response.status_code == HTTPStatus.FORBIDDEN:
        _record_refusal(response, context["request"])
    return response


def problem(
    status: HTTPStatus, *, detail: str = "", errors: dict[str, list[str]] | None = None
) -> Response:
    """A problem document; `errors` maps fields ("" for the whole) to their messages."""
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = errors
    return Response(body, status=status.value, content_type=PROBLEM_TYPE)


def _domain_problem(exc: DomainError) -> Response:
    if isinstance(exc, ConflictError):
        return problem(HTTPStatus.CONFLICT, detail=exc.message)
    if isinstance(exc, NotAllowedError):
        return problem(HTTPStatus.FORBIDDEN, detail=exc.message)
    errors = {exc.field: [exc.message]} if exc.field else None
    return problem(HTTPStatus.BAD_REQUEST, detail=exc.message, errors=errors)


def _messages(exc: ValidationError) -> dict[str, list[str]]:
    if hasattr(exc, "error_dict"):
        return {
            ("" if name == "__all__" else name): [str(m) for m in exc.message_dict[name]]
            for name in exc.message_dict
        }
    return {"": [str(message) for message in exc.messages]}


def _from_rest(answer: Response) -> Response:
    """DRF's own refusals (400, 401, 403, 405, 415, 429 …) in the same shape."""
    status = HTTPStatus(answer.status_code)
    data = answer.data
    if isinstance(data, dict) and set(data) == {"detail"}:
        response = problem(status, detail=str(data["detail"]))
    elif isinstance(data, dict):
        errors = dict(_named(data))
        response = problem(status, errors=errors)
    else:
        response = problem(status, errors={"": _flat(data)})
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    return response


def _named(found: dict[str, Any], above: str = "") -> Iterator[tuple[str, list[str]]]:
    """Messages by fact; one inside another is named by its way there: `changes.kind.value`."""
    for name, part in found.items():
        own = "" if name == "non_field_errors" else str(name)
        path = ".".join(step for step in (above, own) if step)
        if isinstance(part, dict):
            yield from _named(part, path)
        elif isinstance(part, (list, tuple)) and any(isinstance(row, dict) for row in part):
            rows = {str(place): row for place, row in enumerate(part) if row}
            yield from _named(rows, path)
        else:
            yield path, _flat(part)


def _flat(found: Any) -> list[str]:
    if isinstance(found, (list, tuple)):
        return [message for part in found for message in _flat(part)]
    return [str(found)]


def _record_refusal(response: Response, request: Request) -> None:
    """Keep the refusal: written when the answer is rendered, after the view's rollback."""
    user = request.user
    match = request.resolver_match

    def write(_response: Any) -> None:
        audit.record(
            (policy_of(match.func) if match else None) or "undeclared",
            by=user if user.is_authenticated else None,
            org_path=getattr(user, "org_path", ""),
            after={"method": request.method, "view": match.view_name if match else ""},
            result=AuditEvent.Result.REFUSED,
        )

    if user.is_authenticated:
        response.add_post_render_callback(write)


def next_address(request: Request, cursor: str) -> str | None:
    """Address of the following page, None at the end."""
    if not cursor:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


class ProblemOut(serializers.Serializer):
    """Why a call was refused (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


def require(request: Request | HttpRequest, action: str) -> None:
    """Refuse who does not hold `action` anywhere.

    Raises: PermissionDenied (403).
    """
    if not scope_of(request).can(action):
        raise PermissionDenied


class ScopedKey(serializers.PrimaryKeyRelatedField):
    """A foreign key that accepts only rows where the caller holds `action`.

    An id from outside gives the same message as one that does not exist.
    """

    def __init__(self, *, model: type[models.Model], action: str | None = None, **kwargs: Any):
        self.model = model
        self.action = action
        kwargs.setdefault("queryset", model._default_manager.none())
        super().__init__(**kwargs)

    def get_queryset(self) -> Any:
        rows = self.model.objects  # type: ignore[attr-defined]
        return rows.within(scope_of(self.context["request"]), action=self.action)

    def to_internal_value(self, data: Any) -> Any:
        """The row; 1e400 is valid JSON, reads as infinity and is no id."""
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("incorrect_type", data_type=type(data).__name__)


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.DateTimeField):
    """An instant with its offset from UTC; one without is refused (matrix D 8)."""

    default_error_messages = {
        "naive": gettext_lazy("Give the offset from UTC, for example 2026-09-17T15:42:00+08:00."),
        "range": gettext_lazy("Give an instant between %(first)s and %(last)s.")
        % {"first": FIRST_DAY, "last": LAST_DAY},
    }

    def to_internal_value(self, value: Any) -> dt.datetime:
        if isinstance(value, str):
            try:
                read = parse_datetime(value.strip())
            except ValueError:
                read = None
            if read is not None and timezone.is_naive(read):
                self.fail("naive")
        found: dt.datetime = super().to_internal_value(value)
        # compared by day of UTC: the conversion of the extreme instants overflows
        if not FIRST_DAY < found.date() < LAST_DAY:
            self.fail("range")
        return found


class DayField(serializers.DateField):
    """A day between `FIRST_DAY` and `LAST_DAY` of `policeroom.common.days`."""

    default_validators = [*DAY_LIMITS]


class StrictSerializer(serializers.Serializer):
    """Input with an allowlist: a field that is not declared is an error, not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError({name: [_("Unknown field.")] for name in unknown})
        return super().to_internal_value(data)


class PageQuery(serializers.Serializer):
    """Paging alone."""

    limit = serializers.IntegerField(min_value=1, max_value=PAGE_LIMIT, default=50)
    cursor = serializers.CharField(required=False, default="", allow_blank=True)


class Reason(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=200)
