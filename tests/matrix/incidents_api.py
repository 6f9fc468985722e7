"""Addresses and objects of incidents api."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

#: Acts only; the objects are made by `clocks`, `records` and `rules`.
ACTS: Final = {
    "transfer-receipt": ("transfer", "transfers.receive"),
    "transfer-strike": ("transfer", "transfers.make"),
    "urgent-measures": ("urgent-notice", "urgent.report"),
    "urgent-disposal": ("urgent-notice", "urgent.report"),
    "urgent-known": ("urgent-side", "urgent.report"),
    "urgent-report": ("urgent-side", "urgent.report"),
    "urgent-notify": ("urgent-side", "urgent.report"),
    "lead-answer": ("lead", "leads.answer"),
    "hazard-extension": ("hazard", "hazards.order"),
    "hazard-recheck": ("hazard-order", "hazards.edit"),
    "hazard-strike": ("hazard", "hazards.order"),
    "urgent-acknowledge": ("urgent-notice", "urgent.receive"),
    "urgent-judge": ("urgent-notice", "urgent.judge"),
    "urgent-close": ("urgent-notice", "urgent.report"),
    "urgent-strike": ("urgent-notice", "urgent.judge"),
    "lead-strike": ("lead", "leads.issue"),
    "task-answer": ("assigned-task", "leads.answer"),
    "task-strike": ("assigned-task", "leads.issue"),
    "outreach-strike": ("outreach", "outreach.edit"),
    **{f"dispute-{act}": ("dispute", "disputes.edit") for act in ("steps", "close", "strike")},
    "incident-review": ("incident", "incidents.review"),
    **{
        f"{kind}-strike": (f"incident-{kind}", "incidents.edit")
        for kind in ("entry", "attachment", "link")
    },
    "place-detail": ("place", "places.edit"),
}
ROUTES: Final[dict[str, Route]] = {
    "api:category-list": Route("incidents.view"),
    "api:incident-list": Route("incidents.view"),
    "api:incident-detail": Route("incidents.view", "incident"),
    "api:incident-state": Route("incidents.edit", "incident", "incidents.edit"),
    "api:incident-reopen": Route("incidents.reopen", "incident", "incidents.reopen"),
    "api:entry-list": Route("incidents.view", "incident"),
    **{
        f"api:{name}-list": Route("incidents.view")
        for name in ("transfer", "clock", "urgent", "lead", "hazard", "dispute", "screening")
    },
    "api:outreach-list": Route("incidents.view"),
    "api:task-list": Route("incidents.view"),
    "api:place-list": Route("places.edit"),
    "api:attachment-list": Route("incidents.view", "incident"),
    "api:attachment-detail": Route("incidents.view", "incident-attachment"),
    "api:link-list": Route("incidents.view", "incident"),
    "api:lead-detail": Route("incidents.view", "lead"),
    "api:task-detail": Route("incidents.view", "assigned-task"),
    "api:dispute-detail": Route("incidents.view", "dispute"),
    "api:outreach-detail": Route("incidents.view", "outreach"),
    "api:incident-statistics": Route("incidents.view"),
    "api:incident-transfers": Route("incidents.view", "incident"),
    "api:urgent-detail": Route("incidents.view", "urgent-notice"),
    "api:hazard-detail": Route("incidents.view", "hazard"),
    **{f"api:{name}": Route(act, kind, act) for name, (kind, act) in ACTS.items()},
}
NOT_A_PAGE: Final[set[str]] = set(ROUTES)
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast."""
