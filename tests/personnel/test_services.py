"""Acts on roles: request, decide, grant, end. The rules and the constraints behind them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from personnel import services
from personnel.models import GrantRequest, RoleGrant
from personnel.queries import scope_for
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.roles import Role
from stations.enums import UnitKind
from stations.services.org import create_unit
from tests.world import grant, make_user

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 9, 17, 7, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)


@pytest.fixture
def newcomer(world):
    """Somebody of the city bureau without any role."""
    return make_user("200001", "蒋新", world.city_a)


@pytest.fixture
def second_security_admin(world):
    return make_user("200012", "尤安全", world.province, Role.SECURITY_ADMIN)


def ask(user, role, unit, by, **changes):
    values = {"valid_from": NOW, "valid_to": None, "reason": "posted there", "at": NOW}
    return services.request_grant(user=user, role=role, unit=unit, by=by, **{**values, **changes})


def approve(request, by, at=NOW):
    return services.decide_grant(request=request, approve=True, note="", by=by, at=at)


# --- request ------------------------------------------------------------------------------------


def test_request_waits_and_grants_nothing(world, newcomer, system_admin, security_admin):
    request = ask(newcomer, Role.CITY, world.city_a, system_admin)

    assert request.state == GrantRequest.State.PENDING
    assert scope_for(newcomer, at=NOW).grants == ()
    event = AuditEvent.objects.unscoped("test").latest("id")
    assert (event.action, event.actor, event.org_path) == (
        "grants.request",
        system_admin,
        world.city_a.org_path,
    )
    line = Notification.objects.get()
    assert line.recipient == security_admin
    assert line.url == f"/access/grants/requests/{request.pk}/"


def test_request_tells_only_security_administrators_of_the_place(
    world, newcomer, system_admin, security_admin
):
    local = make_user("200013", "许安全", world.city_a, Role.SECURITY_ADMIN)
    make_user("200014", "何安全", world.city_b, Role.SECURITY_ADMIN)

    ask(newcomer, Role.CITY, world.city_a, system_admin)

    told = set(Notification.objects.values_list("recipient", flat=True))
    assert told == {security_admin.pk, local.pk}


def test_request_refuses_a_role_that_does_not_fit_the_unit(world, newcomer, system_admin):
    with pytest.raises(DomainError, match="does not fit") as refusal:
        ask(newcomer, Role.OFFICER, world.city_a, system_admin)

    assert refusal.value.field == "role"


def test_request_for_a_side_unit_reads_its_level(world, newcomer, system_admin):
    office = create_unit(
        parent=world.city_a, kind=UnitKind.INTERNAL_SECURITY, name="澜江市公安局内保支队", by=None
    )

    request = ask(newcomer, Role.CITY, office, system_admin)

    assert request.unit == office
    with pytest.raises(DomainError, match="does not fit"):
        ask(newcomer, Role.COUNTY, office, system_admin)


def test_request_beyond_the_requesters_area_is_refused(world, newcomer):
    local_admin = make_user("200015", "吕系统", world.city_a, Role.SYSTEM_ADMIN)

    with pytest.raises(NotAllowedError, match="outside your own area"):
        ask(newcomer, Role.CITY, world.city_b, local_admin, valid_to=LATER)
    with pytest.raises(NotAllowedError, match="outside your own area"):
        ask(newcomer, Role.PROVINCE, world.province, local_admin)


def test_cross_area_request_needs_an_end(world, newcomer, system_admin):
    with pytest.raises(DomainError, match="needs an end") as refusal:
        ask(newcomer, Role.CITY, world.city_b, system_admin)

    assert refusal.value.field == "valid_to"
    assert ask(newcomer, Role.CITY, world.city_b, system_admin, valid_to=LATER).valid_to == LATER


@pytest.mark.parametrize("reason", ["", "   "])
def test_request_needs_a_reason(world, newcomer, system_admin, reason):
    with pytest.raises(DomainError, match="reason"):
        ask(newcomer, Role.CITY, world.city_a, system_admin, reason=reason)


def test_request_end_must_lie_after_the_start(world, newcomer, system_admin):
    with pytest.raises(DomainError, match="must lie after"):
        ask(newcomer, Role.CITY, world.city_a, system_admin, valid_to=NOW)


def test_request_never_begins_in_the_past(world, newcomer, system_admin):
    yesterday = NOW - dt.timedelta(days=1)

    request = ask(newcomer, Role.CITY, world.city_a, system_admin, valid_from=yesterday)

    assert request.valid_from == NOW


def test_same_request_twice_waits_once(world, newcomer, system_admin):
    ask(newcomer, Role.CITY, world.city_a, system_admin)

    with pytest.raises(Exception, match="already waiting"):
        ask(newcomer, Role.CITY, world.city_a, system_admin)

    assert GrantRequest.objects.unscoped("test").count() == 1


def test_request_for_a_disabled_account_is_refused(world, newcomer, system_admin):
    newcomer.is_active = False
    newcomer.save()

    with pytest.raises(DomainError, match="disabled"):
        ask(newcomer, Role.CITY, world.city_a, system_admin)


# --- decision -----------------------------------------------------------------------------------


def test_approval_grants_from_now_and_tells_both(world, newcomer, system_admin, security_admin):
    request = ask(newcomer, Role.CITY, world.city_a, system_admin)
    decided_at = NOW + dt.timedelta(hours=3)

    request = approve(request, security_admin, at=decided_at)

    held = RoleGrant.objects.get(request=request)
    assert (request.state, held.granted_by, held.valid_from) == (
        GrantRequest.State.APPROVED,
        security_admin,
        decided_at,
    )
    assert scope_for(newcomer, at=NOW + dt.timedelta(hours=2)).grants == ()
    assert scope_for(newcomer, at=decided_at).allows("stations.edit", world.city_a.org_path)
    told = Notification.objects.filter(kind="grant-decision").values_list("recipient", flat=True)
    assert set(told) == {newcomer.pk, system_admin.pk}


def test_approval_by_the_requester_is_refused(world, newcomer, system_admin):
    request = ask(newcomer, Role.CITY, world.city_a, system_admin)

    with pytest.raises(NotAllowedError, match="does not decide"):
        approve(request, system_admin)

    assert not RoleGrant.objects.filter(user=newcomer).exists()


def test_approval_for_oneself_is_refused(world, system_admin, security_admin):
    request = GrantRequest.objects.create(
        user=security_admin,
        role=Role.SECURITY_ADMIN,
        unit=world.city_a,
        valid_from=NOW,
        reason="test",
        requested_by=system_admin,
        requested_at=NOW,
    )

    with pytest.raises(NotAllowedError, match="would receive it"):
        approve(request, security_admin)


def test_approval_needs_the_security_administrator_of_the_place(world, newcomer, system_admin):
    elsewhere = make_user("200016", "施安全", world.city_b, Role.SECURITY_ADMIN)
    auditor = make_user("200017", "张审计", world.province, Role.AUDIT_ADMIN)
    request = ask(newcomer, Role.CITY, world.city_a, system_admin)

    for nobody in (elsewhere, auditor):
        with pytest.raises(NotAllowedError, match="outside your own area"):
            approve(request, nobody)


def test_decision_is_taken_once(
    world, newcomer, system_admin, security_admin, second_security_admin
):
    request = ask(newcomer, Role.CITY, world.city_a, system_admin)
    approve(request, security_admin)

    with pytest.raises(ConflictError, match="already decided"):
        services.decide_grant(
            request=request, approve=False, note="late", by=second_security_admin, at=NOW
        )

    assert RoleGrant.objects.filter(user=newcomer).count() == 1


def test_rejection_needs_a_note_and_grants_nothing(world, newcomer, system_admin, security_admin):
    request = ask(newcomer, Role.CITY, world.city_a, system_admin)

    with pytest.raises(DomainError) as refusal:
        services.decide_grant(request=request, approve=False, note=" ", by=security_admin, at=NOW)
    assert refusal.value.field == "note"

    request = services.decide_grant(
        request=request, approve=False, note="wrong unit", by=security_admin, at=NOW
    )

    assert (request.state, request.decision_note) == ("rejected", "wrong unit")
    assert not RoleGrant.objects.filter(user=newcomer).exists()
    assert AuditEvent.objects.unscoped("test").latest("id").action == "grants.reject"


def test_approval_after_the_requested_end_is_refused(world, newcomer, system_admin, security_admin):
    request = ask(newcomer, Role.CITY, world.city_a, system_admin, valid_to=LATER)

    with pytest.raises(DomainError, match="period ended"):
        approve(request, security_admin, at=LATER)

    request.refresh_from_db()
    assert request.state == GrantRequest.State.PENDING


# --- the three administrators -------------------------------------------------------------------


def test_second_administrator_role_is_refused_with_the_first_named(
    world, system_admin, security_admin
):
    with pytest.raises(DomainError, match=r"already System administrator.*nobody holds two"):
        ask(system_admin, Role.AUDIT_ADMIN, world.province, system_admin)


def test_administrator_holds_no_role_that_reads_case_data(
    world, system_admin, province_staff, security_admin
):
    with pytest.raises(DomainError, match="reads case data"):
        ask(security_admin, Role.PROVINCE, world.province, system_admin)
    with pytest.raises(DomainError, match="reads case data"):
        ask(province_staff, Role.AUDIT_ADMIN, world.province, system_admin)


def test_clash_that_arose_while_the_request_waited_is_refused(
    world, newcomer, system_admin, security_admin
):
    first = ask(newcomer, Role.AUDIT_ADMIN, world.city_a, system_admin)
    second = ask(newcomer, Role.SYSTEM_ADMIN, world.city_a, system_admin)
    approve(first, security_admin)

    with pytest.raises(DomainError, match="nobody holds two"):
        approve(second, security_admin)

    assert RoleGrant.objects.get(user=newcomer).role == Role.AUDIT_ADMIN


def test_former_administrator_may_take_another_role(world, newcomer, system_admin, security_admin):
    grant(newcomer, Role.AUDIT_ADMIN, world.province, valid_to=NOW)

    request = ask(newcomer, Role.SYSTEM_ADMIN, world.province, system_admin)

    assert approve(request, security_admin).state == GrantRequest.State.APPROVED


def test_database_keeps_the_three_administrators_apart_even_from_raw_sql(world, system_admin):
    permission = Permission.objects.get(codename=Role.AUDIT_ADMIN.codename)

    with (
        pytest.raises(IntegrityError, match="rolegrant_one_administrator"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO personnel_rolegrant (user_id, permission_id, content_object_id, role,"
            " valid_from, reason, end_reason) VALUES (%s, %s, %s, %s, %s, 'raw', '')",
            [system_admin.pk, permission.pk, world.province.pk, Role.AUDIT_ADMIN, NOW],
        )

    assert RoleGrant.objects.filter(user=system_admin).count() == 1


@pytest.mark.parametrize(
    ("role", "other", "sentence"),
    [
        (Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN, "Nobody holds two"),
        (Role.CITY, Role.CITY, "already holds this role"),
    ],
)
def test_race_lost_at_the_constraint_becomes_a_sentence(
    world, newcomer, monkeypatch, role, other, sentence
):
    """Another act's row lands between the check and the insert."""
    unit = world.province if role == Role.SYSTEM_ADMIN else world.city_a
    grant(newcomer, other, unit)
    monkeypatch.setattr("personnel.services.checks.overlapping", lambda *a, **k: [])
    monkeypatch.setattr(RoleGrant, "full_clean", lambda self: None)

    with pytest.raises(ConflictError, match=sentence):
        services.grant_role(user=newcomer, role=role, unit=unit, valid_from=NOW, reason="race")

    assert RoleGrant.objects.filter(user=newcomer).count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "approved", "decided_at": NOW},
        {"state": "approved"},
        {"state": "approved", "decided_at": NOW, "decided_by": "requester"},
        {"valid_to": NOW},
    ],
    ids=["no-decider", "no-decision", "two-persons", "period"],
)
def test_request_constraints_refuse(world, newcomer, system_admin, changes):
    if changes.get("decided_by"):
        changes = {**changes, "decided_by": system_admin}

    with pytest.raises(IntegrityError), transaction.atomic():
        GrantRequest.objects.create(
            **{
                "user": newcomer,
                "role": Role.CITY,
                "unit": world.city_a,
                "valid_from": NOW,
                "reason": "test",
                "requested_by": system_admin,
                "requested_at": NOW,
                **changes,
            }
        )


