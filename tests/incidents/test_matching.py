"""The matcher as tables: what a line of text gives, and why."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.matcher import vocabulary
from incidents.data import keywords, sentences
from incidents.data.categories import CATEGORIES
from incidents.enums import Disposition, IncidentKind
from incidents.matching import (
    CategoryTerm,
    PersonTerm,
    PlaceTerm,
    Rule,
    Suggestion,
    Vocabulary,
    is_place_name,
    suggest,
)
from incidents.matching.measure import compare, measure
from incidents.matching.text import normalise
from incidents.matching.variants import chinese_number, variants
from policeroom.common.clock import ZONE
from policeroom.common.pinyin import pinyin_key

pytestmark = pytest.mark.unit

NOW = dt.datetime(2026, 9, 17, 15, 42, tzinfo=ZONE)
WORDS = vocabulary()


def read(text: str, words: Vocabulary = WORDS, now: dt.datetime = NOW) -> Suggestion:
    return suggest(text, vocabulary=words, now=now)


def first(text: str, slot: str) -> str:
    found = getattr(read(text), slot)
    return (found[0].code or found[0].text) if found else ""


def small(*rules: Rule, places: tuple[str, ...] = (), people: tuple[str, ...] = ()) -> Vocabulary:
    """A vocabulary of two categories and nothing of the base."""
    codes = ("violence.fight", "dispute.other")
    return Vocabulary(
        places=tuple(PlaceTerm(n, name, (), pinyin_key(name)) for n, name in enumerate(places, 1)),
        categories=tuple(CategoryTerm(n, code, code, "report") for n, code in enumerate(codes, 1)),
        rules=rules,
        people=tuple(PersonTerm(n, name, pinyin_key(name)) for n, name in enumerate(people, 1)),
    )


def rule(code: str, keyword: str, weight: int = 5, *excludes: str) -> Rule:
    return Rule("category", code, keyword, weight, excludes)


# --- the quick line of the issue -----------------------------------------------------------------


def test_the_standard_call_fills_every_slot() -> None:
    found = read("南门 电动车纠纷 已调解 -15")

    assert [item.text for item in found.place] == ["南门"]
    assert found.category[0].code == "dispute.traffic"
    assert found.category[0].why == "电动车纠纷"
    assert [item.code for item in found.disposition] == ["mediated"]
    assert found.kind[0].code == "report"
    assert found.time.at == NOW - dt.timedelta(minutes=15)
    assert found.time.text == "-15"
    assert found.rest == "电动车纠纷"


def test_letters_say_the_same() -> None:
    found = read("nm ddcjf ytj -15")

    assert found.place[0].text == "南门"
    assert found.category[0].code == "dispute.traffic"
    assert found.category[0].why == "ddcjf→电动车纠纷"
    assert found.disposition[0].code == "mediated"
    assert found.rest == "电动车纠纷"


def test_full_width_forms_say_the_same() -> None:
    wide, plain = read("ｎｍ　电动车纠纷　－１５"), read("nm 电动车纠纷 -15")

    assert (wide.place, wide.category, wide.time.at) == (plain.place, plain.category, plain.time.at)
    assert wide.time.text == "－１５"


# --- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("南门 打架 t", "2026-09-17 15:42", id="now"),
        pytest.param("T 南门", "2026-09-17 15:42", id="capital"),
        pytest.param("南门 -15", "2026-09-17 15:27", id="minutes ago"),
        pytest.param("南门 －１５", "2026-09-17 15:27", id="full width"),
        pytest.param("南门 −15", "2026-09-17 15:27", id="minus sign"),
        pytest.param("南门 2330", "2026-09-16 23:30", id="last 23:30 was yesterday"),
        pytest.param("南门 0830", "2026-09-17 08:30", id="today"),
        pytest.param("南门 1542", "2026-09-17 15:42", id="exactly now"),
        pytest.param("南门 1543", "2026-09-16 15:43", id="a minute ahead is yesterday's"),
        pytest.param("2330南门打架", "", id="glued to words"),
        pytest.param("宿舍2330室 打架", "", id="room"),
        pytest.param("宿舍 2330 打架", "", id="room after a space"),
        pytest.param("7号楼 2330 打架", "", id="room behind a building"),
        pytest.param("南门 2460", "", id="no time of day"),
        pytest.param("南门 23300", "", id="five digits"),
        pytest.param("昨晚2330打架", "2026-09-16 23:30", id="last night"),
        pytest.param("昨晚23:30打架", "2026-09-16 23:30", id="last night with colon"),
        pytest.param("昨晚0130打架", "2026-09-17 01:30", id="last night after midnight"),
        pytest.param("昨晚11点半打架", "2026-09-16 23:30", id="spoken"),
        pytest.param("昨晚1430打架", "", id="no night"),
        pytest.param("昨天0930被偷", "2026-09-16 09:30", id="yesterday"),
        pytest.param("今天2330打架", "", id="today but not yet"),
        pytest.param("下午3点打架", "2026-09-17 15:00", id="afternoon"),
        pytest.param("下午1830打架", "2026-09-16 18:30", id="afternoon to come is yesterday's"),
        pytest.param("3点打架", "", id="three o'clock, which"),
        pytest.param("前天2330打架", "", id="not before yesterday"),
        pytest.param("昨晚2330室打架", "", id="a room of last night"),
        pytest.param("23：30打架", "2026-09-16 23:30", id="colon inside a sentence"),
        pytest.param("半小时前打架", "2026-09-17 15:12", id="half an hour ago"),
        pytest.param("十分钟前打架", "2026-09-17 15:32", id="ten minutes ago"),
        pytest.param("两小时前打架", "2026-09-17 13:42", id="two hours ago"),
        pytest.param("损失2330元", "", id="money"),
        pytest.param("比分3-15", "", id="score of a match"),
        pytest.param("t恤被偷", "", id="t of a shirt"),
    ],
)
def test_time_words(text: str, expected: str) -> None:
    at = read(text).time.at
    assert (f"{at:%Y-%m-%d %H:%M}" if at else "") == expected


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        read("t", now=NOW.replace(tzinfo=None))


def test_first_time_word_counts_and_tokens_go_first() -> None:
    assert read("昨晚2330打架 -5 -9").time.text == "-5"


# --- place ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("南门打架", ("南门", 10, "南门"), id="name inside a sentence"),
        pytest.param("tsg 手机丢了", ("图书馆", 7, "tsg→图书馆"), id="initials"),
        pytest.param("tushuguan 手机丢了", ("图书馆", 8, "tushuguan→图书馆"), id="full pinyin"),
        pytest.param("图馆 手机丢了", ("图书馆", 9, "图馆"), id="other name"),
        pytest.param("3号公寓吵架", ("3号学生公寓", 8, "3号公寓"), id="shortened"),
        pytest.param("三号公寓吵架", ("3号学生公寓", 8, "三号公寓"), id="other numeral"),
        pytest.param("一食堂吵架", ("第一食堂", 8, "一食堂"), id="ordinal dropped"),
        pytest.param("13号公寓吵架", ("13号学生公寓", 8, "13号公寓"), id="13 is not 3"),
        pytest.param("图书官手机丢了", ("图书馆", 6, "图书官→图书馆"), id="same sound"),
        pytest.param("未名桥 打架", ("未名桥", 2, "未名桥"), id="not known yet"),
        pytest.param("在未名桥旁打架", ("未名桥", 2, "未名桥"), id="not known, behind 在"),
    ],
)
def test_places(text: str, expected: tuple[str, int, str]) -> None:
    found = read(text).place[0]
    assert (found.text, found.score, found.why) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("西南门", id="a further point of the compass"),
        pytest.param("第十二食堂", id="twelve is not two"),
        pytest.param("23号公寓", id="twenty-three is not three"),
    ],
)
def test_a_name_does_not_stand_inside_a_longer_one(text: str) -> None:
    assert [item.id for item in read(text).place] == [None]


def test_longest_place_hides_the_shorter_one() -> None:
    words = small(places=("食堂", "第一食堂"))
    assert [item.text for item in read("第一食堂打架", words).place] == ["第一食堂"]


def test_beginning_of_a_pinyin_gives_candidates() -> None:
    assert {item.text for item in read("tus 丢手机").place} == {"图书馆"}


def test_two_places_come_in_the_order_of_the_text() -> None:
    assert [p.text for p in read("从南门追到北门").place] == ["南门", "北门"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("未名桥", True, id="bridge"),
        pytest.param("5号实验楼", True, id="number"),
        pytest.param("南门有人打架", False, id="sentence"),
        pytest.param("桥", False, id="one character"),
        pytest.param("学生被锁在教室", False, id="ends like a place"),
        pytest.param("某某某某某某某某某某某某楼", False, id="too long"),
        pytest.param("2330", False, id="number only"),
    ],
)
def test_clean_names(text: str, expected: bool) -> None:
    assert is_place_name(text) is expected


def test_variants_are_stable() -> None:
    assert "三号楼" in variants("3号学生公寓")
    assert variants("南门") == ()
    assert [chinese_number(text) for text in ("七", "十", "十二", "三十", "9", "两")] == [
        7, 10, 12, 30, 9, 2,
    ]  # fmt: skip


# --- keywords ------------------------------------------------------------------------------------

FIGHT = rule("violence.fight", "打架", 8)


@pytest.mark.parametrize(
    "text",
    [
        "不是打架",
        "没有打架",
        "没有人打架",
        "未发现有人打架",
        "并未打架",
        "无打架",
        "非打架",
        "排除打架",
    ],
)
def test_what_is_taken_back_does_not_count(text: str) -> None:
    assert read(text, small(FIGHT)).category == ()


@pytest.mark.parametrize(
    "text",
    ["打架", "有人打架", "打架未遂", "不明人员打架", "不是偷，打架", "无故打架", "非机动车旁打架"],
)
def test_what_is_not_taken_back_counts(text: str) -> None:
    assert [item.code for item in read(text, small(FIGHT)).category] == ["violence.fight"]


def test_an_attempt_is_still_the_offence() -> None:
    assert first("西门 盗窃电动车未遂", "category") == "theft.bicycle"


def test_longest_word_hides_the_shorter_ones_inside_it() -> None:
    words = small(FIGHT, rule("dispute.other", "打架子鼓", 3))
    assert [item.code for item in read("楼上打架子鼓", words).category] == ["dispute.other"]


def test_a_longer_word_that_is_taken_back_does_not_free_the_shorter_one() -> None:
    words = small(rule("violence.fight", "打架斗殴", 8), rule("dispute.other", "斗殴", 3))
    assert read("没有打架斗殴", words).category == ()


def test_words_of_one_rule_stand_in_any_order() -> None:
    words = small(rule("violence.fight", "保安 动手", 6))
    for text in ("保安与人动手", "有人动手打保安"):
        found = read(text, words).category[0]
        assert (found.score, len(found.spans)) == (6, 2)
    assert read("保安到场", words).category == ()


def test_an_excluded_word_silences_the_rule_unless_it_is_taken_back() -> None:
    words = small(rule("violence.fight", "动手", 6, "手术"))
    assert read("动手，医院手术", words).category == ()
    assert read("动手，没有手术", words).category[0].score == 6


def test_scores_add_up_but_never_over_the_same_characters() -> None:
    words = small(FIGHT, rule("violence.fight", "打架受伤", 6), rule("violence.fight", "流血", 3))
    found = read("打架受伤流血", words).category[0]
    assert (found.score, found.why) == (9, "打架受伤、流血")


def test_a_rule_of_a_category_that_is_not_offered_says_nothing() -> None:
    assert read("打架", small(rule("fire.fire", "打架"))).category == ()


def test_a_category_is_found_by_its_name_without_any_rule() -> None:
    own = CategoryTerm(9, "dispute-3201-1", "电梯占用", "report", pinyin_key("电梯占用"))
    words = Vocabulary(categories=(own,))
    assert [c.code for c in read("dtzy", words).category] == ["dispute-3201-1"]
    assert [c.id for c in read("有人电梯占用", words).category] == [9]


def test_two_initials_stand_for_many_words_and_say_less() -> None:
    assert read("cc dj").category[0].score < read("操场 打架").category[0].score


def test_sound_is_heard_only_where_nothing_else_is_said() -> None:
    assert first("体育馆 晕到", "category") == "help.medical"
    assert "→" in read("体育馆 晕到").category[0].why


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("已调解", "mediated", id="done"),
        pytest.param("要求调解", "", id="wanted"),
        pytest.param("拒绝调解", "", id="refused"),
        pytest.param("调解无效", "", id="in vain"),
        pytest.param("未调解", "", id="not done"),
        pytest.param("已移交派出所", "transferred", id="transferred"),
        pytest.param("劝导后移交派出所", "transferred", id="the heavier one"),
        pytest.param("检查后排除", "unfounded", id="nothing found"),
    ],
)
def test_dispositions(text: str, expected: str) -> None:
    assert first(f"南门 打架 {text}", "disposition") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("电动车被盗", "report", id="of the category"),
        pytest.param("求助 手机丢了", "assistance", id="both"),
        pytest.param("求助 电动车被盗", "report", id="a theft stays a report"),
        pytest.param("咨询户口迁移", "enquiry", id="enquiry"),
        pytest.param("xyz", "report", id="nothing known"),
    ],
)
def test_kinds(text: str, expected: str) -> None:
    assert first(text, "kind") == expected


# --- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("南门 打架 陈一", ["陈一"], id="token"),
        pytest.param("南门打架 民警陈一到场", ["陈一"], id="beside the rank"),
        pytest.param("南门打架，陈一处置", ["陈一"], id="beside the act"),
        pytest.param("cy 打架", ["陈一"], id="initials"),
        pytest.param("chenyi 打架", ["陈一"], id="full pinyin"),
        pytest.param("上周二打架", [], id="a weekday is nobody"),
        pytest.param("学生陈一鸣打架", [], id="inside another name"),
        pytest.param("周二 陈一 打架", ["周二", "陈一"], id="two"),
    ],
)
def test_people(text: str, expected: list[str]) -> None:
    words = small(FIGHT, people=("陈一", "周二"))
    assert [item.text for item in read(text, words).handlers] == expected


# --- rest ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("南门 打架 2330", "打架", id="tokens go"),
        pytest.param("有人在南门打架 -5", "有人在南门打架", id="a sentence stays"),
        pytest.param("  南门   两人  打架 ", "两人 打架", id="spaces"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_rest(text: str, expected: str) -> None:
    assert read(text).rest == expected


# --- properties ----------------------------------------------------------------------------------

ALPHABET = (
    "南门北食堂电动车纠纷打架不是没有未遂偷已调解移交昨晚今天点半前室号宿舍"
    " -0123456789:：tnmdcjf，。\u3000ﬁ½İé😀"
)
INSTANTS = st.integers(0, 10_000_000).map(lambda minutes: NOW + dt.timedelta(minutes=minutes))


@given(st.text(ALPHABET, max_size=60) | st.text(max_size=60), INSTANTS)
def test_nothing_breaks_and_everything_found_stands_in_the_text(
    text: str, now: dt.datetime
) -> None:
    found = read(text, now=now)

    slots = (found.place, found.category, found.disposition, found.kind, found.handlers)
    spans = [span for slot in slots for item in slot for span in item.spans]
    spans += [found.time.span] if found.time.span else []
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(len(slot) <= 5 for slot in slots)
    assert all(
        [item.score for item in slot] == sorted((i.score for i in slot), reverse=True)
        for slot in slots[:4]
    )
    assert found.time.at is None or now - dt.timedelta(days=2) < found.time.at <= now
    assert len(normalise(text)) == len(text)


def test_the_same_text_gives_the_same_answer() -> None:
    assert read("南门 打架 t") == read("南门 打架 t")


def test_a_long_text_is_read_from_its_beginning() -> None:
    assert read("南门打架 " + "的" * 4000).category[0].code == "violence.fight"


# --- data ----------------------------------------------------------------------------------------

CODES = {
    "category": {row.code for row in CATEGORIES},
    "disposition": set(Disposition.values),
    "kind": set(IncidentKind.values),
}


def test_every_base_keyword_is_well_formed() -> None:
    wrong = [
        word
        for word in keywords.base_keywords()
        if word.code not in CODES[word.target]
        or not 1 <= word.weight <= 12
        or not word.keyword.strip()
        or any(excluded in word.keyword for excluded in word.excludes)
    ]
    assert wrong == []


def test_every_category_disposition_and_kind_has_keywords() -> None:
    covered = {(word.target, word.code) for word in keywords.base_keywords()}
    assert covered == {(target, code) for target, codes in CODES.items() for code in codes}


def test_labels_name_what_exists_and_the_parts_share_no_sentence() -> None:
    tuning, held_out = sentences.tuning(), sentences.held_out()
    both = (*tuning, *held_out)
    assert len(tuning) >= 160
    assert len(held_out) >= 100
    assert len({sentence.text for sentence in both}) == len(both)
    assert {s.category for s in both} == CODES["category"] - {
        "accident",
        "dispute",
        "fire",
        "traffic",
    }
    assert {s.disposition for s in both} == CODES["disposition"] | {""}
    assert all(s.place in s.text and s.time in s.text for s in both)


def test_the_tuning_part_is_read_no_worse_than_measured() -> None:
    scores = measure(sentences.tuning(), vocabulary=WORDS, now=NOW)
    assert scores.total == 201
    assert scores.category >= 201
    assert scores.disposition >= 201
    assert scores.place >= 201
    assert scores.time >= 201


def test_comparison_counts_what_a_rule_turns_over() -> None:
    before = small(FIGHT)
    after = small(FIGHT, rule("dispute.other", "操场", 12))
    labelled = (
        sentences.Sentence("操场打架", "violence.fight", "", "", ""),
        sentences.Sentence("南门打架", "violence.fight", "", "", ""),
    )
    found = compare(labelled, target="category", before=before, after=after, now=NOW)
    assert (found.total, found.right_before, found.right_after) == (2, 2, 1)
    assert [(c.text, c.before, c.after) for c in found.changes] == [
        ("操场打架", "violence.fight", "dispute.other")
    ]
