"""What no person types: every form, parameter and field answers with a page, never a 500."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from policeroom.accounts.models import User
from policeroom.common.days import FIRST_DAY, LAST_DAY, read_day
from policeroom.common.forms import DayField
from policeroom.common.paging import keyset_page
from stations.models import OrgUnit, StationSuspension
from tests.security.crawl import Visitor, addresses, filled, form_of
from tests.test_access_matrix import Target
from tests.world import START, World

pytestmark = pytest.mark.integration

Visit = Callable[[str], Visitor]
SignIn = Callable[[User | None], Client]
ROOT = Path(__file__).resolve().parents[2]
NUL = "a\x00b"
#: Parameters that some page reads without a form, or that a filter reads.
PARAMETERS = [
    "q",
    "on",
    "unit",
    "bureau",
    "area",
    "cursor",
    "sort",
    "col",
    "day",
    "year",
    "kind",
    "campus",
    "user",
    "since",
    "until",
    "next",
]
WORDS = ["9" * 40, "0001-01-01", "9999-12-31", "²𠮷😀" + "x" * 3000]
#: One value per kind of field that its type allows at first sight.
EDGES: tuple[tuple[type[forms.Field], tuple[str, ...]], ...] = (
    (forms.DateField, ("0001-01-01", "9999-12-31")),
    (forms.IntegerField, ("9" * 40, "-1", "2147483648")),
    (forms.DecimalField, ("1e400", "NaN", "-1")),
    (forms.ChoiceField, (NUL, "9" * 40, "1e400")),
    (forms.ModelChoiceField, (NUL, "9" * 40, "²")),
    (forms.CharField, (NUL, "𠮷😀", "x" * 3000)),
)


@pytest.mark.parametrize("who", ["province", "system_admin", "audit_admin"])
def test_no_parameter_of_any_page_breaks_it(
    visit: Visit, targets: dict[str, list[Target]], who: str
) -> None:
    visitor, broken, tried = visit(who), [], 0
    visitor.client.raise_request_exception = False
    for url in addresses(targets):
        if visitor.get(url).status_code != 200:
            continue
        for word in WORDS:
            tried += 1
            query = dict.fromkeys(PARAMETERS, word)
            response = visitor.client.get(url, query)
            if response.status_code >= 500:
                broken.append(f"{url} {word[:20]}: {response.status_code}")
    assert "\n".join(broken) == ""
    assert tried > 25


def test_a_nul_in_the_address_is_a_bad_request_everywhere(
    visit: Visit, targets: dict[str, list[Target]]
) -> None:
    visitor = visit("province")
    visitor.client.raise_request_exception = False
    for url in addresses(targets):
        assert visitor.client.get(url, {"q": NUL}).status_code == 400, url
    assert visitor.client.get("/imports/template/%00/").status_code == 400
    assert visitor.client.get("/search/", {"q": "%00"}).status_code == 200  # the three characters


@pytest.mark.parametrize("who", ["province", "station_lead", "system_admin"])
def test_no_edge_value_of_any_form_field_breaks_it(
    visit: Visit, targets: dict[str, list[Target]], who: str
) -> None:
    visitor, broken, tried = visit(who), [], 0
    visitor.client.raise_request_exception = False
    for url in addresses(targets):
        response = visitor.get(url)
        form = form_of(response) if response.status_code == 200 else None
        if form is None:
            continue
        base = filled(form) | _sensible(form)
        for bound in form:
            for value in _edges(bound.field):
                tried += 1
                sent = visitor.post(url, {**base, bound.html_name: value})
                if sent.status_code >= 500:
                    broken.append(f"{url} {bound.html_name}={value[:20]!r}")
    assert "\n".join(broken) == ""
    assert tried > 15


def _edges(field: forms.Field) -> tuple[str, ...]:
    return next((values for kind, values in EDGES if isinstance(field, kind)), ())


def _sensible(form: forms.BaseForm) -> dict[str, Any]:
    """Something valid in every empty field, so that the service is reached."""
    values: dict[str, Any] = {}
    today = dt.date.today().isoformat()  # noqa: DTZ011 -- any recent day does
    for bound in form:
        field, value = bound.field, bound.value()
        if isinstance(field, forms.FileField):
            values[bound.html_name] = SimpleUploadedFile("a.pdf", b"%PDF-1.4 %%EOF")
        elif value not in (None, "", [], False):
            continue
        elif isinstance(field, forms.ModelMultipleChoiceField):
            values[bound.html_name] = []
        elif isinstance(field, forms.ModelChoiceField):
            first = field.queryset.first()
            values[bound.html_name] = "" if first is None else first.pk
        elif isinstance(field, forms.ChoiceField):
            values[bound.html_name] = next((key for key, _label in field.choices if key), "")
        elif isinstance(field, forms.DateField):
            values[bound.html_name] = today
        elif isinstance(field, forms.IntegerField):
            values[bound.html_name] = "5"
        elif isinstance(field, forms.CharField):
            values[bound.html_name] = "abc"
    return values


# --- one test for each flaw found -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("1799-12-31", None, id="just-before"),
        pytest.param("1800-01-01", FIRST_DAY, id="first"),
        pytest.param("2199-12-31", LAST_DAY, id="last"),
        pytest.param("2200-01-01", None, id="just-after"),
        pytest.param("2026-02-30", None, id="no-day"),
        pytest.param("someday", None, id="no-date"),
    ],
)
def test_days_end_where_the_day_before_and_after_still_exist(
    text: str, day: dt.date | None
) -> None:
    assert read_day(text) == day
    if day is None:
        with pytest.raises(ValidationError):
            DayField().clean(text)
    else:
        assert DayField().clean(text) == day


def test_every_day_of_a_form_or_serializer_is_limited() -> None:
    plain = re.compile(r"\b(forms|serializers)\.DateField\(")
    roots = ("policeroom", "stations", "personnel", "compliance", "reports")
    hits = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for root in roots
        for path in (ROOT / root).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if plain.search(line) and not line.startswith("class DayField(")
    ]
    # these are answers, not input
    assert hits == [
        "personnel/serializers.py: day = serializers.DateField()",
        "reports/api.py: day = serializers.DateField()",
    ]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([None, None], id="null"),
        pytest.param([{}, {}], id="objects"),
        pytest.param([[1], [2]], id="lists"),
        pytest.param(["\x00", 1], id="nul"),
        pytest.param(["\ud800", 1], id="surrogate"),
        pytest.param(["99", 10**40], id="huge"),
    ],
)
def test_a_forged_cursor_starts_at_the_first_page(
    world: World, province_staff: User, as_user: SignIn, values: list[Any]
) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    rows = OrgUnit.objects.unscoped("test")
    first = keyset_page(rows, order=("org_path", "id"), cursor="", size=2)

    page = keyset_page(rows, order=("org_path", "id"), cursor=cursor, size=2)
    answer = as_user(province_staff).get(reverse("stations:list"), {"cursor": cursor})

    assert page.rows == first.rows
    assert answer.status_code == 200


def test_a_cursor_of_another_order_starts_at_the_first_page(world: World) -> None:
    rows = OrgUnit.objects.unscoped("test")
    other = keyset_page(rows, order=("name", "id"), cursor="", size=2).next_cursor

    page = keyset_page(rows, order=("org_path", "id"), cursor=other, size=2)

    assert page.rows == list(rows.order_by("org_path", "id")[:2])


def test_an_infinite_key_in_the_api_is_a_bad_request(
    world: World, province_staff: User, as_user: SignIn
) -> None:
    response = as_user(province_staff).patch(
        reverse("api:station-detail", args=[world.station_a1.pk]),
        '{"campus": 1e400}',
        content_type="application/json",
    )

    assert response.status_code == 400
    assert "campus" in response.json()["errors"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_an_impossible_day_in_the_api_is_a_bad_request(
    world: World, province_staff: User, as_user: SignIn, day: str
) -> None:
    response = as_user(province_staff).post(
        reverse("api:station-close", args=[world.station_a1.pk]),
        {"on": day, "reason": "x"},
        content_type="application/json",
    )

    assert response.status_code == 400
    assert "on" in response.json()["errors"]


def test_a_suspension_that_ends_before_it_begins_is_refused_at_its_field(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    response = as_user(city_supervisor).post(
        reverse("stations:suspend", args=[world.station_a1.pk]),
        {
            "valid_from": "2026-03-02",
            "valid_to": "2026-03-01",
            "reason": "repair",
            "document_no": "1",
        },
    )

    assert response.status_code == 422
    assert "valid_to" in response.context["form"].errors
    assert not StationSuspension.everything.exists()


def test_an_interval_refuses_an_end_before_its_start(world: World) -> None:
    row = StationSuspension(
        station=world.station_a1,
        valid_from=START + dt.timedelta(days=1),
        valid_to=START,
        reason="x",
        document_no="1",
    )
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert set(refusal.value.message_dict) == {"valid_to"}


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("nowhere", id="word"),
        pytest.param("stations:list", id="name-of-a-view"),
        pytest.param("//evil.example", id="no-scheme"),
        pytest.param("https://evil.example/", id="other-host"),
        pytest.param("/\\evil.example", id="backslash"),
        pytest.param("javascript:alert(1)", id="script"),
    ],
)
@pytest.mark.parametrize("page", ["accounts:login", "accounts:language"])
def test_next_leads_home_unless_it_is_a_path_of_this_site(
    officer: User, as_user: SignIn, page: str, target: str
) -> None:
    client = as_user(officer)
    data = {"language": "en", "next": target}
    response = client.post(reverse(page), data)
    assert response.status_code == 302
    assert response["Location"] == reverse("home")


@pytest.mark.parametrize("username", ["x" * 5000, "\ufdfa" * 200, NUL, "𠮷😀", "' OR 1=1 --"])
def test_no_user_name_breaks_the_sign_in(db: None, client: Client, username: str) -> None:
    client.raise_request_exception = False
    response = client.post(reverse("accounts:login"), {"username": username, "password": NUL})
    again = client.post(reverse("accounts:login"), {"username": username, "password": "x" * 5000})
    assert (response.status_code, again.status_code) == (200, 200)
