"""Nothing of another city reaches anybody of this one: pages, links, exports, pickers, errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from tests.security.conftest import CITY_A
from tests.security.crawl import Visitor, addresses, filled, form_of, keys_of, text_of
from tests.test_access_matrix import ABSENT, Target
from tests.world import World

pytestmark = pytest.mark.integration

Visit = Callable[[str], Visitor]
#: Words that occur only in city B: its bureaus, its university, its room, and the campus there.
OF_CITY_B = re.compile(r"云川|云东|B0001|yunchuan|yundong")


@pytest.mark.parametrize("who", sorted(CITY_A))
def test_no_page_link_or_export_names_the_other_city(
    visit: Visit, targets: dict[str, list[Target]], who: str
) -> None:
    visitor, leaks, number = visit(who), [], 0
    for url, response in visitor.pages(targets):
        number += 1
        found = OF_CITY_B.search(text_of(response))
        if found:
            leaks.append(
                f"{url}: {text_of(response)[max(0, found.start() - 60) : found.end() + 20]}"
            )
    assert "\n".join(leaks) == ""
    assert number > 50


def test_the_words_exist_for_those_who_may_read_them(
    visit: Visit, targets: dict[str, list[Target]]
) -> None:
    """The test above would find them: the province reads them on the same lists."""
    visitor = visit("province")
    for name in ("stations:list", "stations:university-list", "stations:bureau-list"):
        assert OF_CITY_B.search(text_of(visitor.get(reverse(name))))
        assert OF_CITY_B.search(text_of(visitor.get(f"{reverse(name)}?export=xlsx")))


#: Pages whose form is sent to another address.
SENT_TO = {"/incidents/capture/": "/incidents/quick/"}
#: Pages whose form asks a question and changes nothing: sent as a query.
ASKED = {"/people/strength/what-if/"}


@pytest.mark.parametrize("who", ["city", "station_lead"])
def test_every_foreign_key_refuses_a_row_from_outside_like_an_absent_one(
    visit: Visit, targets: dict[str, list[Target]], who: str
) -> None:
    visitor, differing, tried = visit(who), [], 0
    for url in addresses(targets):
        response = visitor.get(url)
        form = form_of(response) if response.status_code == 200 else None
        if form is None or form.is_bound:
            continue
        for name, field in keys_of(form):
            outside = _outside(field)
            if outside is None:
                continue
            tried += 1
            answers = []
            for key in (outside, ABSENT):
                sent = _send(visitor, url, {**filled(form), name: key})
                answers.append((sent.status_code, str(_errors(sent)).replace(str(key), "KEY")))
            if answers[0] != answers[1] or not answers[0][1]:
                differing.append(f"{url} {name}: {answers}")
    assert "\n".join(differing) == ""
    assert tried >= {"city": 10, "station_lead": 1}[who]


def _send(visitor: Any, url: str, data: dict[str, Any]) -> Any:
    if url in ASKED:
        return visitor.get(f"{url}?{urlencode(data, doseq=True)}")
    return visitor.post(SENT_TO.get(url, url), data)


def _outside(field: Any) -> int | None:
    """A row of the field's model that exists and is no choice."""
    model = field.queryset.model
    rows = getattr(model, "everything", model._default_manager)
    return (
        rows.exclude(pk__in=list(field.queryset.values_list("pk", flat=True)))
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )


def _errors(response: Any) -> Any:
    form = form_of(response)
    return form.errors.get_json_data() if form is not None else ""


def test_search_and_filters_do_not_count_what_they_hide(
    visit: Visit, targets: dict[str, list[Target]], world: World
) -> None:
    visitor = visit("city")
    for text in ("云川", "云东", "B0001", "4199010002", "yunchuan"):
        found = visitor.get(f"{reverse('search')}?q={text}").context["found"]
        assert found == 0
    for name, key in (("stations:list", "bureau"), ("stations:university-list", "unit")):
        outside = visitor.get(f"{reverse(name)}?{key}={world.county_b1.pk}")
        absent = visitor.get(f"{reverse(name)}?{key}={ABSENT}")
        assert outside.context["filters"].errors == absent.context["filters"].errors


def test_a_foreign_area_of_the_report_is_as_absent_as_one_that_is_none(
    visit: Visit, world: World
) -> None:
    visitor = visit("city")
    for name in ("reports:coverage", "reports:gap-list", "reports:coverage-export", "api:coverage"):
        outside = visitor.get(f"{reverse(name)}?area={world.city_b.org_path}")
        absent = visitor.get(f"{reverse(name)}?area=97")
        assert outside.status_code == absent.status_code == 404
        assert outside.content == absent.content
