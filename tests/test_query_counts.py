"""The number of queries of a page is a literal, whatever the number of police rooms."""

from __future__ import annotations

import pytest
from django.test import Client

from benchmarks.measure import Statements
from benchmarks.province import generate
from policeroom.common.roles import Role
from tests.world import make_user

pytestmark = pytest.mark.integration

#: Of every page: session, user, grants, unread notifications, the user's open sessions.
FRAME = 5

PAGES = {
    # rows, capped count, operators of the filter
    "/stations/": FRAME + 3,
    # rows, capped count, areas of the filter
    "/universities/": FRAME + 3,
    "/campuses/": FRAME + 3,
    # areas, parameters, and seven kinds of facts
    "/reports/coverage/": FRAME + 9,
    "/reports/gaps/": FRAME + 9,
    # rooms, orders that hold, parameters, orders within the grace, tables of strength, presence,
    # clocks, unanswered receipts, directives, 24-hour presences, sums of orders, names of areas
    "/duty/board/": FRAME + 12,
    # whether anything changed, and then the same twelve
    "/duty/board/live/": FRAME + 1 + 12,
}


@pytest.mark.parametrize("stations", [1, 3, 3000])
def test_queries_of_a_page_do_not_grow(db: None, stations: int) -> None:
    province = generate(stations)
    client = Client()
    client.force_login(
        make_user("100007", "韩七", province.root, Role.PROVINCE),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    client.get("/stations/")  # the first page of a session may record that it began
    counted = {}

    for page in PAGES:
        with Statements() as seen:
            response = client.get(page)
        assert response.status_code == 200
        counted[page] = len(seen)

    assert counted == PAGES


def test_generated_province_has_the_rooms_asked_for(db: None) -> None:
    province = generate(80)
    client = Client()
    client.force_login(
        make_user("100007", "韩七", province.root, Role.PROVINCE),
        backend="django.contrib.auth.backends.ModelBackend",
    )

    first = client.get("/stations/").context["table"]

    assert len(province.stations) == 80
    assert (len(first.rows), first.count_text) == (50, "80")
