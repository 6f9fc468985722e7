"""Every page at both widths: no axe or policy violation, no script error, no overflow."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from tests.e2e.site import NARROW, WIDE, context_of
from tests.matrix.fragments import FRAGMENTS
from tests.test_access_matrix import ROUTES

pytestmark = pytest.mark.e2e

PROVINCE, CITY, COUNTY, LEAD = "990101", "990201", "990301", "990401"
ADMINISTRATORS = ("990901", "990902", "990903")
#: Addresses that answer something else than a page of the site, or only a POST.
NOT_A_PAGE = {
    "home", "healthz", "readyz", "accounts:columns", "accounts:language",
    "accounts:logout", "accounts:session-end",
    "accounts:sessions-end-others", "accounts:inbox-read", "accounts:inbox-read-all",
    "accounts:second-factor-qr", "accounts:second-factor-remove", "accounts:second-factor-codes",
    "accounts:second-factor-verify", "accounts:notice", "access:user-unlock",
    "access:user-sessions-end", "access:grant-decide", "stations:own", "stations:board-renew",
    "stations:box-emptied", "stations:document-download", "stations:import-template",
    "stations:import-commit", "stations:import-errors", "stations:import-cancel",
    "stations:import-progress",
    "stations:calendar-confirm", "reports:coverage-export", "api:schema", "api:docs",
    "api:station-list", "api:station-detail", "api:station-close", "api:coverage",
}  # fmt: skip
#: Pages that exist only in a state the demonstration does not hold; other tests open them.
NEEDS_A_STATE = {
    "access:user-reactivate",
    "access:user-second-factor",
    "access:grant-detail",
    "stations:import-detail",
    "stations:rename",
    "stations:calendar-day-remove",
    "stations:resume",
}

for fragment in FRAGMENTS:
    NOT_A_PAGE |= fragment.NOT_A_PAGE
    NEEDS_A_STATE |= fragment.NEEDS_A_STATE

#: Lists whose first row shows what the first row of the whole list does not, and the tab to open.
FURTHER = (
    ("/stations/?kind=center", "coverage/"),
    ("/universities/?level=college", ""),
    ("/bureaus/?kind=county", "move/"),
)

#: How many records of a list are looked through for links that no page had so far.
ROWS_MOST = 20

#: What each reader opens besides: a page, or ("row") the records of a list; an address is walked
#: once, and what may be done with a record depends on its state and on who looks.
BESIDES = {
    PROVINCE: (("/incidents/urgent/", "row"), ("/incidents/search/?q=电动车", "page")),
    CITY: (
        ("/incidents/categories/?stopped=on", "page"),
        ("/duty/strength/", "page"),
        ("/duty/arrangements/", "page"),
        ("/duty/arrangements/", "row"),
        ("/duty/plans/", "page"),
        ("/duty/plans/", "row"),
        ("/duty/drills/", "page"),
        ("/duty/drills/", "row"),
    ),
    LEAD: (
        ("/incidents/?state=handling", "row"),
        ("/incidents/?state=closed", "row"),
        ("/incidents/places/?stopped=on", "page"),
        ("/incidents/clocks/", "page"),
        ("/incidents/urgent/", "page"),
        ("/incidents/urgent/?state=open", "row"),
        ("/incidents/leads/?state=open", "row"),
        ("/incidents/tasks/?state=open", "row"),
        ("/incidents/transfers/?state=open", "row"),
        ("/incidents/disputes/?state=open", "row"),
        ("/incidents/hazards/?state=open", "row"),
        ("/incidents/evidence/", "page"),
        ("/incidents/outreach/", "row"),
        ("/incidents/registers/", "page"),
        ("/incidents/imports/", "row"),
        ("/incidents/offline/records/", "row"),
        ("/duty/orders/?state=running", "row"),
        ("/duty/directives/?state=open", "row"),
        ("/duty/workbench/", "page"),
        ("/duty/presence/", "page"),
        ("/duty/roster/", "page"),
        ("/duty/handover/", "page"),
        ("/duty/log/", "page"),
        ("/duty/comms/", "page"),
        ("/meetings/", "page"),
    ),
    COUNTY: (
        ("/incidents/urgent/?state=open", "row"),
        ("/incidents/leads/?state=open", "row"),
        ("/incidents/tasks/?state=open", "row"),
        ("/incidents/hazards/?state=open", "row"),
        ("/duty/orders/?state=running", "row"),
        ("/duty/triggers/?state=planned", "row"),
        ("/duty/directives/?state=open", "row"),
    ),
}


class Visit:
    """What one reader's walk found."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: dict[str, str] = {}
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _console(self, message) -> None:
        if message.type == "error" and "404" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def first_row(self, address: str, path: str) -> str:
        """Address of the first record of a list."""
        self.page.goto(f"{address}{path}")
        link = self.page.locator("table.table tbody a").first.get_attribute("href")
        assert link is not None
        return link

    def hunt(self, address: str, path: str, wanted: set[str]) -> None:
        """Walk on from the records of a list that lead to something `wanted` and not yet seen.

        The demonstration depends on the hour, so no record is known beforehand to have it.
        """
        self.page.goto(f"{address}{path}")
        rows = self.page.locator("table.table tbody tr a:first-of-type").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        for row in list(dict.fromkeys(rows))[:ROWS_MOST]:
            text = self.page.request.get(f"{address}{row}").text()
            found = {_name(href) for href in [row, *re.findall(r'href="(/[^"#]*)"', text)]}
            if found & (wanted - set(self.seen)):
                self.walk(address, row)

    def walk(self, address: str, start: str = "/") -> None:
        """Follow every link once per named address, breadth first."""
        queue, begun = deque([start]), False
        while queue:
            path = queue.popleft()
            name = _name(path)
            known = name in self.seen or name in NOT_A_PAGE
            if name is None or (known and begun):
                continue
            begun = True
            self.page.goto(f"{address}{path}")
            landed = _name(urlsplit(self.page.url).path) or name
            self.seen[name] = path
            self.seen[landed] = urlsplit(self.page.url).path
            for width, height in (NARROW, WIDE):  # opened wide, as it is left
                self.page.set_viewport_size({"width": width, "height": height})
                self._inspect(f"{landed} at {width} px")
            links = self.page.eval_on_selector_all(
                "a[href]",  # links in a drawing have an object as href, so read the attribute
                "all => all.map(a => new URL(a.getAttribute('href'), document.baseURI).href)",
            )
            queue.extend(
                urlsplit(link).path + (f"?{urlsplit(link).query}" if urlsplit(link).query else "")
                for link in links
                if link.startswith(address) and "export=" not in link
            )

    def _inspect(self, name: str) -> None:
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            self.complaints.append(f"{name} {self.page.url}: {overflow} px wider than the window")
        for violation in Axe().run(self.page).response["violations"]:
            nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
            self.complaints.append(f"{name} {self.page.url}: {violation['id']}: {nodes}")


