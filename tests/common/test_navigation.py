"""The menu shows what a reader may open, and marks where they are."""

import lucide
import pytest
from django.test import RequestFactory
from django.urls import reverse

from policeroom.common import context, navigation
from policeroom.common.navigation import ENTRIES, Group
from policeroom.common.roles import ACTIONS, Role
from policeroom.common.scope import NOBODY, Scope, ScopeGrant

pytestmark = pytest.mark.unit

READ = {
    "reports:coverage",
    "stations:list",
    "stations:university-list",
    "reports:gap-list",
    "accounts:inbox",
    "stations:bureau-list",
    "stations:calendar",
    "compliance:parameter-list",
}
CALLS = {
    "duty:presence",
    "incidents:board",
    "incidents:list",
    "incidents:register",
    "incidents:statistics",
    "duty:order-list",
    "duty:handover",
    "meetings:own",
    "personnel:person-list",
}
GRANTS = {"access:grant-list", "access:grant-review", "access:roles"}


def scope_of(*roles, unit="江苏省公安厅", path="32"):
    return Scope(tuple(ScopeGrant(role, 1, unit, path) for role in roles))


class Reader:
    """A signed-in person, without a database."""

    is_authenticated = True
    name = "刘芳"
    unit_name = "江苏省公安厅内保总队"

    def get_username(self):
        return "320001"


def request_of(scope=None, *, view_name="", unread=0):
    request = RequestFactory().get("/")
    request.user = Reader()
    request.unread_count = unread
    if scope is not None:
        request.scope = scope
    if view_name:
        request.resolver_match = type("Match", (), {"view_name": view_name})()
    return request


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        pytest.param((), {"accounts:inbox"}, id="nobody"),
        pytest.param(
            (Role.OFFICER,), READ | CALLS | {"incidents:place-list", "duty:workbench"}, id="officer"
        ),
        pytest.param((Role.EDUCATION,), READ, id="education"),
        pytest.param(
            (Role.PROVINCE,),
            READ
            | CALLS
            | {
                "stations:import-list",
                "incidents:import-list",
                "incidents:rule-list",
                "duty:board",
            },
            id="province",
        ),
        pytest.param(
            (Role.SYSTEM_ADMIN,), {"accounts:inbox", "access:user-list"} | GRANTS, id="system-admin"
        ),
        pytest.param(
            (Role.SECURITY_ADMIN,),
            {"accounts:inbox", "access:user-list"} | GRANTS,
            id="security-admin",
        ),
        pytest.param(
            (Role.AUDIT_ADMIN,), {"accounts:inbox", "access:audit-list"} | GRANTS, id="audit-admin"
        ),
    ],
)
def test_visible_entries_follow_the_roles_table(roles, expected):
    shown = navigation.visible_entries(scope_of(*roles))

    assert {entry.url_name for entry in shown} == expected


@pytest.mark.parametrize(
    ("view_name", "expected"),
    [
        ("reports:coverage", "reports:coverage"),
        ("reports:gap-list", "reports:gap-list"),
        ("stations:detail", "stations:list"),
        ("stations:university-detail", "stations:university-list"),
        ("stations:campus-edit", "stations:university-list"),
        ("stations:import-detail", "stations:import-list"),
        ("access:grant-detail", "access:grant-list"),
        ("access:grant-review", "access:grant-review"),
        ("compliance:parameter-detail", "compliance:parameter-list"),
        ("incidents:board", "incidents:board"),
        ("incidents:detail", "incidents:list"),
        ("incidents:urgent-detail", "incidents:register"),
        ("incidents:statistics-export", "incidents:statistics"),
        ("duty:presence-room", "duty:presence"),
        ("duty:roster-room", "duty:presence"),
        ("duty:order-detail", "duty:order-list"),
        ("duty:board-live", "duty:board"),
        ("duty:workbench-room", "duty:workbench"),
        ("duty:handover-detail", "duty:handover"),
        ("duty:log-list", "duty:handover"),
        ("personnel:vacancy-detail", "personnel:person-list"),
        ("accounts:inbox", "accounts:inbox"),
        ("accounts:password", None),
        ("", None),
    ],
)
def test_current_entry_is_the_longest_declared_beginning(view_name, expected):
    entry = navigation.current_entry(view_name)

    assert (entry.url_name if entry else None) == expected


def test_entries_are_unambiguous():
    keys = [entry.key for entry in ENTRIES if entry.key]

    assert len(keys) == len(set(keys))
    assert len({entry.url_name for entry in ENTRIES}) == len(ENTRIES)
    assert {entry.action for entry in ENTRIES} - {None} <= set(ACTIONS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_entry_leads_to_a_page_and_has_an_icon(entry):
    assert reverse(entry.url_name)
    assert lucide._render_icon(entry.icon, 18)


def test_sections_leave_out_empty_groups():
    menu = navigation.sections(scope_of(Role.PROVINCE), "stations:detail", unread=3)

    labels = {str(navigation.GROUP_LABELS[group]) for group in (Group.MAIN, Group.MASTER)}
    items = [item for section in menu for item in section.items]
    assert {section.label for section in menu} == labels
    assert [item.url for item in items if item.current] == [reverse("stations:list")]
    assert [item.url for item in items if item.count] == [reverse("accounts:inbox")]


def test_tabbar_holds_the_first_four():
    menu = navigation.sections(scope_of(Role.PROVINCE), "")

    urls = [item.url for item in navigation.tabbar(menu)]
    names = ["reports:coverage", "duty:board", "stations:list", "stations:university-list"]
    assert urls == [reverse(name) for name in names]


def test_daily_work_comes_first_in_the_menu_of_a_room_only():
    first = {
        role: navigation.visible_entries(scope_of(role))[0].url_name
        for role in (Role.OFFICER, Role.STATION_LEAD, Role.CITY, Role.PROVINCE)
    }

    assert first == {
        Role.OFFICER: "duty:workbench",
        Role.STATION_LEAD: "duty:workbench",
        Role.CITY: "reports:coverage",
        Role.PROVINCE: "reports:coverage",
    }


def test_shell_names_unit_and_view_of_the_widest_data_grant():
    scope = scope_of(Role.PROVINCE, Role.AUDIT_ADMIN)

    shell = context.build_shell(request_of(scope, view_name="reports:coverage", unread=120))

    assert shell.unit_name == "江苏省公安厅"
    assert shell.view_label == str(context.VIEW_LABELS[Role.PROVINCE])
    assert shell.user_name == "刘芳"
    assert set(shell.roles) == {Role.PROVINCE.label, Role.AUDIT_ADMIN.label}
    assert (shell.unread, shell.unread_text) == (120, "99+")
    assert shell.can_search


def test_shell_without_scope_shows_the_inbox_only():
    shell = context.build_shell(request_of())

    assert shell.unit_name == "江苏省公安厅内保总队"
    assert [item.url for item in shell.tabbar] == [reverse("accounts:inbox")]
    assert not shell.can_search


def test_shell_on_an_error_path_is_nobodys():
    request = RequestFactory().get("/")

    shell = context.build_shell(request)

    assert (shell.nav, shell.tabbar, shell.user_name, shell.unread) == ((), (), "", 0)


def test_shell_covers_every_role():
    assert set(context.VIEW_LABELS) == set(Role)
    assert not NOBODY.can("stations.view")