# --- granting without a request -----------------------------------------------------------------


def test_direct_grant_keeps_the_rules(world, newcomer):
    held = services.grant_role(
        user=newcomer, role=Role.CITY, unit=world.city_a, valid_from=NOW, reason="set-up"
    )

    assert held.permission.codename == "role_city"
    assert newcomer.has_perm("stations.role_city", world.city_a) is (timezone.now() >= NOW)
    with pytest.raises(DomainError, match="already holds"):
        services.grant_role(
            user=newcomer, role=Role.CITY, unit=world.city_a, valid_from=LATER, reason="again"
        )
    with pytest.raises(DomainError, match="does not fit"):
        services.grant_role(
            user=newcomer, role=Role.PROVINCE, unit=world.city_a, valid_from=NOW, reason="wrong"
        )


# --- ending -------------------------------------------------------------------------------------


def test_ending_stops_the_role_at_once_and_keeps_the_record(world, city_supervisor, security_admin):
    held = RoleGrant.objects.get(user=city_supervisor)
    at = timezone.now()

    services.end_grant(grant=held, reason="moved", by=security_admin, at=at)

    held.refresh_from_db()
    assert (held.valid_to, held.ended_by, held.end_reason) == (at, security_admin, "moved")
    assert scope_for(city_supervisor, at=at).grants == ()
    assert scope_for(city_supervisor, at=at - dt.timedelta(seconds=1)).roles == {Role.CITY}
    event = AuditEvent.objects.unscoped("test").latest("id")
    assert (event.action, event.before["valid_to"]) == ("grants.end", None)
    assert Notification.objects.get(recipient=city_supervisor).kind == "grant-end"


