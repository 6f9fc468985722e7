"""What the tests of places share."""

from __future__ import annotations

import io

import python_calamine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from policeroom.common.roles import Role
from policeroom.common.scope import Scope, ScopeGrant
from stations.models import OrgUnit


def scope_at(unit: OrgUnit, role: Role = Role.PROVINCE) -> Scope:
    """The scope of one role on one unit; provincial staff where none is named."""
    return Scope((ScopeGrant(role, unit.pk, unit.name, unit.org_path),))


def in_english(client: Client) -> Client:
    """The same client, reading English: messages are compared in the language of their msgids."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def text_of(client: Client, url: str, **params: str) -> str:
    """The text of a page that answers 200."""
    response = client.get(url, params)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def first_column(response: HttpResponse) -> list[str]:
    """The first cell of every row of a list page."""
    return [row.cells[0].text for row in response.context["table"].rows]


def sheet(response: HttpResponse) -> list[list[object]]:
    """The cells of an exported workbook."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(response.content))
    return book.get_sheet_by_index(0).to_python()
