"""Photograph every key screen at both widths into the ignored folder .data/shots.

python -m policeroom.runner exec -- python scripts/shots.py [name ...]
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright  # noqa: E402

from policeroom.accounts.demo import DEMO_PASSWORD  # noqa: E402
from tests.e2e import site  # noqa: E402

#: name -> (account, address). "" is nobody.
SCREENS = {
    "sign-in": ("", "/accounts/login/"),
    "coverage": ("990101", "/reports/coverage/"),
    "coverage-city": ("990201", "/reports/coverage/"),
    "gaps": ("990101", "/reports/gaps/"),
    "gap": ("990101", "/reports/gaps/campus/1/"),
    "stations": ("990101", "/stations/"),
    "station": ("990101", "/stations/1/"),
    "station-lead": ("990401", "/"),
    "station-edit": ("990101", "/stations/1/edit/"),
    "station-new": ("990301", "/stations/new/"),
    "station-close": ("990101", "/stations/1/close/"),
    "station-coverage": ("990101", "/stations/1/coverage/"),
    "station-history": ("990101", "/stations/1/history/"),
    "premises": ("990101", "/stations/1/premises/"),
    "equipment": ("990101", "/stations/1/equipment/"),
    "documents": ("990101", "/stations/1/documents/"),
    "universities": ("990101", "/universities/"),
    "university": ("990101", "/universities/1/"),
    "campus": ("990101", "/campuses/1/"),
    "bureaus": ("990101", "/bureaus/"),
    "calendar": ("990101", "/calendar/"),
    "imports": ("990101", "/imports/"),
    "import-new": ("990101", "/imports/new/"),
    "parameters": ("990101", "/compliance/parameters/"),
    "inbox": ("990101", "/accounts/inbox/"),
    "search": ("990101", "/search/?q=澜江"),
    "password": ("990101", "/accounts/password/"),
    "second-factor": ("990101", "/accounts/second-factor/"),
    "sessions": ("990101", "/accounts/sessions/"),
    "users": ("990901", "/access/users/"),
    "user-new": ("990901", "/access/users/new/"),
    "grant-new": ("990901", "/access/grants/new/"),
    "grants": ("990902", "/access/grants/"),
    "review": ("990902", "/access/grants/review/"),
    "roles": ("990903", "/access/roles/"),
    "audit": ("990903", "/access/audit/"),
    "gap-room": ("990101", "/reports/gaps/station/1/"),
    "gap-university": ("990101", "/reports/gaps/university/1/"),
    "stations-empty": ("990101", "/stations/?q=zzzz"),
    "station-suspend": ("990101", "/stations/1/suspend/"),
    "station-rename": ("990101", "/stations/1/rename/"),
    "station-print": ("990101", "/stations/1/print/"),
    "station-centre": ("990101", "/stations/201/coverage/"),
    "link-new": ("990101", "/stations/201/links/new/"),
    "area-new": ("990101", "/stations/1/premises/areas/new/"),
    "board-new": ("990101", "/stations/1/premises/boards/new/"),
    "box-new": ("990101", "/stations/1/premises/boxes/new/"),
    "desk-new": ("990101", "/stations/1/premises/desks/new/"),
    "item": ("990101", "/stations/1/equipment/1/"),
    "item-new": ("990101", "/stations/1/equipment/new/"),
    "item-check": ("990101", "/stations/1/equipment/1/check/"),
    "document": ("990101", "/stations/1/documents/1/"),
    "document-new": ("990101", "/stations/1/documents/new/"),
    "version-new": ("990101", "/stations/1/documents/1/versions/new/"),
    "university-new": ("990101", "/universities/new/"),
    "university-edit": ("990101", "/universities/1/edit/"),
    "university-close": ("990101", "/universities/1/close/"),
    "designation-new": ("990101", "/universities/5/designations/new/"),
    "term-new": ("990101", "/universities/1/terms/new/"),
    "campuses": ("990101", "/campuses/"),
    "campus-new": ("990101", "/universities/1/campuses/new/"),
    "campus-edit": ("990101", "/campuses/1/edit/"),
    "campus-close": ("990101", "/campuses/1/close/"),
    "population-new": ("990101", "/campuses/1/populations/new/"),
    "university-towns": ("990101", "/university-towns/"),
    "university-town-new": ("990101", "/university-towns/new/"),
    "bureau": ("990101", "/bureaus/5/"),
    "bureau-new": ("990101", "/bureaus/new/"),
    "bureau-edit": ("990101", "/bureaus/5/edit/"),
    "calendar-provisional": ("990101", "/calendar/?year=2027"),
    "calendar-day-new": ("990101", "/calendar/days/new/"),
    "calendar-confirm": ("990101", "/calendar/2027/confirm/"),
    "import-populations": ("990101", "/imports/new/?kind=populations"),
    "parameter-new": ("990101", "/compliance/parameters/new/"),
    "notice": ("990101", "/accounts/notice/"),
    "search-empty": ("990101", "/search/?q=zzzz"),
    "search-blank": ("990101", "/search/"),
    "user": ("990901", "/access/users/9/"),
    "user-deactivate": ("990901", "/access/users/9/deactivate/"),
    "user-password": ("990901", "/access/users/9/password/"),
    "grant-end": ("990902", "/access/grants/5/end/"),
    "audit-event": ("990903", "/access/audit/30/"),
    "forbidden": ("990103", "/stations/1/edit/"),
    "absent": ("990101", "/stations/999999/"),
}


def main() -> None:
    """Take the pictures named on the command line, else all."""
    wanted = sys.argv[1:] or list(SCREENS)
    folder = ROOT / ".data" / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as fonts,
        site.running_site(os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) as address,
        sync_playwright() as playwright,
    ):
        browser = site.launch(playwright, Path(fonts))
        states: dict[str, object] = {"": None}
        for name in wanted:
            account, path = SCREENS[name]
            if account not in states:
                context = site.context_of(browser, site.WIDE)
                page = context.new_page()
                site.sign_in(page, address, account, DEMO_PASSWORD)
                states[account] = context.storage_state()
                context.close()
            for size in (site.WIDE, site.NARROW):
                context = site.context_of(browser, size, states[account])  # type: ignore[arg-type]
                page = context.new_page()
                page.goto(f"{address}{path}")
                page.screenshot(path=folder / f"{name}-{size[0]}.png", full_page=True)
                context.close()
            print(name)
        browser.close()


if __name__ == "__main__":
    main()
