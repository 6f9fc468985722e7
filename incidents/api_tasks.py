"""Tasks from above as JSON: the same services and refusals as the pages."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from incidents.access import scope_of
from incidents.models import AssignedTask
from incidents.queries.leads import issuing_unit, task_rows
from incidents.serializers_events import TaskAnswer, TaskCreate, TaskOut, TaskPageOut
from incidents.services import tasks
from policeroom.common.access import fetch
from policeroom.common.api import PageQuery, Reason, require
from policeroom.common.api_records import (
    ACTED,
    CREATED,
    LISTED,
    PATH_ID,
    READ,
    create,
    facts_of,
    page_of,
)


def _task(request: Request, pk: int, *, action: str | None = None) -> Any:
    return fetch(task_rows(scope_of(request)), scope_of(request), action=action, pk=pk)


class TaskCollection(APIView):
    """Tasks of the caller's area."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="tasks_list",
        summary="Tasks from above in your area, the latest first",
        parameters=[PageQuery],
        responses={200: TaskPageOut, **LISTED},
    )
    def get(self, request: Request) -> Response:
        rows = task_rows(scope_of(request))
        return page_of(request, rows, order=("-received_at", "-id"), out=TaskOut)

    @extend_schema(
        operation_id="tasks_assign",
        summary="Assign a task to a room",
        request=TaskCreate,
        responses={200: TaskOut, 201: TaskOut, **CREATED},
    )
    def post(self, request: Request) -> Response:
        require(request, "leads.issue")

        def act(values: dict[str, Any]) -> AssignedTask:
            issuer = issuing_unit(scope_of(request), values["station"].org_path)
            return tasks.assign_task(issuer=issuer, by=request.user, now=timezone.now(), **values)

        return create(
            request,
            given=TaskCreate,
            model=AssignedTask,
            act=act,
            show=lambda row: TaskOut(row).data,
        )


class TaskItem(APIView):
    """One task."""

    access_policy = "incidents.view"

    @extend_schema(
        operation_id="tasks_read",
        summary="One task",
        parameters=[PATH_ID],
        responses={200: TaskOut, **READ},
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(TaskOut(_task(request, pk)).data)


class TaskAnswerView(APIView):
    """A task that was done."""

    access_policy = "leads.answer"

    @extend_schema(
        operation_id="tasks_answer",
        summary="Report a task done",
        parameters=[PATH_ID],
        request=TaskAnswer,
        responses={200: TaskOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _task(request, pk, action="leads.answer")
        values = facts_of(request, TaskAnswer)
        done = tasks.answer_task(task=row, by=request.user, now=timezone.now(), **values)
        return Response(TaskOut(done).data)


class TaskStrike(APIView):
    """A task given by mistake."""

    access_policy = "leads.issue"

    @extend_schema(
        operation_id="tasks_strike",
        summary="Strike a task given by mistake",
        parameters=[PATH_ID],
        request=Reason,
        responses={200: TaskOut, **ACTED},
    )
    def post(self, request: Request, pk: int) -> Response:
        row = _task(request, pk, action="leads.issue")
        values = facts_of(request, Reason)
        done = tasks.strike_task(task=row, by=request.user, now=timezone.now(), **values)
        return Response(TaskOut(done).data)
