"""Names that are markup, templates or formulas are shown as the text they are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from policeroom.accounts.models import User
from policeroom.common.export import download, safe_text, xlsx_bytes
from policeroom.common.models import AuditEvent, Notification
from policeroom.common.notify import notify
from stations.models import (
    Campus,
    CampusVersion,
    Cluster,
    Document,
    DocumentVersion,
    EquipmentItem,
    ImportJob,
    OrgUnit,
    Station,
    StationVersion,
    University,
    UniversityVersion,
)
from tests.security.crawl import Visitor
from tests.test_access_matrix import Target
from tests.world import World

pytestmark = pytest.mark.integration

Visit = Callable[[str], Visitor]
MARKUP = '<img src=x onerror=alert(1)>"\'{{7*7}}{% now "Y" %}'
FORMULA = "=HYPERLINK(1)"
NAMED = (
    OrgUnit,
    Station,
    StationVersion,
    University,
    UniversityVersion,
    Campus,
    CampusVersion,
    Cluster,
    EquipmentItem,
)


def call_everything(name: str) -> None:
    """Give every named record the name, past the services, as an old import might have."""
    for model in NAMED:
        rows = getattr(model, "everything", model._default_manager)
        for row in rows.all():
            rows.filter(pk=row.pk).update(name=f"{name}{row.pk}"[:60])
    Document.everything.update(title=name[:60])
    User.objects.update(name=name[:50], unit_name=name[:50])


@pytest.mark.parametrize("who", ["province", "security_admin", "audit_admin"])
def test_markup_in_names_is_text_on_every_page(
    visit: Visit, targets: dict[str, list[Target]], who: str
) -> None:
    visitor, raw, shown, number = visit(who), [], 0, 0
    call_everything(MARKUP)
    AuditEvent.objects.create(action=MARKUP[:60], actor_name=MARKUP, object_label=MARKUP)
    for url, response in visitor.pages(targets):
        number += 1
        if "html" not in response.headers["Content-Type"]:
            continue
        text = response.content.decode()
        shown += "&lt;img src=x" in text
        if "<img src=x" in text or (
            "49" in text and "&lt;img src=x onerror=alert(1)&gt;&quot;&#x27;49" in text
        ):
            raw.append(url)
    assert raw == []
    assert shown > 10
    assert number > 10


def test_markup_in_a_message_and_a_notification_is_text(
    world: World, city_supervisor: User, as_user: Callable[[User | None], Client]
) -> None:
    client = as_user(city_supervisor)
    answer = client.post(
        reverse("stations:cluster-new"),
        {"name": MARKUP, "unit": world.county_a1.pk},
        follow=True,
    )
    notify([city_supervisor], kind="x", title=MARKUP, body=MARKUP, url="", key="x")
    inbox = client.get(reverse("accounts:inbox"))

    for page in (answer, inbox):
        assert "&lt;img src=x" in page.content.decode()
        assert "<img src=x" not in page.content.decode()
    assert Notification.objects.filter(recipient=city_supervisor).exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_name_that_is_a_formula_leaves_every_list_as_text(
    visit: Visit, world: World, kind: str
) -> None:
    visitor = visit("province")
    call_everything(FORMULA)
    for name in ("list", "university-list", "campus-list", "bureau-list", "cluster-list"):
        response = visitor.get(f"{reverse(f'stations:{name}')}?export={kind}")
        cells = _cells(response, kind)
        assert any(FORMULA in cell for cell in cells), name
        assert [c for c in cells if c.startswith(("=", "+", "@"))] == []


def _cells(response: HttpResponse, kind: str) -> list[str]:
    if kind == "csv":
        rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    else:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
        rows = sheet.to_python()
    return [str(cell) for row in rows for cell in row]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_full_width_signs_are_formulas_too(start: str) -> None:
    assert safe_text(f"{start}1+1").startswith("'")


@pytest.mark.parametrize("title", ["a/b", "'", "", "[]:*?/\\", "x\ny\x07", "'quoted'", "长" * 60])
def test_any_title_is_a_sheet_name(title: str) -> None:
    assert xlsx_bytes(title=title, columns=["c"], rows=[]).startswith(b"PK")


def test_a_download_name_stays_in_its_header() -> None:
    response = download(b"", 'a\r\nX-Evil: 1"; filename=b/../c.xlsx')
    value = response.headers["Content-Disposition"]
    assert value.startswith("attachment; filename*=UTF-8''")
    assert not {"\r", "\n", '"', "/", " "} & set(value.removeprefix("attachment; "))


def test_names_of_downloads_are_quoted(visit: Visit, targets: dict[str, list[Target]]) -> None:
    visitor = visit("province")
    call_everything('/"\r\n;x')
    DocumentVersion.everything.update(filename='/"\r\n;x.pdf')
    ImportJob.everything.update(filename='/"\r\n;x.csv')
    station, job = targets["station"][0].kwargs, targets["job"][0].kwargs
    file = reverse("stations:document-download", kwargs=targets["version"][0].kwargs)
    for url in (
        file,
        f"{reverse('stations:documents', kwargs=station)}?export=csv",
        f"{reverse('stations:equipment', kwargs=station)}?export=xlsx",
        reverse("stations:import-errors", kwargs=job),
        reverse("reports:coverage-export"),
    ):
        kind, _sign, name = visitor.get(url).headers["Content-Disposition"].partition(";")
        assert kind == "attachment"
        assert name.startswith(" filename*=UTF-8''")
        assert not {"\r", "\n", '"', "/", ";"} & set(name), url
