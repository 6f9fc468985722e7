"""Path ranges: a subtree is a half-open range, and nothing else is seen."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policeroom.common.roles import ACTIONS, ADMIN_ROLES, Role
from policeroom.common.scope import NOBODY, Scope, ScopeGrant, merge_ranges, path_end, subtree

pytestmark = pytest.mark.unit

#: Two digits per level, one to four levels; one regular expression is cheap to draw from.
paths = st.from_regex(r"\A(?:[0-9]{2}){1,4}\Z")


def scope(role: Role, path: str) -> Scope:
    return Scope((ScopeGrant(role, 1, "unit", path),))


@given(paths, paths)
def test_subtree_contains_exactly_the_paths_that_start_with_it(root: str, other: str) -> None:
    low, high = subtree(root)
    assert (low <= other < high) == other.startswith(root)


@given(st.lists(paths, max_size=6), paths)
def test_merged_ranges_cover_what_the_single_ones_cover(roots: list[str], other: str) -> None:
    merged = merge_ranges(roots)
    assert any(low <= other < high for low, high in merged) == any(
        other.startswith(root) for root in roots
    )
    assert all(a[1] <= b[0] for a, b in pairwise(merged))


def test_an_empty_path_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        path_end("")


def test_nobody_sees_nothing_and_may_nothing() -> None:
    assert not NOBODY.covers("01")
    assert not any(NOBODY.can(action) for action in ACTIONS)


@pytest.mark.parametrize("role", sorted(ADMIN_ROLES))
def test_administrators_have_no_data_ranges(role: Role) -> None:
    assert scope(role, "01").ranges == ()


def test_an_action_holds_only_where_its_role_does() -> None:
    both = Scope(
        (ScopeGrant(Role.CITY, 1, "a", "0101"), ScopeGrant(Role.EDUCATION, 2, "b", "0102"))
    )
    assert both.allows("stations.edit", "010101")
    assert not both.allows("stations.edit", "010201")
    assert both.allows("stations.view", "010201")


def test_an_unknown_action_is_an_error_not_a_no() -> None:
    with pytest.raises(KeyError):
        NOBODY.can("stations.veiw")


def test_every_role_can_do_something_and_every_action_has_a_role() -> None:
    assert all(ACTIONS.values())
    assert set().union(*ACTIONS.values()) == set(Role)
