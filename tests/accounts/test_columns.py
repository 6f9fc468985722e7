"""A list remembers the columns somebody chose for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent

pytestmark = pytest.mark.integration

LIST = reverse("stations:list")
CHOICE = reverse("accounts:columns")


def heads(client: Client, query: str = "") -> list[str]:
    return [head.key for head in client.get(f"{LIST}{query}").context["table"].columns]


def test_a_choice_holds_on_the_next_visit_and_for_this_person_only(
    city_supervisor: User, county_staff: User, as_user: Callable[[User | None], Client]
) -> None:
    client, other = as_user(city_supervisor), as_user(county_staff)
    usual = heads(client)

    response = client.post(CHOICE, {"next": LIST, "col": ["operator", "code"]})

    assert (response.status_code, response["Location"]) == (302, LIST)
    assert heads(client) == [key for key in usual if key in {usual[0], "operator", "code"}]
    assert heads(other) == usual
    event = AuditEvent.objects.unscoped("the test reads").get(action="account.columns")
    assert event.after["list"] == "stations:list"


def test_the_filter_of_the_address_comes_back_with_the_new_columns(
    city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    page = client.get(f"{LIST}?q=澜江&col=code&cursor=x")

    back = page.context["columns_of"]
    response = client.post(CHOICE, {"next": back, "col": ["operator"]})

    assert "col=" not in back
    assert "cursor=" not in back
    assert response["Location"] == back
    assert client.get(back).context["filters"].cleaned_data["q"] == "澜江"


def test_columns_named_by_the_address_go_before_the_choice(
    city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    first = heads(client)[0]
    client.post(CHOICE, {"next": LIST, "col": ["operator"]})

    shown = heads(client, "?col=code")

    assert shown == [first, "code"]
    body = client.get(f"{LIST}?col=code").content.decode()
    assert '<input type="hidden" name="col" value="code">' in body


def test_a_reset_brings_the_usual_columns_back(
    city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    usual = heads(client)
    client.post(CHOICE, {"next": LIST, "col": ["operator"]})
    assert 'name="reset"' in client.get(LIST).content.decode()

    client.post(CHOICE, {"next": LIST, "col": ["operator"], "reset": "1"})

    city_supervisor.refresh_from_db()
    assert heads(client) == usual
    assert city_supervisor.list_columns == {}
    assert 'name="reset"' not in client.get(LIST).content.decode()


def test_no_column_ticked_leaves_the_first_one(
    city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    first = heads(client)[0]

    client.post(CHOICE, {"next": LIST})

    assert heads(client) == [first]


def test_the_export_follows_the_choice(
    city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    client.post(CHOICE, {"next": LIST, "col": ["operator"]})
    on_screen = [head.label for head in client.get(LIST).context["table"].columns]

    exported = client.get(f"{LIST}?export=csv").content.decode("utf-8-sig")

    assert next(csv.reader(io.StringIO(exported))) == on_screen


def test_lists_are_remembered_one_by_one(
    city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    client.post(CHOICE, {"next": LIST, "col": ["operator"]})
    client.post(CHOICE, {"next": reverse("stations:campus-list"), "col": ["code"]})

    city_supervisor.refresh_from_db()
    assert set(city_supervisor.list_columns) == {"stations:list", "stations:campus-list"}


def test_a_column_that_is_none_is_refused_and_nothing_is_kept(
    city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)

    response = client.post(CHOICE, {"next": LIST, "col": ["password"]}, follow=True)

    city_supervisor.refresh_from_db()
    assert city_supervisor.list_columns == {}
    assert "does not exist any more" in response.content.decode()


@pytest.mark.parametrize(
    "address", ["/stations/987/", "/accounts/inbox/", "/nowhere/", reverse("access:audit-list")]
)
def test_what_is_no_list_of_the_reader_does_not_exist(
    city_supervisor: User, as_user: Callable[[User | None], Client], address: str
) -> None:
    response = as_user(city_supervisor).post(CHOICE, {"next": address, "col": ["code"]})

    city_supervisor.refresh_from_db()
    assert response.status_code == 404
    assert city_supervisor.list_columns == {}
