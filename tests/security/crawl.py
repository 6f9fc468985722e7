"""A visitor that opens every address of the site that answers, and follows every link."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from django.db import transaction
from django.forms import BaseForm, FileField, ModelChoiceField
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from python_calamine import CalamineWorkbook

from tests.test_access_matrix import NOTHING, ROUTES, Target

HREF = re.compile(rb'(?:href|hx-get)="([^"#]+)')
#: Links to one view with the same parameters that are followed.
ALIKE = 1
SKIP = {"accounts:logout", "accounts:sessions-end-others"}


@dataclass
class Visitor:
    """One signed-in browser."""

    client: Client
    seen: dict[str, HttpResponse] = field(default_factory=dict)

    def get(self, url: str) -> HttpResponse:
        """The answer, remembered; what the page wrote (exports are audited) is undone."""
        if url not in self.seen:
            with transaction.atomic():
                self.seen[url] = self.client.get(url)
                transaction.set_rollback(True)
        return self.seen[url]

    def post(self, url: str, data: dict[str, Any]) -> HttpResponse:
        """The answer to a send that leaves no trace."""
        with transaction.atomic():
            response = self.client.post(url, data)
            transaction.set_rollback(True)
        return response

    def pages(self, targets: dict[str, list[Target]]) -> Iterator[tuple[str, HttpResponse]]:
        """Every address that answers with a page, then every link and export on them."""
        waiting = [
            reverse(name, kwargs=target.kwargs)
            for name, route in ROUTES.items()
            if name not in SKIP
            for target in (targets[route.kind] if route.kind else [NOTHING])
        ]
        known, shapes = set(waiting), Counter[str]()
        while waiting:
            url = waiting.pop()
            response = self.get(url)
            if response.status_code != 200:
                continue
            yield url, response
            for link in sorted(_links(url, response) - known):
                known.add(link)
                shapes[_shape(link)] += 1
                if shapes[_shape(link)] <= ALIKE:
                    waiting.append(link)


def _links(url: str, response: HttpResponse) -> set[str]:
    """Addresses of this site on a page; sort and column links of one list count once."""
    if "html" not in response.headers["Content-Type"]:
        return set()
    found = {urljoin(url, html.unescape(raw.decode())) for raw in HREF.findall(response.content)}
    return {
        link
        for link in found
        if not urlsplit(link).netloc
        and "/static/" not in link
        and "/logout" not in link
        and not {"sort", "col"} & set(parse_qs(urlsplit(link).query))
    }


def _shape(link: str) -> str:
    """What makes two links alike: the same view and the same parameters."""
    parts = urlsplit(link)
    query = parse_qs(parts.query)
    return f"{resolve(parts.path).view_name} {sorted(query)} {query.get('export')}"


def text_of(response: HttpResponse) -> str:
    """Everything a reader gets: body, names of downloads, cells of spreadsheets."""
    body = response.content
    if body.startswith(b"PK\x03\x04"):
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
        text = "\n".join(str(cell) for row in sheet.to_python() for cell in row)
    else:
        text = body.decode("utf-8", "replace")
        if "json" in response.headers.get("Content-Type", ""):
            text = text.encode().decode("unicode_escape", "replace") if "\\u" in text else text
    return f"{response.headers.get('Content-Disposition', '')}\n{text}"


def addresses(targets: dict[str, list[Target]]) -> list[str]:
    """Every address once, with the first object of its kind."""
    return [
        reverse(name, kwargs=(targets[route.kind][0] if route.kind else NOTHING).kwargs)
        for name, route in ROUTES.items()
        if name not in SKIP
    ]


def form_of(response: HttpResponse) -> BaseForm | None:
    """The form a page shows, if it shows one."""
    form = (response.context or {}).get("form") if response.context is not None else None
    return form if isinstance(form, BaseForm) else None


def filled(form: BaseForm) -> dict[str, Any]:
    """What the browser would send of the form as it is shown; files stay out."""
    values: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if isinstance(bound.field, FileField) or value in (None, "", False, []):
            continue
        values[bound.html_name] = "on" if value is True else getattr(value, "pk", value)
    return values


def keys_of(form: BaseForm) -> Iterator[tuple[str, ModelChoiceField]]:
    """Foreign-key fields of a form, by their names in the send."""
    for bound in form:
        if isinstance(bound.field, ModelChoiceField):
            yield bound.html_name, bound.field
