"""Who holds different rights in different places reads and takes away only where it is theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.services import disputes, hazards, leads, outreach, tasks, transfers, urgent
from policeroom.accounts.models import User
from policeroom.common.roles import ACTIONS, Role
from stations.models import OrgUnit, Station
from tests.incidents.test_filing import call
from tests.matrix import (
    Route,
    board,
    clocks,
    imports,
    incidents_api,
    offline,
    quick,
    records,
    rules,
)
from tests.world import World, grant, make_user

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
FRAGMENTS = (records, board, clocks, rules, imports, offline, quick, incidents_api)
OWN, FOREIGN = "甲地暗语", "乙地暗语"
#: Addresses that take neither GET nor POST.
CHANGED: Final = {"api:place-detail": "PATCH"}
#: Addresses that show what is written in records, for who reads them.
SHOW_WORDS: Final = {
    *("incidents:list", "incidents:board", "incidents:search"),
    *(f"incidents:{kind}-list" for kind in ("transfer", "urgent", "lead", "task")),
    *(f"incidents:{kind}-list" for kind in ("dispute", "screening", "hazard", "outreach")),
    *(f"api:{kind}-list" for kind in ("incident", "transfer", "urgent", "lead", "hazard")),
    *(f"api:{kind}-list" for kind in ("dispute", "screening", "outreach", "task")),
}


def routes() -> dict[str, Route]:
    """Every address of the part."""
    return {
        name: route
        for fragment in FRAGMENTS
        for name, route in fragment.ROUTES.items()
        if name.startswith(("incidents:", "api:"))
    }


def write(world: World, room: Station, word: str, by: User) -> None:
    """One record of every kind with a word of its own."""
    now, today = timezone.now(), timezone.localdate()
    who: dict[str, Any] = {"by": by, "now": now}
    incident = call(
        world,
        by,
        station=room,
        narrative=word,
        place_text=word,
        reported_at=now,
        now=now,
    )
    transfers.make_transfer(
        incident=incident,
        what="case",
        receiver_kind="precinct",
        receiver_name=word,
        handed_at=now,
        **who,
    )
    urgent.raise_notice(station=room, summary=word, side="police", known_at=now, **who)
    given = {"station": room, "issuer": room.operator, "received_at": now, **who}
    leads.issue_lead(reference_no=word, **given)
    tasks.assign_task(title=word, due_at=now, **given)
    event = {"place_text": word, "summary": word, "found_on": today}
    disputes.record_dispute(station=room, kind="noise", risk="low", route="joint", **event, **who)
    disputes.record_screening(station=room, held_on=today, found=0, areas=word, **who)
    hazards.record_hazard(
        station=room,
        place_text=word,
        description=word,
        found_at=now,
        responsible=word,
        due_on=today,
        **who,
    )
    outreach.record_activity(
        station=room,
        title=word,
        held_on=today,
        topics=["drugs"],
        form="lecture",
        universities=[room.campus.university],
        audience_count=1,
        **who,
    )


@pytest.fixture
def author(world: World) -> User:
    return make_user("200001", "写入者", world.province)


@pytest.fixture
def written(world: World, author: User) -> None:
    """Records at the room of the officer and at the room of the other city."""
    write(world, world.station_a1, OWN, author)
    write(world, world.station_b1, FOREIGN, author)


@pytest.fixture(params=["city_b", "province"])
def inspector_and_officer(request: pytest.FixtureRequest, world: World) -> User:
    """An officer of room A1 who also inspects for the education department elsewhere."""
    person = make_user("200002", "双职", world.station_a1.unit, Role.OFFICER)
    unit: OrgUnit = getattr(world, request.param)
    grant(person, Role.EDUCATION, unit)
    return person


def test_lists_searches_and_files_hold_nothing_of_the_other_place(
    world: World, written: None, inspector_and_officer: User, as_user: SignIn
) -> None:
    client = as_user(inspector_and_officer)
    shown, leaks = set(), []
    for name, route in routes().items():
        if route.kind:
            continue
        for query in ("", f"?q={OWN}", f"?q={FOREIGN[:3]}", "?export=csv", "?limit=200"):
            text = b"".join(client.get(reverse(name) + query)).decode(errors="replace")
            text = text.replace("<mark>", "").replace("</mark>", "")
            shown |= {name} if OWN in text else set()
            leaks += [f"{name}{query}"] if FOREIGN in text else []
    assert leaks == []
    assert shown >= SHOW_WORDS


def test_records_of_the_other_place_do_not_exist(
    world: World, author: User, inspector_and_officer: User, as_user: SignIn
) -> None:
    objects: dict[str, list[dict[str, Any]]] = {}

    def add(kind: str, _label: str, seen: set[str], *_more: Any, **kwargs: Any) -> None:
        if seen and all(path.startswith(world.city_b.org_path) for path in seen):
            objects.setdefault(kind, []).append(kwargs)

    for fragment in FRAGMENTS:
        fragment.add_targets(world, add, author)
    objects["station"] = [{"pk": world.station_b1.pk}]
    client = as_user(inspector_and_officer)
    wrong, walked = [], 0
    for name, route in routes().items():
        for kwargs in objects[route.kind] if route.kind else []:
            address = reverse(name, kwargs=kwargs)
            answer = client.get(address)
            if answer.status_code == 405:
                answer = client.generic(
                    CHANGED.get(name, "POST"), address, "{}", "application/json"
                )
            held = Role.OFFICER in ACTIONS[route.policy]
            walked += held
            if answer.status_code != (404 if held else 403):
                wrong.append((address, answer.status_code))
    assert wrong == []
    assert walked > 40


def test_ledgers_of_a_room_that_is_only_inspected_do_not_exist(
    world: World, inspector_and_officer: User, as_user: SignIn
) -> None:
    client = as_user(inspector_and_officer)
    own, foreign = (
        client.get(reverse("incidents:register-room", args=[room.pk]))
        for room in (world.station_a1, world.station_b1)
    )
    rooms = client.get(reverse("incidents:register"))
    assert (own.status_code, foreign.status_code, rooms.status_code) == (200, 404, 302)


def test_only_what_may_leave_is_exported(world: World, written: None, as_user: SignIn) -> None:
    person = make_user("200003", "双职", world.station_a1.unit, Role.OFFICER)
    grant(person, Role.AUXILIARY, world.station_b1.unit)
    client = as_user(person)
    for name in ("list", "hazard-list", "dispute-list", "lead-list", "task-list", "urgent-list"):
        page = client.get(reverse(f"incidents:{name}")).content.decode()
        file = b"".join(client.get(reverse(f"incidents:{name}") + "?export=csv")).decode()
        assert (OWN in page, FOREIGN in page) == (True, True), name
        assert (OWN in file, FOREIGN in file) == (True, False), name
