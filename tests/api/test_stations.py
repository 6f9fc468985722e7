"""The JSON interface of the police rooms: same services, same refusals, same scope."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from stations.enums import LinkKind
from stations.models import CoverageLink, Station, StationVersion
from tests.world import World

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
URL = "/api/v1/stations/"
ABSENT = 987654
JSON = "application/json"
PROBLEM = "application/problem+json"
#: Session, account, grants, inbox, open session, savepoint (2); of the list itself: one.
LIST_QUERIES = 8


def codes(response: Any) -> list[str]:
    return [row["code"] for row in response.json()["results"]]


# --- reading ------------------------------------------------------------------------------------
def test_anonymous_caller_is_refused(world: World, as_user: SignIn) -> None:
    response = as_user(None).get(URL)

    assert response.status_code == 403
    assert response["Content-Type"] == PROBLEM
    assert response.json()["title"] == "Forbidden"


def test_list_shows_each_caller_their_own_area(
    world: World, officer: User, city_supervisor: User, other_city_supervisor: User, as_user: SignIn
) -> None:
    assert codes(as_user(officer).get(URL)) == ["A0001"]
    assert codes(as_user(city_supervisor).get(URL)) == ["A0001", "A0002", "A0003"]
    assert codes(as_user(other_city_supervisor).get(URL)) == ["B0001"]


def test_list_equals_the_screen(world: World, city_supervisor: User, as_user: SignIn) -> None:
    client = as_user(city_supervisor)

    screen = client.get("/stations/?kind=standalone").context["table"].rows
    results = client.get(f"{URL}?kind=standalone").json()["results"]

    assert [(row.cells[0].text, row.cells[6].text) for row in screen] == [
        (item["name"], item["floor_area_m2"]) for item in results
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("kind=center", ["A0002"], id="kind"),
        pytest.param("q=ycdx", ["B0001"], id="pinyin"),
        pytest.param("state=operating", ["A0001", "A0002", "A0003", "B0001"], id="state"),
        pytest.param("state=closed", [], id="no match"),
    ],
)
def test_list_filters(
    world: World, province_staff: User, as_user: SignIn, query: str, expected: list[str]
) -> None:
    assert codes(as_user(province_staff).get(f"{URL}?{query}")) == expected


def test_list_filter_by_operator_keeps_to_the_scope(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    client = as_user(city_supervisor)

    assert codes(client.get(f"{URL}?operator={world.county_a2.pk}")) == ["A0003"]
    foreign = client.get(f"{URL}?operator={world.county_b1.pk}")
    absent = client.get(f"{URL}?operator={ABSENT}")
    assert (foreign.status_code, absent.status_code) == (400, 400)
    assert same_but_for_id(foreign, world.county_b1.pk) == same_but_for_id(absent, ABSENT)


def same_but_for_id(response: Any, pk: int) -> str:
    """The answer with the id that was asked for taken out."""
    return response.content.decode().replace(str(pk), "ID")


def test_list_pages_by_cursor(world: World, province_staff: User, as_user: SignIn) -> None:
    client = as_user(province_staff)
    seen, url = [], f"{URL}?limit=3"

    while url:
        page = client.get(url)
        seen.append(codes(page))
        url = page.json()["next"]

    assert seen == [["A0001", "A0002", "A0003"], ["B0001"]]
    assert client.get(f"{URL}?limit=201").json()["errors"].keys() == {"limit"}
    assert client.get(f"{URL}?kind=castle").status_code == 400


def test_list_takes_the_same_queries_for_1_and_3_rows(
    world: World,
    officer: User,
    city_supervisor: User,
    as_user: SignIn,
    django_assert_num_queries: Any,
) -> None:
    single, several = as_user(officer), as_user(city_supervisor)

    with django_assert_num_queries(LIST_QUERIES):
        assert len(codes(single.get(URL))) == 1
    with django_assert_num_queries(LIST_QUERIES):
        assert len(codes(several.get(URL))) == 3


def test_read_gives_the_file_with_its_links(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    body = as_user(city_supervisor).get(f"{URL}{world.center_a.pk}/").json()

    assert (body["code"], body["state"], body["floor_area_m2"]) == ("A0002", "operating", "150.00")
    assert [(link["campus_name"], link["kind"]) for link in body["links"]] == [
        ("澜江港口职业学院 主校区", LinkKind.PRIMARY)
    ]


@pytest.mark.parametrize("method", ["get", "patch", "close"])
def test_station_of_others_is_as_if_absent(
    world: World, city_supervisor: User, as_user: SignIn, method: str
) -> None:
    client = as_user(city_supervisor)

    def ask(pk: int) -> Any:
        if method == "close":
            return client.post(f"{URL}{pk}/close/", {}, content_type=JSON)
        return getattr(client, method)(f"{URL}{pk}/", content_type=JSON)

    other, absent = ask(world.station_b1.pk), ask(ABSENT)

    assert (other.status_code, absent.status_code) == (404, 404)
    assert other.content == absent.content
    assert other["Content-Type"] == PROBLEM


# --- opening ------------------------------------------------------------------------------------
def opening(world: World, **changes: Any) -> dict[str, Any]:
    """A valid body of a room for the college's campus."""
    return {
        "client_uuid": str(uuid.uuid4()),
        "kind": "standalone",
        "operator": world.county_a1.pk,
        "campus": world.campus_college.pk,
        "opened_on": "2026-03-02",
        "floor_area_m2": "88.50",
        **changes,
    }


