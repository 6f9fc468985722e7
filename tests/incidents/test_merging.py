"""Two people change one text: what merges, what is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.merging import merge_texts, split

pytestmark = pytest.mark.unit
BASE = "南门两车相碰，无人受伤。双方有争议"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        pytest.param(BASE, BASE + "，已劝开", BASE + "，已劝开", id="only they changed"),
        pytest.param(BASE + "，已劝开", BASE, BASE + "，已劝开", id="only I changed"),
        pytest.param(BASE + "，已劝开", BASE + "，已劝开", BASE + "，已劝开", id="the same twice"),
        pytest.param(
            "北门两车相碰，无人受伤。双方有争议",
            "南门两车相碰，一人擦伤。双方有争议",
            "北门两车相碰，一人擦伤。双方有争议",
            id="neighbouring phrases",
        ),
        pytest.param(
            BASE + "，保安到场", BASE + "，已拍照", BASE + "，已拍照，保安到场", id="two additions"
        ),
        pytest.param(
            "17时许，" + BASE,
            "南门两车相碰，无人受伤。",
            "17时许，南门两车相碰，无人受伤。",
            id="addition and removal",
        ),
        pytest.param(
            "北门两车相碰，无人受伤。双方有争议",
            "西门两车相碰，无人受伤。双方有争议",
            None,
            id="same phrase",
        ),
        pytest.param(
            "南门两车相碰，无人受伤。",
            "南门两车相碰，无人受伤。双方均不要求处理",
            None,
            id="removed against changed",
        ),
    ],
)
def test_merge(mine: str, theirs: str, merged: str | None) -> None:
    assert merge_texts(base=BASE, mine=mine, theirs=theirs) == merged


@given(st.text(alphabet="甲乙，。\n ab"))
def test_pieces_give_the_text_again(text: str) -> None:
    assert "".join(split(text)) == text


words = st.lists(st.sampled_from("甲乙丙丁戊己"), max_size=8).map("，".join)


@given(words, words, words)
def test_merge_never_depends_on_who_comes_first_about_conflicts(
    base: str, mine: str, theirs: str
) -> None:
    one = merge_texts(base=base, mine=mine, theirs=theirs)
    other = merge_texts(base=base, mine=theirs, theirs=mine)
    assert (one is None) == (other is None)


@given(words, words)
def test_one_sided_change_is_taken_whole(base: str, mine: str) -> None:
    assert merge_texts(base=base, mine=mine, theirs=base) == mine
    assert merge_texts(base=base, mine=base, theirs=mine) == mine