def test_ending_needs_a_reason(city_supervisor, security_admin):
    held = RoleGrant.objects.get(user=city_supervisor)

    with pytest.raises(DomainError, match="reason"):
        services.end_grant(grant=held, reason=" ", by=security_admin, at=NOW)


def test_ending_before_the_start_cancels(world, newcomer, security_admin):
    held = grant(newcomer, Role.CITY, world.city_a, valid_from=LATER)

    services.end_grant(grant=held, reason="cancelled", by=security_admin, at=NOW)

    held.refresh_from_db()
    assert held.valid_to == LATER
    assert scope_for(newcomer, at=LATER).grants == ()


def test_ending_twice_is_refused(world, newcomer, security_admin):
    held = grant(newcomer, Role.CITY, world.city_a, valid_to=NOW)

    with pytest.raises(ConflictError, match="already ended"):
        services.end_grant(grant=held, reason="again", by=security_admin, at=NOW)


def test_ending_outside_the_area_is_refused(world, city_supervisor):
    elsewhere = make_user("200018", "孔系统", world.city_b, Role.SYSTEM_ADMIN)
    held = RoleGrant.objects.get(user=city_supervisor)

    with pytest.raises(NotAllowedError):
        services.end_grant(grant=held, reason="no", by=elsewhere, at=NOW)


