"""The audit trail: append-only, searched within the auditor's area, exported as shown."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from personnel.views.audit import AuditListView
from policeroom.common import audit
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from stations.services.org import edit_unit
from tests.world import make_user

pytestmark = pytest.mark.integration


def event(path: str, **fields):
    return AuditEvent.objects.create(
        **{"action": "stations.edit", "org_path": path, "actor_name": "somebody", **fields}
    )


@pytest.fixture
def city_auditor(world):
    return make_user("200020", "曹审计", world.city_a, Role.AUDIT_ADMIN)


def labels(page):
    """Object labels of the events shown."""
    keys = [column.key for column in page.context["table"].columns]
    at = keys.index("object")
    return [row.cells[at].text for row in page.context["table"].rows]


# --- append-only --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda row: AuditEvent.objects.unscoped("test").filter(pk=row.pk).update(action="x"),
        lambda row: row.save(),
        lambda row: row.delete(),
        lambda row: AuditEvent.objects.unscoped("test").delete(),
        lambda row: raw("UPDATE common_auditevent SET action = 'x'"),
        lambda row: raw("DELETE FROM common_auditevent"),
        lambda row: raw("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE common_auditevent"),
    ],
    ids=["update", "save", "delete", "bulk-delete", "raw-update", "raw-delete", "raw-truncate"],
)
def test_event_is_never_changed(world, act):
    row = event("01")
    before = AuditEvent.objects.unscoped("test").count()

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        act(row)

    assert AuditEvent.objects.unscoped("test").count() == before
    assert AuditEvent.objects.unscoped("test").get(pk=row.pk).action == "stations.edit"


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


# --- who sees which events ----------------------------------------------------------------------


@pytest.fixture
def spread(world):
    """One event per place, labelled by it."""
    places = {
        "province": world.province.org_path,
        "city_a": world.city_a.org_path,
        "county_a1": world.county_a1.org_path,
        "station_a1": world.station_a1.unit.org_path,
        "city_b": world.city_b.org_path,
        "nowhere": "",
    }
    return {name: event(path, object_label=name, action="spread") for name, path in places.items()}


def test_city_auditor_sees_the_city_only(spread, city_auditor, as_user):
    client = as_user(city_auditor)

    shown = labels(client.get("/access/audit/?action=spread"))

    assert shown == ["station_a1", "county_a1", "city_a"]
    codes = {
        name: client.get(f"/access/audit/{row.pk}/").status_code for name, row in spread.items()
    }
    assert codes == {
        "province": 404,
        "city_a": 200,
        "county_a1": 200,
        "station_a1": 200,
        "city_b": 404,
        "nowhere": 404,
    }


def test_provincial_auditor_sees_events_without_a_place_too(spread, audit_admin, as_user):
    page = as_user(audit_admin).get("/access/audit/?action=spread")

    assert labels(page) == list(reversed(spread))
    detail = as_user(audit_admin).get(f"/access/audit/{spread['nowhere'].pk}/")
    assert "nowhere" in detail.content.decode()


def test_trail_is_closed_to_everybody_else(
    spread, system_admin, security_admin, province_staff, as_user
):
    for person in (system_admin, security_admin, province_staff):
        client = as_user(person)
        assert client.get("/access/audit/").status_code == 403
        assert client.get(f"/access/audit/{spread['city_a'].pk}/").status_code == 403


def test_refusal_is_in_the_trail(world, system_admin, audit_admin, as_user):
    as_user(system_admin).get("/access/audit/")

    page = as_user(audit_admin).get("/access/audit/?result=refused")

    row = page.context["table"].rows[0]
    assert [cell.text for cell in row.cells[1:3]] == [str(system_admin), "read the audit trail"]


# --- search -------------------------------------------------------------------------------------


@pytest.fixture
def history(world, city_supervisor):
    """Four events on known days, by name."""
    path = world.city_a.org_path
    day = dt.datetime(2026, 5, 3, 16, 0, tzinfo=dt.UTC)  # 2026-05-04 00:00 in Shanghai
    return {
        "late": event(path, object_label="late", at=day - dt.timedelta(seconds=1)),
        "first": event(path, object_label="first", at=day, actor_name="冯五 (100005)"),
        "room": event(
            path,
            object_label="room",
            at=day + dt.timedelta(hours=23, minutes=59),
            object_type="stations.station",
            object_id="4711",
        ),
        "next": event(
            path,
            object_label="next",
            at=day + dt.timedelta(days=1),
            action="grants.end",
            result="refused",
        ),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("since=2026-05-04&until=2026-05-04", ["room", "first"]),
        ("until=2026-05-03", ["late"]),
        ("since=2026-05-05&until=2026-05-05", ["next"]),
        ("until=2026-05-05&actor=冯五", ["first"]),
        ("until=2026-05-05&actor=100005", ["first"]),
        ("until=2026-05-05&action=grants.end", ["next"]),
        ("until=2026-05-05&action=End of a role", ["next"]),
        ("until=2026-05-05&object_type=stations.station", ["room"]),
        ("object_id=4711", ["room"]),
        ("until=2026-05-05&object_id=roo", ["room"]),
        ("until=2026-05-05&result=refused", ["next"]),
        ("since=2026-13-45&until=2026-05-05&result=refused", ["next"]),
    ],
)
def test_search(history, audit_admin, as_user, query, found):
    page = as_user(audit_admin).get(f"/access/audit/?{query}")

    assert labels(page) == found


# --- one event ----------------------------------------------------------------------------------


def test_event_page_shows_what_changed(world, province_staff, audit_admin, as_user):
    edit_unit(unit=world.county_a2, by=province_staff, name="栗桥县公安分局")
    row = AuditEvent.objects.unscoped("test").latest("id")

    page = as_user(audit_admin).get(f"/access/audit/{row.pk}/")

    changes = page.context["changes"]
    assert changes == [
        {
            "field": "full name",
            "code": "name",
            "before": "栗桥县公安局",
            "after": "栗桥县公安分局",
        }
    ]
    text = page.content.decode()
    assert '<td data-label="Before">栗桥县公安局</td>' in text
    assert str(province_staff) in text
    assert "edit the organisation" in text


def test_event_page_shows_values_as_people_read_them(world, audit_admin, as_user):
    row = event(
        world.city_a.org_path,
        object_type="personnel.rolegrant",
        before={"valid_to": None, "reason": ""},
        after={"valid_to": "2026-05-03T16:00:00+00:00", "reason": "moved", "extra": ["a"]},
    )

    page = as_user(audit_admin).get(f"/access/audit/{row.pk}/")

    assert [(c["field"], c["before"], c["after"]) for c in page.context["changes"]] == [
        ("valid until", "–", "2026-05-04 00:00"),
        ("reason", "–", "moved"),
        ("extra", "–", '["a"]'),
    ]


def test_event_page_escapes_what_was_typed(world, audit_admin, as_user):
    row = event(world.city_a.org_path, after={"note": "<script>alert(1)</script>"})

    text = as_user(audit_admin).get(f"/access/audit/{row.pk}/").content.decode()

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


# --- export -------------------------------------------------------------------------------------


def test_export_equals_the_screen_and_leaves_an_event(world, history, audit_admin, as_user):
    client = as_user(audit_admin)
    page = client.get("/access/audit/?until=2026-05-05")

    answer = client.get("/access/audit/?until=2026-05-05&export=csv")

    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == [column.label for column in page.context["table"].columns]
    shown = [
        ["" if cell.text == "–" else cell.text for cell in row.cells]
        for row in page.context["table"].rows
    ]
    assert len(shown) == 4
    assert lines[1:] == shown
    left = AuditEvent.objects.unscoped("test").latest("id")
    assert (left.action, left.actor, left.after["list"], left.after["rows"]) == (
        "export",
        audit_admin,
        "audit.view",
        4,
    )


def test_export_is_formula_safe(world, audit_admin, as_user):
    event(world.city_a.org_path, object_label='=HYPERLINK("x")', action="formula")

    answer = as_user(audit_admin).get("/access/audit/?action=formula&export=csv")

    assert "'=HYPERLINK" in answer.content.decode("utf-8-sig")


# --- cost ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_audit_list_query_count(world, audit_admin, asked, django_assert_num_queries, rows):
    for number in range(rows):
        audit.record("counted", by=audit_admin, org_path=world.city_a.org_path, after={"n": number})
    view = AuditListView.as_view()
    request = asked(audit_admin, "/access/audit/?action=counted")

    with django_assert_num_queries(2):  # rows, their capped count
        page = view(request)

    assert page.content.decode().count(">counted<") == rows


def test_pages_follow_each_other_without_gap_or_repeat(world, audit_admin, as_user):
    now = timezone.now()
    AuditEvent.objects.bulk_create(
        AuditEvent(action="many", at=now, org_path=world.city_a.org_path, object_label=str(n))
        for n in range(60)
    )
    client = as_user(audit_admin)

    first = client.get("/access/audit/?action=many")
    second = client.get(f"/access/audit/{first.context['table'].next_url}")

    assert labels(first) + labels(second) == [str(n) for n in reversed(range(60))]
    assert first.context["table"].count_text == "60"
