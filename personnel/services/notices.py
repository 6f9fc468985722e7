"""Inbox lines about access, in each recipient's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from personnel.models import GrantRequest, RoleGrant
from personnel.queries import ENDING_SOON, ending_between, holders
from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.notify import notify
from policeroom.common.roles import Role

Words = Callable[[], tuple[str, str]]


def tell_request(request: GrantRequest, *, at: dt.datetime) -> None:
    """The security administrators of the unit learn that a request waits."""
    people = _people(Role.SECURITY_ADMIN, request.unit.org_path, at=at)

    def words() -> tuple[str, str]:
        title = _("Role requested for %(person)s: %(role)s, %(unit)s")
        return title % _facts(request), request.reason

    _tell(
        [
            person
            for person in people
            if person.pk not in {request.requested_by_id, request.user_id}
        ],
        words,
        kind="grant-request",
        key=f"grant-request-{request.pk}",
        url=reverse("access:grant-detail", args=[request.pk]),
    )


def tell_decision(request: GrantRequest) -> None:
    """The person learns what they may do now, the requester what became of the request."""
    approved = request.state == GrantRequest.State.APPROVED

    def words_for_person() -> tuple[str, str]:
        title = (
            _("Role granted: %(role)s, %(unit)s")
            if approved
            else _("Role not granted: %(role)s, %(unit)s")
        )
        return title % _facts(request), request.decision_note

    def words_for_requester() -> tuple[str, str]:
        title = (
            _("Approved: %(role)s, %(unit)s for %(person)s")
            if approved
            else _("Rejected: %(role)s, %(unit)s for %(person)s")
        )
        return title % _facts(request), request.decision_note

    key = f"grant-decision-{request.pk}"
    _tell([request.user], words_for_person, kind="grant-decision", key=key)
    if request.requested_by_id != request.user_id:
        url = reverse("access:grant-detail", args=[request.pk])
        people = [request.requested_by]
        _tell(people, words_for_requester, kind="grant-decision", key=key, url=url)


def tell_end(grant: RoleGrant) -> None:
    """The person learns that a role is gone, and why."""

    def words() -> tuple[str, str]:
        title = _("Role ended: %(role)s, %(unit)s") % {
            "role": grant.role_label,
            "unit": grant.content_object,
        }
        return title, grant.end_reason

    if grant.user.is_active:
        _tell([grant.user], words, kind="grant-end", key=f"grant-end-{grant.pk}")


def tell_password_reissued(user: User, *, by: User, at: dt.datetime) -> None:
    """Whoever re-issues a password could sign in as that person: the other administrators know."""

    def words() -> tuple[str, str]:
        title = _("First password issued again for %(person)s by %(actor)s")
        return title % {"person": user, "actor": by}, ""

    _tell_watchers(user, words, kind="password-reissued", by=by, at=at)


def tell_second_factor_reset(user: User, *, by: User, at: dt.datetime) -> None:
    """The second half of signing in as somebody: the other administrators know."""

    def words() -> tuple[str, str]:
        title = _("Second factor of %(person)s removed by %(actor)s")
        return title % {"person": user, "actor": by}, ""

    _tell_watchers(user, words, kind="second-factor-reset", by=by, at=at)


def _tell_watchers(user: User, words: Words, *, kind: str, by: User, at: dt.datetime) -> None:
    """The security and audit administrators of the person's unit (requirement 28)."""
    people = [
        *_people(Role.SECURITY_ADMIN, user.org_path, at=at),
        *_people(Role.AUDIT_ADMIN, user.org_path, at=at),
    ]
    others = [person for person in people if person.pk != by.pk]
    _tell(others, words, kind=kind, key=f"{kind}-{user.pk}-{at:%Y%m%d%H%M%S%f}")


@transaction.atomic
def remind_of_ending_grants(*, at: dt.datetime) -> int:
    """Tell the security administrators which roles end within 14 days; each end once.

    Source: requirement 31. Safe to run twice: the end day is part of the line's key.
    Returns: grants that end in that time.
    """
    grants = list(ending_between(at, at + ENDING_SOON))
    people: dict[str, list[User]] = {}
    for grant in grants:
        path = grant.content_object.org_path
        if path not in people:
            people[path] = _people(Role.SECURITY_ADMIN, path, at=at)
        _remind(grant, people[path])
    if grants:
        audit.record("grants.remind", by=None, after={"grants": len(grants)})
    return len(grants)


def _remind(grant: RoleGrant, people: Iterable[User]) -> None:
    day = timezone.localdate(grant.valid_to)

    def words() -> tuple[str, str]:
        title = _("Role ends on %(day)s: %(person)s, %(role)s, %(unit)s") % {
            "day": day,
            "person": grant.user,
            "role": grant.role_label,
            "unit": grant.content_object,
        }
        return title, grant.reason

    _tell(
        people,
        words,
        kind="grant-ending",
        key=f"grant-ending-{grant.pk}-{day:%Y%m%d}",
        url=reverse("access:grant-end", args=[grant.pk]),
    )


def _people(role: Role, path: str, *, at: dt.datetime) -> list[User]:
    """Active holders of a role at or above a place, each once."""
    grants = holders(role, path, at=at).filter(user__is_active=True)
    return list({grant.user_id: grant.user for grant in grants}.values())


def _facts(request: GrantRequest) -> dict[str, object]:
    return {"person": request.user, "role": request.role_label, "unit": request.unit}


def _tell(people: Iterable[User], words: Words, *, kind: str, key: str, url: str = "") -> None:
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title, body = words()
        notify([person], kind=kind, title=title[:200], body=body, key=key, url=url)