def test_open_is_201_then_200_then_409(world: World, county_staff: User, as_user: SignIn) -> None:
    client = as_user(county_staff)
    body = opening(world)

    first = client.post(URL, body, content_type=JSON)
    again = client.post(URL, body, content_type=JSON)
    other = client.post(URL, {**body, "floor_area_m2": "90.00"}, content_type=JSON)

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert first.json() == again.json()
    assert first.json()["name"] == "澜江市公安局芦北分局澜江港口职业学院警务室"
    assert Station.everything.filter(client_uuid=body["client_uuid"]).count() == 1
    assert "already sent with other content" in other.json()["detail"]
    assert AuditEvent.everything.get(action="stations.open").source == "api"


def test_open_refusal_names_field_and_remedy(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    body = opening(world, campus=world.campus_a_main.pk)

    response = as_user(county_staff).post(URL, body, content_type=JSON)

    problem = response.json()
    assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
    assert set(problem["errors"]) == {"campus"}
    assert world.station_a1.name in problem["errors"]["campus"][0]
    assert not Station.everything.filter(client_uuid=body["client_uuid"]).exists()


@pytest.mark.parametrize("field", ["operator", "campus", "cluster", "supervising_unit"])
def test_open_answers_a_foreign_id_like_an_unknown_one(
    world: World, other_city_supervisor: User, as_user: SignIn, field: str
) -> None:
    client = as_user(other_city_supervisor)
    foreign = {
        "operator": world.county_a1.pk,
        "campus": world.campus_college.pk,
        "cluster": world.cluster_a.pk,
        "supervising_unit": world.county_a1.pk,
    }[field]
    good = opening(world, operator=world.county_b1.pk, campus=world.campus_a_far.pk)

    answers = [client.post(URL, {**good, field: pk}, content_type=JSON) for pk in (foreign, ABSENT)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert set(answers[0].json()["errors"]) == {field}
    assert same_but_for_id(answers[0], foreign) == same_but_for_id(answers[1], ABSENT)


def test_open_refuses_fields_outside_the_allowlist(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    body = opening(world, org_path="01", name="我的警务室")

    response = as_user(county_staff).post(URL, body, content_type=JSON)

    assert response.status_code == 400
    assert set(response.json()["errors"]) == {"org_path", "name"}


def test_open_is_forbidden_to_officers_and_recorded(
    world: World, officer: User, as_user: SignIn
) -> None:
    response = as_user(officer).post(URL, opening(world), content_type=JSON)

    assert response.status_code == 403
    refusal = AuditEvent.everything.filter(result="refused").latest("id")
    assert (refusal.actor, refusal.source) == (officer, "api")


def test_administrators_are_refused_in_the_same_shape(
    world: World, system_admin: User, as_user: SignIn
) -> None:
    response = as_user(system_admin).get(URL)

    assert (response.status_code, response["Content-Type"]) == (403, PROBLEM)
    assert response.json() == {"type": "about:blank", "title": "Forbidden", "status": 403}


def test_write_needs_the_csrf_token(world: World, county_staff: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(county_staff, backend="django.contrib.auth.backends.ModelBackend")

    response = client.post(URL, opening(world), content_type=JSON)

    assert response.status_code == 403
    assert "CSRF" in response.json()["detail"]


# --- editing and closing ------------------------------------------------------------------------
def test_patch_changes_the_named_fields_from_a_day(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    response = as_user(county_staff).patch(
        f"{URL}{world.station_a1.pk}/",
        {"valid_from": "2026-03-02", "floor_area_m2": "120.00"},
        content_type=JSON,
    )

    assert (response.status_code, response.json()["floor_area_m2"]) == (200, "120.00")
    versions = StationVersion.objects.filter(subject=world.station_a1).order_by("valid_from")
    assert [v.floor_area_m2 for v in versions] == [Decimal("96.50"), Decimal("120.00")]


def test_patch_refusals(
    world: World, officer: User, station_lead: User, county_staff: User, as_user: SignIn
) -> None:
    url = f"{URL}{world.station_a1.pk}/"

    def patch(user: User, body: dict[str, Any]) -> Any:
        return as_user(user).patch(url, body, content_type=JSON)

    assert patch(officer, {"address": "x"}).status_code == 403
    lead = patch(station_lead, {"plan_no": "X"})
    assert (lead.status_code, lead.json()["detail"]) == (403, "Only the bureau changes plan_no.")
    assert patch(station_lead, {"telephone": "0000-1234"}).status_code == 200
    early = patch(county_staff, {"valid_from": "2025-01-01", "address": "x"})
    assert (early.status_code, set(early.json()["errors"])) == (400, {"valid_from"})
    negative = patch(county_staff, {"floor_area_m2": "-1"})
    assert (negative.status_code, set(negative.json()["errors"])) == (400, {"floor_area_m2"})
    closing = patch(county_staff, {"closed_on": "2026-05-01"})
    assert (closing.status_code, set(closing.json()["errors"])) == (400, {"closed_on"})


def test_close_ends_links(world: World, county_staff: User, as_user: SignIn) -> None:
    client = as_user(county_staff)
    url = f"{URL}{world.center_a.pk}/close/"

    empty = client.post(url, {}, content_type=JSON)
    response = client.post(url, {"on": "2026-06-01", "reason": "撤并"}, content_type=JSON)
    again = client.post(url, {"on": "2026-06-01", "reason": "撤并"}, content_type=JSON)

    assert (empty.status_code, set(empty.json()["errors"])) == (400, {"on", "reason"})
    body = response.json()
    assert (response.status_code, body["state"], body["links"]) == (200, "closed", [])
    assert CoverageLink.everything.get(station=world.center_a).valid_to.isoformat() == "2026-06-01"
    assert (again.status_code, "already closed" in again.json()["detail"]) == (400, True)


def test_close_is_forbidden_to_a_station_lead(
    world: World, station_lead: User, as_user: SignIn
) -> None:
    response = as_user(station_lead).post(
        f"{URL}{world.station_a1.pk}/close/",
        {"on": "2026-06-01", "reason": "x"},
        content_type=JSON,
    )

    assert (response.status_code, response["Content-Type"]) == (403, PROBLEM)
    assert Station.everything.get(pk=world.station_a1.pk).closed_on is None


# --- the other answers --------------------------------------------------------------------------
def test_problems_of_the_framework_have_the_same_shape(
    world: World, county_staff: User, as_user: SignIn
) -> None:
    client = as_user(county_staff)

    method = client.put(URL, {}, content_type=JSON)
    broken = client.post(URL, "{", content_type=JSON)
    media = client.post(URL, "<a/>", content_type="text/xml")

    assert [(r.status_code, r["Content-Type"]) for r in (method, broken, media)] == [
        (405, PROBLEM),
        (400, PROBLEM),
        (415, PROBLEM),
    ]
    assert method["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_schema_and_page_are_for_signed_in_users(
    world: World, officer: User, as_user: SignIn
) -> None:
    client = as_user(officer)

    schema = client.get("/api/v1/schema/").json()
    page = client.get("/api/v1/docs/").content.decode()

    found = {path: set(item) for path, item in schema["paths"].items()}
    assert {path: found[path] for path in found if path.startswith(URL)} == {
        "/api/v1/stations/": {"get", "post"},
        "/api/v1/stations/{id}/": {"get", "patch"},
        "/api/v1/stations/{id}/close/": {"post"},
        "/api/v1/stations/{id}/strength/": {"get"},
    }
    assert as_user(None).get("/api/v1/schema/").status_code == 403
    assert as_user(None).get("/api/v1/docs/").status_code == 403
    assert ("<style" in page, "onload" in page, page.count("<script>")) == (False, False, 0)
    assert "swagger-ui-bundle.js" in page