def test_last_administrator_of_the_province_stays(
    world, system_admin, security_admin, second_security_admin
):
    last = RoleGrant.objects.get(user=system_admin)
    one_of_two = RoleGrant.objects.get(user=second_security_admin)
    at = timezone.now()

    with pytest.raises(DomainError, match="last System administrator"):
        services.end_grant(grant=last, reason="leaves", by=security_admin, at=at)
    services.end_grant(grant=one_of_two, reason="leaves", by=security_admin, at=at)

    assert RoleGrant.objects.get(pk=last.pk).valid_to is None


# --- reminders ----------------------------------------------------------------------------------


def test_ending_roles_are_announced_once(world, newcomer, city_supervisor, security_admin):
    soon = grant(newcomer, Role.CITY, world.city_a, valid_to=NOW + dt.timedelta(days=14))
    RoleGrant.objects.filter(user=city_supervisor).update(valid_to=NOW + dt.timedelta(days=15))

    first = services.remind_of_ending_grants(at=NOW)
    again = services.remind_of_ending_grants(at=NOW + dt.timedelta(hours=1))

    assert (first, again) == (1, 1)
    line = Notification.objects.get(kind="grant-ending")
    assert line.recipient == security_admin
    assert line.url == f"/access/grants/{soon.pk}/end/"
    assert "2026-10-01" in line.title


def test_reminder_of_a_moved_end_comes_again(world, newcomer, security_admin):
    held = grant(newcomer, Role.CITY, world.city_a, valid_to=NOW + dt.timedelta(days=3))
    services.remind_of_ending_grants(at=NOW)

    RoleGrant.objects.filter(pk=held.pk).update(valid_to=NOW + dt.timedelta(days=9))
    services.remind_of_ending_grants(at=NOW)

    assert Notification.objects.filter(kind="grant-ending").count() == 2


def test_reminder_task_runs_through_the_service(world, newcomer, security_admin):
    from personnel.tasks import remind_of_ending_grants

    end = timezone.now() + dt.timedelta(days=2)
    grant(newcomer, Role.CITY, world.city_a, valid_to=end)

    remind_of_ending_grants.delay()

    assert Notification.objects.filter(kind="grant-ending").count() == 1
