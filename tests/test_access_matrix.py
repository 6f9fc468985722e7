"""Every address × every role × own, sibling, other-county, other-city, ancestor and absent objects.

The list of addresses comes from the URL resolver: an address that `ROUTES` does not list fails.
What is expected is worked out here from the roles table and plain `startswith`, not with the code
under test. Besides the id of the object every further id in the address is varied ("mixed"): a
row of one station under another station's address does not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from personnel.models import GrantRequest, RoleGrant
from policeroom.accounts.models import User, UserSession
from policeroom.common.models import AuditEvent
from policeroom.common.notify import notify
from policeroom.common.roles import ACTIONS, ADMIN_ROLES, Role
from stations.enums import DayKind, DesignationBasis, UnitKind
from stations.models import (
    AcademicCalendar,
    Article6Designation,
    CalendarDay,
    Campus,
    ContactBox,
    CoverageLink,
    Document,
    DocumentVersion,
    EquipmentItem,
    FunctionalArea,
    ImportJob,
    NoticeBoard,
    OrgUnit,
    ServiceDesk,
    ServiceSession,
    Station,
)
from stations.services.org import create_unit
from tests.matrix import PUBLIC, SIGNED_IN, Route, Target
from tests.matrix.fragments import FRAGMENTS
from tests.world import START, World, make_user

pytestmark = pytest.mark.integration

ABSENT = 987654

STATION_READS = ("detail", "coverage", "history", "print", "premises", "equipment", "documents")
STATION_ACTS = {
    "edit": "stations.edit",
    "rename": "stations.open",
    "close": "stations.close",
    "opening": "stations.open",
    "suspend": "stations.close",
    "resume": "stations.close",
    "link-new": "stations.open",
    **{f"{kind}-new": "stations.equip" for kind in ("area", "board", "box", "desk")},
    "equipment-new": "stations.equip",
    "document-new": "stations.equip",
}
CHILD_ACTS = {
    **{
        f"{kind}-{act}": (kind, "stations.equip")
        for kind in ("area", "board", "box", "desk")
        for act in ("edit", "end")
    },
    "board-renew": ("board", "stations.equip"),
    "box-emptied": ("box", "stations.equip"),
    "session-new": ("desk", "stations.equip"),
    "session-edit": ("session", "stations.equip"),
    "equipment-edit": ("item", "stations.equip"),
    "equipment-check": ("item", "stations.equip"),
    "equipment-retire": ("item", "stations.equip"),
    "document-edit": ("document", "stations.equip"),
    "document-end": ("document", "stations.equip"),
    "document-version-new": ("document", "stations.equip"),
    "link-end": ("link", "stations.open"),
}
CHILD_READS = {
    "board-history": "board",
    "box-history": "box",
    "desk": "desk",
    "equipment-item": "item",
    "document": "document",
    "document-download": "version",
}

ROUTES: dict[str, Route] = {
    "home": Route(SIGNED_IN),
    "healthz": Route(PUBLIC),
    "readyz": Route(PUBLIC),
    "search": Route(SIGNED_IN),
    "accounts:login": Route(PUBLIC),
    "accounts:language": Route(PUBLIC),
    **{
        f"accounts:{name}": Route(SIGNED_IN)
        for name in [
            "columns",
            "logout",
            "notice",
            "password",
            "second-factor",
            "second-factor-verify",
            "second-factor-remove",
            "second-factor-codes",
            "sessions",
            "sessions-end-others",
            "inbox",
            "inbox-read-all",
        ]
    },
    "accounts:second-factor-qr": Route(SIGNED_IN),
    "accounts:session-end": Route(SIGNED_IN, "session-of-other"),
    "accounts:inbox-read": Route(SIGNED_IN, "notification-of-other"),
    "access:user-list": Route("users.unlock"),
    "access:user-new": Route("users.manage"),
    "access:user-detail": Route("users.unlock", "user", "users.unlock", "users.unlock"),
    "access:user-unlock": Route("users.unlock", "user", "users.unlock", "users.unlock"),
    **{
        f"access:user-{act}": Route("users.manage", "user", "users.manage", "users.manage")
        for act in ("sessions-end", "deactivate", "reactivate", "password", "second-factor")
    },
    "access:grant-list": Route("grants.view"),
    "access:grant-new": Route("grants.request"),
    "access:grant-review": Route("grants.view"),
    "access:grant-detail": Route("grants.view", "request", "grants.view", "grants.view"),
    "access:grant-decide": Route("grants.approve", "request", "grants.approve", "grants.view"),
    "access:grant-end": Route("grants.end", "grant", "grants.end", "grants.view"),
    "access:roles": Route("grants.view"),
    "access:audit-list": Route("audit.view"),
    "access:audit-detail": Route("audit.view", "event", "audit.view", "audit.view"),
    "stations:list": Route("stations.view"),
    "stations:own": Route("stations.view"),
    "stations:new": Route("stations.open"),
    **{f"stations:{name}": Route("stations.view", "station") for name in STATION_READS},
    **{f"stations:{name}": Route(act, "station", act) for name, act in STATION_ACTS.items()},
    **{f"stations:{name}": Route("stations.view", kind) for name, kind in CHILD_READS.items()},
    **{f"stations:{name}": Route(act, kind, act) for name, (kind, act) in CHILD_ACTS.items()},
    "stations:university-list": Route("universities.view"),
    "stations:university-new": Route("universities.edit"),
    "stations:university-detail": Route("universities.view", "university"),
    "stations:university-edit": Route("universities.edit", "university", "universities.edit"),
    "stations:university-close": Route("universities.edit", "university", "universities.edit"),
    "stations:campus-new": Route("campuses.edit", "university"),
    "stations:designation-new": Route("designations.decide", "university", "designations.decide"),
    "stations:term-new": Route("universities.edit", "university", "universities.edit"),
    "stations:designation-end": Route("designations.decide", "designation", "designations.decide"),
    "stations:term-edit": Route("universities.edit", "term", "universities.edit"),
    "stations:university-version-correct": Route(
        "universities.edit", "university-version", "universities.edit"
    ),
    "stations:campus-version-correct": Route("campuses.edit", "campus-version", "campuses.edit"),
    "stations:campus-list": Route("universities.view"),
    "stations:campus-detail": Route("universities.view", "campus"),
    **{
        f"stations:{name}": Route("campuses.edit", "campus", "campuses.edit")
        for name in ("campus-edit", "campus-close", "population-new")
    },
    "stations:cluster-list": Route("universities.view"),
    "stations:cluster-new": Route("campuses.edit"),
    "stations:bureau-list": Route("bureaus.view"),
    "stations:bureau-new": Route("bureaus.edit"),
    "stations:bureau-detail": Route("bureaus.view", "bureau"),
    "stations:bureau-edit": Route("bureaus.edit", "bureau", "bureaus.edit"),
    "stations:bureau-move": Route("bureaus.edit", "bureau", "bureaus.edit"),
    "stations:calendar": Route("stations.view"),
    "stations:calendar-day-new": Route("calendar.edit"),
    "stations:calendar-day-edit": Route("calendar.edit", "day"),
    "stations:calendar-day-remove": Route("calendar.edit", "day"),
    "stations:calendar-confirm": Route("calendar.edit", "year"),
    "stations:import-list": Route("imports.run"),
    "stations:import-new": Route("imports.run"),
    "stations:import-template": Route("imports.run", "import-kind"),
    **{
        f"stations:{name}": Route("imports.run", "job", "imports.run", "imports.run")
        for name in (
            "import-detail",
            "import-progress",
            "import-errors",
            "import-commit",
            "import-cancel",
        )
    },
    "compliance:parameter-list": Route("parameters.view"),
    "compliance:parameter-new": Route("parameters.edit"),
    "reports:coverage": Route("coverage.view"),
    "reports:coverage-export": Route("coverage.export"),
    "reports:gap-list": Route("coverage.view"),
    "reports:subject": Route("coverage.view", "subject"),
    "api:schema": Route(SIGNED_IN),
    "api:docs": Route(SIGNED_IN),
    "api:station-list": Route("stations.view"),
    "api:station-detail": Route("stations.view", "station"),
    "api:station-close": Route("stations.close", "station", "stations.close"),
    "api:coverage": Route("coverage.view"),
}
for fragment in FRAGMENTS:
    assert not set(ROUTES) & set(fragment.ROUTES)
    ROUTES |= fragment.ROUTES

#: role -> attribute of the world the person is posted at; "other_" people sit in the other city.
CAST: dict[str, tuple[Role, str]] = {
    "officer": (Role.OFFICER, "station_a1"),
    "auxiliary": (Role.AUXILIARY, "station_a1"),
    "neighbour_officer": (Role.OFFICER, "center_a"),
    "station_lead": (Role.STATION_LEAD, "station_a1"),
    "county": (Role.COUNTY, "county_a1"),
    "city": (Role.CITY, "city_a"),
    "other_city": (Role.CITY, "city_b"),
    "command": (Role.COMMAND, "city_a"),
    "province": (Role.PROVINCE, "province"),
    "education": (Role.EDUCATION, "province"),
    "system_admin": (Role.SYSTEM_ADMIN, "province"),
    "security_admin": (Role.SECURITY_ADMIN, "province"),
    "audit_admin": (Role.AUDIT_ADMIN, "province"),
    "city_audit_admin": (Role.AUDIT_ADMIN, "city_b"),
}


def names(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every named address of the project."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def test_every_address_is_listed() -> None:
    assert set(names()) == set(ROUTES)


@pytest.fixture
def targets(world: World) -> dict[str, list[Target]]:
    """Objects of every kind, in every relation, and one that does not exist."""
    author = make_user("200001", "写入者", world.province)
    found: dict[str, list[Target]] = {}

    def add(
        what: str,
        label: str,
        paths: set[str],
        judged_at: str,
        served_by: frozenset[str] = frozenset(),
        **kwargs: Any,
    ) -> None:
        target = Target(label, kwargs, frozenset(paths), judged_at, served_by)
        found.setdefault(what, []).append(target)

    rooms = (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    for room in rooms:
        add("station", room.code, {room.org_path}, room.org_path, pk=room.pk)
    children = {room.pk: _children(world, room, author) for room in rooms}
    for kind in ("area", "board", "box", "desk", "item", "document", "session", "version", "link"):
        for room in rooms:
            ids = children[room.pk][kind]
            add(kind, f"{kind} of {room.code}", {room.org_path}, room.org_path, pk=room.pk, **ids)
        mixed = children[world.station_b1.pk][kind]
        add(kind, "mixed", set(), "", pk=world.station_a1.pk, **mixed)
    _add_places(world, add, author)
    _add_administration(world, add, author)
    for fragment in FRAGMENTS:
        fragment.add_targets(world, add, author)
    for kind in [k for k in found if k not in {"year", "import-kind", "day"}]:
        first = found[kind][0].kwargs
        changed = {k: (ABSENT if isinstance(v, int) else v) for k, v in first.items()}
        found[kind].append(Target("absent", changed))
    return found


def _children(world: World, room: Station, author: User) -> dict[str, dict[str, int]]:
    common = {"station": room, "started_on": START}
    area = FunctionalArea.objects.create(kind="rest", **common)
    board = NoticeBoard.objects.create(kind="disclosure", **common)
    box = ContactBox.objects.create(location="hall", **common)
    desk = ServiceDesk.objects.create(
        branch="household",
        responsible_unit=room.operator,
        weekdays=[2],
        opens_at=dt.time(9),
        closes_at=dt.time(11),
        **common,
    )
    session = ServiceSession.objects.create(
        desk=desk, held_on=START, served_count=3, recorded_by=author
    )
    item = EquipmentItem.objects.create(
        asset_no="1", category="desks", name="desk", quantity=1, **common
    )
    document = Document.objects.create(kind="other", title="paper", **common)
    DocumentVersion.objects.create(
        document=document,
        number=1,
        filename="a.pdf",
        content_type="application/pdf",
        content=b"%PDF-1.4",
        size=8,
        sha256="0" * 64,
        effective_from=START,
        recorded_by=author,
    )
    link = CoverageLink.objects.create(
        station=room, campus=world.campus_a_stone, kind="support", valid_from=START
    )
    return {
        "area": {"row": area.pk},
        "board": {"row": board.pk},
        "box": {"row": box.pk},
        "desk": {"row": desk.pk},
        "session": {"row": desk.pk, "session": session.pk},
        "item": {"row": item.pk},
        "document": {"row": document.pk},
        "version": {"row": document.pk, "number": 1},
        "link": {"link_pk": link.pk},
    }


def _add_places(world: World, add: Callable[..., None], author: User) -> None:
    for university in (world.university_a, world.university_b, world.college_a):
        campuses = list(university.campuses.all())
        paths = {university.org_path, *(campus.org_path for campus in campuses)}
        served = frozenset().union(*(_serving(campus) for campus in campuses))
        home = university.org_path
        add("university", university.name, paths, home, served, pk=university.pk)
        state = university.versions.get().pk
        ids = {"pk": university.pk, "version": state}
        add("university-version", university.name, paths, home, served, **ids)
    for campus in (world.campus_a_main, world.campus_a_stone, world.campus_a_far):
        here = campus.org_path
        add("campus", str(campus), {here}, here, _serving(campus), pk=campus.pk)
        ids = {"pk": campus.pk, "version": campus.versions.get().pk}
        add("campus-version", str(campus), {here}, here, _serving(campus), **ids)
        add("subject", str(campus), {campus.org_path}, "", kind="campus", pk=campus.pk)
    add("campus-version", "mixed", set(), "", pk=world.campus_a_main.pk, version=ids["version"])
    designation = Article6Designation.objects.create(
        university=world.college_a,
        basis=DesignationBasis.KEY,
        decided_by=world.city_a,
        valid_from=START,
    )
    home = world.college_a.org_path
    add("designation", "college", {home}, home, pk=designation.pk)
    for university in (world.university_a, world.university_b):
        term = AcademicCalendar.objects.create(
            university=university,
            kind="term",
            name="spring",
            starts_on=START,
            ends_on=START + dt.timedelta(days=90),
        )
        add("term", university.name, {university.org_path}, university.org_path, pk=term.pk)
    for unit in (
        world.county_a1,
        world.county_a2,
        world.city_a,
        world.city_b,
        world.province,
    ):
        add("bureau", unit.name, {unit.org_path}, unit.org_path, pk=unit.pk)
    day = CalendarDay.objects.create(day=START, kind=DayKind.HOLIDAY, name="holiday")
    add("day", "holiday", {""}, "", pk=day.pk)
    add("year", "2026", {""}, "", year=2026)
    add("import-kind", "stations", {""}, "", kind="stations")
    for unit in (world.city_a, world.city_b, world.province):
        job = ImportJob.objects.create(
            kind="stations",
            filename="a.csv",
            sha256="0" * 64,
            org_path=unit.org_path,
            created_by=author,
        )
        add("job", unit.name, {unit.org_path}, unit.org_path, pk=job.pk)


def _serving(campus: Campus) -> frozenset[str]:
    """The rooms that stand on a campus or cover it."""
    rooms = Station.everything.filter(campus=campus).values_list("org_path", flat=True)
    links = campus.links.values_list("station__org_path", flat=True)
    return frozenset({*rooms, *links})


def _add_administration(world: World, add: Callable[..., None], author: User) -> None:
    elsewhere = create_unit(
        parent=None, kind=UnitKind.PROVINCE, name="东泽省公安厅", area_name="东泽省", by=None
    )
    for number, unit in enumerate((world.station_a1.unit, world.city_b, elsewhere)):
        person = make_user(f"30000{number}", f"人{number}", unit)
        add("user", unit.name, {unit.org_path}, unit.org_path, pk=person.pk)
        request = GrantRequest.objects.create(
            user=person,
            role=Role.OFFICER,
            unit=unit,
            valid_from=timezone.now(),
            reason="x",
            requested_by=author,
            requested_at=timezone.now(),
        )
        add("request", unit.name, {unit.org_path}, unit.org_path, pk=request.pk)
        grant = _grant(person, unit)
        add("grant", unit.name, {unit.org_path}, unit.org_path, pk=grant.pk)
        event = AuditEvent.objects.create(action="x", actor_name="x", org_path=unit.org_path)
        add("event", unit.name, {unit.org_path}, unit.org_path, pk=event.pk)
        notify([person], kind="x", title="private", key="x")
        add("notification-of-other", unit.name, set(), "", pk=person.notifications.get().pk)
        session = UserSession.objects.create(user=person, session_key=f"key{number}")
        add("session-of-other", unit.name, set(), "", pk=session.pk)


def _grant(person: User, unit: OrgUnit) -> RoleGrant:
    from tests.world import grant

    return grant(person, Role.OFFICER, unit)


@dataclass
class Reader:
    """One member of the cast, with what the expectation needs."""

    role: Role
    path: str
    client: Client = field(repr=False)

    def holds(self, action: str, at: str | None = None) -> bool:
        return self.role in ACTIONS[action] and (at is None or at.startswith(self.path))

    def sees(self, route: Route, target: Target) -> bool:
        if not target.seen_at:
            return False
        if "" in target.seen_at:
            return True
        if route.seen_through:
            return any(self.holds(route.seen_through, path) for path in target.seen_at)
        if self.role in ADMIN_ROLES:
            return False
        if self.path in target.served_by:
            return True
        return any(path.startswith(self.path) for path in target.seen_at)

    def expected(self, route: Route, target: Target) -> int:
        """200 stands for every answer that is not a refusal."""
        if route.policy not in {PUBLIC, SIGNED_IN} and not self.holds(route.policy):
            return 403
        if route.kind and not self.sees(route, target):
            return 404
        if route.act and not self.holds(route.act, target.judged_at):
            return 403
        return 200


NOTHING = Target("", {})
#: Allowed answers: a page, a redirect, "use POST", or "this input is not complete".
FINE = {200, 302, 400, 405}


def cases(targets: dict[str, list[Target]]) -> Iterator[tuple[str, Route, Target]]:
    for name, route in ROUTES.items():
        for target in targets[route.kind] if route.kind else [NOTHING]:
            yield name, route, target


@pytest.mark.parametrize("member", sorted(CAST))
def test_each_role_reaches_exactly_what_the_table_says(
    world: World,
    targets: dict[str, list[Target]],
    as_user: Callable[[User | None], Client],
    member: str,
) -> None:
    role, place = CAST[member]
    unit = getattr(world, place)
    unit = unit.unit if isinstance(unit, Station) else unit
    person = make_user("400001", member, unit, role)
    reader = Reader(role, unit.org_path, as_user(person))
    wrong, bodies, tried = [], set(), 0
    for name, route, target in cases(targets):
        if name in {"accounts:logout", "accounts:sessions-end-others"}:
            continue  # they end the session that asks
        expected = reader.expected(route, target)
        url = reverse(name, kwargs=target.kwargs)
        methods = ["get"] if expected == 200 else ["get", "post"]
        for method in methods:
            tried += 1
            with transaction.atomic():
                response = getattr(reader.client, method)(url)
                transaction.set_rollback(True)
            fine = (
                response.status_code in FINE
                if expected == 200
                else (
                    response.status_code == expected
                    or (response.status_code == 405 and expected in {403, 404})
                )
            )
            if not fine:
                wrong.append(
                    f"{method} {name} {target.label}: {response.status_code} not {expected}"
                )
            if response.status_code == 404 and not name.startswith("api:"):
                bodies.add(response.content)
    assert "\n".join(wrong) == ""
    assert tried > 100
    assert len(bodies) <= 1  # out of scope and absent look the same, byte for byte


def test_nobody_reaches_anything_without_signing_in(
    world: World, targets: dict[str, list[Target]], as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(None)
    wrong = []
    for name, route, target in cases(targets):
        url = reverse(name, kwargs=target.kwargs)
        for method in ("get", "post"):
            response = getattr(client, method)(url)
            if route.policy == PUBLIC:
                fine = response.status_code in FINE
            elif name.startswith("api:"):
                fine = response.status_code in {401, 403}
            else:
                fine = response.status_code == 302 and "/accounts/login/" in response["Location"]
            if not fine:
                wrong.append(f"{method} {name} {target.label}: {response.status_code}")
    assert wrong == []


def test_a_get_writes_nothing(
    world: World, targets: dict[str, list[Target]], as_user: Callable[[User | None], Client]
) -> None:
    """No GET leaves a row behind, except the audit events of exports and downloads."""
    client = as_user(make_user("400002", "province", world.province, Role.PROVINCE))
    watched = (Station, OrgUnit, EquipmentItem, NoticeBoard, ContactBox, GrantRequest, RoleGrant)
    before = [list(model._base_manager.order_by("pk").values()) for model in watched]
    for name, _route, target in cases(targets):
        if name != "accounts:logout":
            client.get(reverse(name, kwargs=target.kwargs))
    assert [list(model._base_manager.order_by("pk").values()) for model in watched] == before