def _name(path: str) -> str | None:
    try:
        return resolve(path.partition("?")[0]).view_name
    except Resolver404:
        return None


def test_every_page_is_accessible_and_quiet(
    open_as: Callable[..., Page], browser: Browser, address: str
) -> None:
    expected = {name for name in ROUTES if name not in NOT_A_PAGE | NEEDS_A_STATE}
    seen: dict[str, str] = {}
    complaints: list[str] = []
    for username in (PROVINCE, LEAD, COUNTY, CITY, *ADMINISTRATORS):
        visit = Visit(open_as(username, "/accounts/inbox/"))
        visit.seen.update(seen)
        visit.walk(address)
        if username == PROVINCE:
            for rows, tab in FURTHER:
                visit.walk(address, f"{visit.first_row(address, rows)}{tab}")
        for path, what in BESIDES.get(username, ()):
            if what == "row":
                visit.hunt(address, path, expected)
            else:
                visit.walk(address, path)
        seen.update(visit.seen)
        complaints += visit.complaints
    stranger = Visit(context_of(browser, WIDE).new_page())
    stranger.walk(address, "/accounts/login/")
    seen.update(stranger.seen)
    complaints += stranger.complaints
    stranger.page.context.close()
    complaints += [f"{name}: never seen" for name in sorted(expected - set(seen))]
    assert not complaints, "\n".join(complaints)


def test_numbers_on_the_page_are_real(open_as: Callable[..., Page]) -> None:
    page = open_as(PROVINCE, "/reports/coverage/")
    total = page.locator("table.heat tbody tr").last.inner_text()
    assert re.match(r"\S+\s+172\s+204\s", total)
