"""Columns of the staff list and of the tables in a person's file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personnel.enums import EndReason, PersonKind, Post, TrainingKind, TrainingTopic
from personnel.models import Absence, Assignment, Person, TrainingRecord
from personnel.queries.staff import induction
from policeroom.common.tables import Column

DAY = dt.timedelta(days=1)

#: Reason codes of JS-19-1, and who has no post to be trained for.
TRAINING_WORDS = {
    "trained": _("trained before the post"),
    "trained_late": _("trained after the post began"),
    "topics_missing": _("topics missing"),
    "not_trained": _("not trained before the post"),
    "no_post": _("no post"),
}
TRAINING_TONES = {"trained": ("ok", "✓"), "no_post": ("neutral", "")}

STATE_WORDS = {
    "serving": _("serving"),
    "away": _("absent"),
    "seconded": _("seconded away"),
    "left": _("left the service"),
}
STATE_TONES = {
    "serving": ("ok", ""),
    "away": ("warn", "△"),
    "seconded": ("warn", "△"),
    "left": ("neutral", ""),
}


def since_of(person: Any) -> dt.date | None:
    """First day of the present primary post. Needs `staff_rows`."""
    return dt.date.fromisoformat(person.current["since"]) if person.current else None


def training_state(person: Any) -> str:
    """Code of `TRAINING_WORDS` for the present primary post. Needs `staff_rows`."""
    since = since_of(person)
    return induction(person.inductions, since).reason if since else "no_post"


def state_of(person: Any) -> str:
    """Code of `STATE_WORDS`. Needs `staff_rows`."""
    if person.gone:
        return "left"
    if person.seconded:
        return "seconded"
    return "away" if person.away else "serving"


STAFF_COLUMNS = (
    Column("name", _("Person's name"), lambda p: p.name, primary=True),
    Column("number", _("Staff number"), lambda p: p.staff_no, sort=("staff_no", "id")),
    Column("kind", _("Kind"), lambda p: p.kind, words=dict(PersonKind.choices)),
    Column(
        "room",
        _("Police room"),
        lambda p: p.current["room"] if p.current else None,
        primary=True,
        sort=("org_path", "id"),
    ),
    Column(
        "post",
        _("Post"),
        lambda p: p.current["post"] if p.current else None,
        words=dict(Post.choices),
    ),
    Column("since", _("Since"), since_of),
    Column(
        "training",
        _("Training before the post"),
        training_state,
        tone=lambda p: TRAINING_TONES.get(training_state(p), ("warn", "△")),
        words=TRAINING_WORDS,
    ),
    Column(
        "state",
        _("State"),
        state_of,
        primary=True,
        tone=lambda p: STATE_TONES[state_of(p)],
        words=STATE_WORDS,
    ),
    Column("unit", _("Unit"), lambda p: p.unit.name, optional=True),
    Column("telephone", _("Duty telephone"), lambda p: p.telephone, optional=True),
)


def last_day(row: Any) -> dt.date | None:
    """The last day of an interval, which itself still counts."""
    return row.valid_to - DAY if row.valid_to is not None else None


POST_COLUMNS = (
    Column("room", _("Police room"), lambda a: a.station.name, primary=True),
    Column("post", _("Post"), lambda a: a.post, primary=True, words=dict(Post.choices)),
    Column(
        "rank",
        _("Counts here"),
        lambda a: a.is_primary,
        words={True: _("yes"), False: _("no: secondary post")},
    ),
    Column("from", _("From"), lambda a: a.valid_from, primary=True),
    Column("last", _("Last day"), last_day),
    Column("reason", _("Reason of ending"), lambda a: a.end_reason, words=dict(EndReason.choices)),
    Column(
        "named",
        _("Named university"),
        lambda a: a.named_university.name if a.named_university else None,
    ),
    Column("order", _("Transfer order"), lambda a: a.order_no),
)


def _act(name: str, label: Any, offered: Any) -> Column:
    """A column with one act for each row where `offered` says so."""
    return Column(
        name.rsplit("-", 1)[-1],
        _("Act"),
        lambda row: label if offered(row) else "",
        url=lambda row: reverse(f"personnel:{name}", args=[row.pk]) if offered(row) else "",
        primary=True,
    )


def post_columns(may_end: Any) -> tuple[Column, ...]:
    """Posts of a person; `may_end(post)` offers to end it."""

    def offered(row: Assignment) -> bool:
        return row.valid_to is None and may_end(row)

    return (*POST_COLUMNS, _act("post-end", _("End"), offered))


def absence_columns(may_edit: bool) -> tuple[Column, ...]:
    """Absences of a person: days only, nothing else is kept."""

    def running(row: Absence) -> bool:
        return may_edit

    return (
        Column("from", _("From"), lambda a: a.valid_from, primary=True),
        Column("last", _("Last day"), last_day, primary=True),
        Column("days", _("Days"), _days, numeric=True),
        _act("absence-edit", _("Change"), running),
        _act("absence-strike", _("Strike"), running),
    )


def _days(row: Absence) -> int | None:
    return (row.valid_to - row.valid_from).days if row.valid_to is not None else None


def training_columns(may_strike: bool) -> tuple[Column, ...]:
    """Trainings of a person; struck ones stay with their reason."""

    def standing(row: TrainingRecord) -> bool:
        return may_strike and row.struck_at is None

    return (
        Column("title", _("Training name"), lambda t: t.title, primary=True),
        Column("kind", _("Kind"), lambda t: t.kind, words=dict(TrainingKind.choices)),
        Column("topics", _("Topics covered"), topics_of),
        Column("day", _("Completed on"), lambda t: t.completed_on, primary=True),
        Column("hours", _("Training hours"), lambda t: t.hours, numeric=True),
        Column("until", _("Valid until"), lambda t: t.valid_until),
        Column("struck", _("Struck"), lambda t: t.strike_reason, tone=struck_tone),
        _act("training-strike", _("Strike"), standing),
    )


def struck_tone(row: TrainingRecord) -> tuple[str, str]:
    return ("warn", "△") if row.struck_at is not None else ("", "")


def topics_of(row: TrainingRecord) -> str:
    """Topics in words."""
    return "、".join(str(TrainingTopic(topic).label) for topic in row.topics)


def person_label(person: Person) -> str:
    """Name and kind, as people are named in the project (姓名 + 民警/辅警)."""
    return f"{person.name} {person.get_kind_display()}"
