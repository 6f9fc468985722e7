"""Methods and tokens: nothing is written without a token, no method opens what GET refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.test import Client
from django.urls import reverse

from policeroom.accounts.models import User
from policeroom.common.roles import Role
from tests.security.crawl import addresses
from tests.test_access_matrix import ROUTES, Target
from tests.world import PASSWORD, World, make_user

pytestmark = pytest.mark.integration

SignIn = Callable[[User | None], Client]
BACKEND = "django.contrib.auth.backends.ModelBackend"
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)


@pytest.mark.parametrize("role", [Role.PROVINCE, *ADMINISTRATORS])
def test_no_post_is_accepted_without_the_token(
    world: World, targets: dict[str, list[Target]], role: Role
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("600001", "无令牌", world.province, role), backend=BACKEND)
    for url in addresses(targets):
        response = client.post(url, {})
        # an address that takes no POST may say so instead; the API asks who may first
        assert response.status_code in {403, 404, 405}, url
    assert client.session[SESSION_KEY]


def test_the_sign_in_needs_the_token(world: World) -> None:
    make_user("600001", "无令牌", world.province, Role.PROVINCE)
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("accounts:login"), {"username": "600001", "password": PASSWORD})
    assert response.status_code == 403
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("method", ["head", "options", "put", "patch", "delete", "trace"])
def test_no_method_opens_what_get_refuses(
    world: World,
    targets: dict[str, list[Target]],
    other_city_supervisor: User,
    as_user: SignIn,
    method: str,
) -> None:
    """Somebody of the other city, on every object of city A: what GET hides stays hidden."""
    client = as_user(other_city_supervisor)
    client.raise_request_exception = False
    wrong = []
    for url in addresses(targets):
        with transaction.atomic():
            shown = client.get(url).status_code
            asked = getattr(client, method)(url)
            transaction.set_rollback(True)
        fine = {shown} if method == "head" else {shown, 403, 404, 405}
        if method == "options":
            fine |= {200}  # the list of methods, the same for every object
        if asked.status_code not in fine or (method == "head" and asked.content):
            wrong.append(f"{method} {url}: {asked.status_code}, GET {shown}")
    assert "\n".join(wrong) == ""


def test_the_answer_to_options_is_the_same_for_every_object(
    world: World, other_city_supervisor: User, as_user: SignIn
) -> None:
    client = as_user(other_city_supervisor)
    for name in ("stations:university-detail", "stations:campus-detail", "api:station-detail"):
        answers = {
            client.options(reverse(name, args=[pk])).content
            for pk in (world.station_a1.pk, world.station_b1.pk, 987654)
        }
        assert len(answers) == 1, name


def test_unlisted_fields_of_a_send_change_nothing(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    """Mass assignment: fields the form does not have are not read."""
    client, campus = as_user(city_supervisor), world.campus_a_main
    before = (campus.code, campus.org_path, campus.university_id)
    response = client.post(
        reverse("stations:campus-edit", args=[campus.pk]),
        {
            "name": "新名",
            "unit": world.county_a1.pk,
            "status": campus.status,
            "valid_from": "2026-03-01",
            "code": "000000000000",
            "org_path": world.city_b.org_path,
            "university": world.university_b.pk,
            "id": world.campus_b_main.pk,
        },
    )
    assert response.status_code == 302
    campus.refresh_from_db()
    assert campus.name == "新名"
    assert (campus.code, campus.org_path, campus.university_id) == before


@pytest.mark.parametrize("name", ["org_path", "id", "unit", "code", "name", "operator", "kind"])
def test_the_api_refuses_fields_it_does_not_list(
    world: World, province_staff: User, as_user: SignIn, name: str
) -> None:
    response = as_user(province_staff).patch(
        reverse("api:station-detail", args=[world.station_a1.pk]),
        {name: "1"},
        content_type="application/json",
    )
    assert response.status_code == 400
    assert set(response.json()["errors"]) == {name}


def test_signing_in_gives_a_new_session(world: World) -> None:
    """A key planted before the sign-in is worth nothing after it."""
    make_user("600001", "新会话", world.province, Role.PROVINCE)
    client = Client()
    client.get(reverse("accounts:login"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    client.post(reverse("accounts:login"), {"username": "600001", "password": PASSWORD})
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get(reverse("accounts:sessions")).status_code == 302


def test_every_address_is_tried() -> None:
    assert len(ROUTES) > 100
