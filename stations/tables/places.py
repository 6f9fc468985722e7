"""Columns of the lists of places: the same on the screen and in the export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from policeroom.common.tables import Column
from stations.calendar import ONE_DAY
from stations.enums import (
    CampusStatus,
    DayKind,
    DesignationBasis,
    TermKind,
    UnitKind,
    UniversityLevel,
    UniversityStatus,
    Weekday,
)
from stations.models import Campus, University

#: (tone, mark) of a status; the word always stands beside it.
UNIVERSITY_TONES = {
    UniversityStatus.ACTIVE: ("ok", ""),
    UniversityStatus.NOT_ENROLLING: ("info", ""),
    UniversityStatus.CLOSED: ("neutral", ""),
}
CAMPUS_TONES = {
    CampusStatus.ACTIVE: ("ok", ""),
    CampusStatus.CONSTRUCTION: ("info", ""),
    CampusStatus.CLOSED: ("neutral", ""),
}

_LEVELS = dict(UniversityLevel.choices)
_UNIVERSITY_STATUS = dict(UniversityStatus.choices)
_CAMPUS_STATUS = dict(CampusStatus.choices)


def university_tone(row: Any) -> tuple[str, str]:
    """Tone and mark of a university's status."""
    return UNIVERSITY_TONES[row.status]


def campus_tone(row: Any) -> tuple[str, str]:
    """Tone and mark of a campus's status."""
    return CAMPUS_TONES[row.status]


def _found(name: str) -> tuple[Any, Any]:
    """Name and address of the room that `stations.queries.places` found for a campus or a town."""

    def text(row: Any) -> str:
        found = getattr(row, name)
        return found["name"] if found else ""

    def url(row: Any) -> str:
        found = getattr(row, name)
        return reverse("stations:detail", args=[found["id"]]) if found else ""

    return text, url


def _people(row: Any) -> int | None:
    return row.people if row.people >= 0 else None


def _bureau_url(row: Any) -> str:
    return reverse("stations:bureau-detail", args=[row.pk])


def _provisional(row: Any) -> str:
    return _now("to be confirmed") if row.provisional else ""


UNIVERSITY_COLUMNS = (
    Column(
        "name",
        _("Name"),
        lambda row: row.name,
        University.get_absolute_url,
        primary=True,
        sort=("name_pinyin", "id"),
    ),
    Column("code", _("Code"), lambda row: row.code, sort=("code",)),
    Column("level", _("Level"), lambda row: row.level, primary=True, words=_LEVELS),
    Column("place", _("Place"), lambda row: row.unit.place, primary=True, sort=("org_path", "id")),
    Column("place_name", _("Place in the list"), lambda row: row.place_name, optional=True),
    Column("authority", _("Authority in charge"), lambda row: row.authority, optional=True),
    Column("ownership", _("Ownership"), lambda row: row.ownership),
    Column(
        "status",
        _("Status"),
        lambda row: row.status,
        tone=university_tone,
        words=_UNIVERSITY_STATUS,
    ),
    Column(
        "campuses",
        _("Campuses"),
        lambda row: row.campus_count,
        numeric=True,
        sort=("campus_count", "id"),
    ),
    Column("double_first_class", _("Double First-Class"), lambda row: row.double_first_class),
    Column("is_military", _("Military"), lambda row: row.is_military, optional=True),
)

_CAMPUS_FACTS = (
    Column("unit", _("Bureau"), lambda row: row.unit.name, primary=True),
    Column("status", _("Status"), lambda row: row.status, tone=campus_tone, words=_CAMPUS_STATUS),
    Column("people", _("Population"), _people, numeric=True),
    Column("room", _("Police room"), *_found("room"), primary=True),
    Column("center", _("Covered by centre"), *_found("center")),
)

CAMPUS_COLUMNS = (
    Column("campus", _("Campus"), lambda row: row.name, Campus.get_absolute_url, primary=True),
    Column("code", _("Code"), lambda row: row.code, sort=("code",)),
    Column(
        "university",
        _("University"),
        lambda row: row.university.name,
        lambda row: row.university.get_absolute_url(),
        primary=True,
        sort=("university__name_pinyin", "code"),
    ),
    Column("unit", _("Bureau"), lambda row: row.unit.name, sort=("org_path", "code")),
    *_CAMPUS_FACTS[1:2],
    Column(
        "people",
        _("Population"),
        _people,
        numeric=True,
        sort=("people", "id"),
    ),
    *_CAMPUS_FACTS[3:],
    Column("branch", _("Branch campus"), lambda row: row.is_branch, optional=True),
    Column(
        "cluster",
        _("University town"),
        lambda row: row.cluster.name if row.cluster else "",
        optional=True,
    ),
    Column("site", _("Shared site"), lambda row: row.site_id, optional=True),
    Column("address", _("Address"), lambda row: row.address, optional=True),
)


def campus_version_columns(covers: Any) -> tuple[Column, ...]:
    """Columns of the campuses of one university on a day.

    `covers(path)` says whether the campus still lies where the reader may open it.
    """

    def url(row: Any) -> str:
        return row.subject.get_absolute_url() if covers(row.subject.org_path) else ""

    return (
        Column("campus", _("Campus"), lambda row: row.name, url, primary=True),
        Column("code", _("Code"), lambda row: row.subject.code),
        *_CAMPUS_FACTS,
    )


def _until(row: Any) -> str:
    return str(row.valid_to) if row.valid_to else _now("open")


def _state_url(name: str) -> Any:
    def url(row: Any) -> str:
        return f"{reverse(name, args=[row.subject_id])}?on={row.valid_from}"

    return url


def history_columns(
    columns: tuple[Column, ...], kind: str, may_correct: Callable[[Any], bool]
) -> tuple[Column, ...]:
    """Columns of a history; a state the reader may correct leads to the form of its first day."""

    def url(row: Any) -> str:
        if not may_correct(row):
            return ""
        return reverse(f"stations:{kind}-version-correct", args=[row.subject_id, row.pk])

    def text(row: Any) -> str:
        return _now("Correct the day") if may_correct(row) else ""

    return (*columns, Column("act", _("Act"), text, url, primary=True))


UNIVERSITY_HISTORY_COLUMNS = (
    Column(
        "from",
        _("From"),
        lambda row: row.valid_from,
        _state_url("stations:university-detail"),
        primary=True,
    ),
    Column("to", _("Until (not included)"), _until, primary=True),
    Column("name", _("Name"), lambda row: row.name, primary=True),
    Column("level", _("Level"), lambda row: row.level, words=_LEVELS),
    Column("place", _("Place"), lambda row: row.unit.place),
    Column(
        "status",
        _("Status"),
        lambda row: row.status,
        tone=university_tone,
        words=_UNIVERSITY_STATUS,
    ),
    Column("ownership", _("Ownership"), lambda row: row.ownership),
    Column("double_first_class", _("Double First-Class"), lambda row: row.double_first_class),
)

CAMPUS_HISTORY_COLUMNS = (
    Column(
        "from",
        _("From"),
        lambda row: row.valid_from,
        _state_url("stations:campus-detail"),
        primary=True,
    ),
    Column("to", _("Until (not included)"), _until, primary=True),
    Column("name", _("Name"), lambda row: row.name, primary=True),
    Column("unit", _("Bureau"), lambda row: row.unit.name),
    Column("status", _("Status"), lambda row: row.status, tone=campus_tone, words=_CAMPUS_STATUS),
    Column("branch", _("Branch campus"), lambda row: row.is_branch),
    Column("cluster", _("University town"), lambda row: row.cluster.name if row.cluster else ""),
)


def _replaced(line: Any) -> str:
    return _now("replaced by a correction") if line.replaced else _now("counts")


POPULATION_COLUMNS = (
    Column("as_of", _("As of"), lambda line: line.row.as_of, primary=True),
    Column("students", _("Students"), lambda line: line.row.students, numeric=True),
    Column("staff", _("Staff"), lambda line: line.row.staff, numeric=True),
    Column("total", _("Total"), lambda line: line.row.total, numeric=True, primary=True),
    Column("state", _("State"), _replaced, primary=True),
    Column("source", _("Source"), lambda line: line.row.source),
    Column("recorded_at", _("Recorded at"), lambda line: line.row.recorded_at),
    Column(
        "recorded_by",
        _("Recorded by"),
        lambda line: line.row.recorded_by.name if line.row.recorded_by else "",
    ),
)

CLUSTER_COLUMNS = (
    Column("name", _("Name"), lambda row: row.name, primary=True, sort=("name", "id")),
    Column("unit", _("Bureau"), lambda row: row.unit.name, primary=True, sort=("org_path", "id")),
    Column("campuses", _("Campuses"), lambda row: row.campus_count, numeric=True, primary=True),
    Column("center", _("Centre"), *_found("center")),
)

BUREAU_COLUMNS = (
    Column("name", _("Full name"), lambda row: row.name, _bureau_url, primary=True),
    Column("kind", _("Kind"), lambda row: row.kind, primary=True, words=dict(UnitKind.choices)),
    Column("place", _("Place"), lambda row: row.area_name, primary=True),
    Column("parent", _("Superior unit"), lambda row: row.parent.name if row.parent else ""),
    Column("code", _("Division code"), lambda row: row.division_code),
    Column(
        "provisional",
        _("Provisional"),
        _provisional,
        tone=lambda row: ("warn", "△") if row.provisional else ("", ""),
    ),
)


MOVE_COLUMNS = (
    Column("at", _("Moved at"), lambda row: row.moved_at, primary=True),
    Column(
        "from",
        _("Superior before"),
        lambda row: row.old_parent.name if row.old_parent else "",
        primary=True,
    ),
    Column("to", _("Superior after"), lambda row: row.new_parent.name, primary=True),
    Column("reason", _("Reason"), lambda row: row.reason),
    Column("rows", _("Records"), lambda row: sum(row.rows.values()), numeric=True),
    Column("by", _("Moved by"), lambda row: row.moved_by.name if row.moved_by else ""),
)


def designation_columns(*, may_end: bool) -> tuple[Column, ...]:
    """Decisions on one university; a running one leads to its end where the reader may decide."""

    def url(row: Any) -> str:
        if may_end and row.valid_to is None:
            return reverse("stations:designation-end", args=[row.pk])
        return ""

    return (
        Column("from", _("From"), lambda row: row.valid_from, primary=True),
        Column("to", _("Until (not included)"), _until, primary=True),
        Column(
            "basis",
            _("Basis"),
            lambda row: row.basis,
            primary=True,
            words=dict(DesignationBasis.choices),
        ),
        Column("by", _("Decided by"), lambda row: row.decided_by.name),
        Column("no", _("Decision number"), lambda row: row.decision_no),
        Column("act", _("Act"), lambda row: _now("Lift") if url(row) else "", url, primary=True),
    )


def term_columns(*, may_edit: bool) -> tuple[Column, ...]:
    """Terms and vacations of one university, with the last day as people say it."""

    def url(row: Any) -> str:
        return reverse("stations:term-edit", args=[row.pk]) if may_edit else ""

    return (
        Column("name", _("Name"), lambda row: row.name, url, primary=True),
        Column("kind", _("Kind"), lambda row: row.kind, primary=True, words=dict(TermKind.choices)),
        Column("from", _("First day"), lambda row: row.starts_on, primary=True),
        Column("to", _("Last day"), lambda row: row.ends_on - ONE_DAY, primary=True),
    )


def calendar_columns(*, may_edit: bool) -> tuple[Column, ...]:
    """Days of a year that differ from their weekday."""

    def url(row: Any) -> str:
        return reverse("stations:calendar-day-edit", args=[row.pk]) if may_edit else ""

    return (
        Column("day", _("Day"), lambda row: row.day, url, primary=True),
        Column("weekday", _("Weekday"), _weekday),
        Column(
            "kind",
            _("Kind"),
            lambda row: row.kind,
            words=dict(DayKind.choices),
            primary=True,
            tone=lambda row: ("info", "") if row.kind == DayKind.HOLIDAY else ("accent", ""),
        ),
        Column("name", _("Name"), lambda row: row.name, primary=True),
        Column(
            "provisional",
            _("Provisional"),
            _provisional,
            tone=lambda row: ("warn", "△") if row.provisional else ("", ""),
        ),
    )


def _weekday(row: Any) -> str:
    return str(Weekday(row.day.isoweekday()).label)


MONTH_COLUMNS = (
    Column("month", _("Month"), lambda line: f"{line.first:%Y-%m}", primary=True),
    Column("worked", _("Working days"), lambda line: line.working_days, numeric=True, primary=True),
    Column(
        "holidays",
        _("Holidays"),
        lambda line: sum(day.kind == DayKind.HOLIDAY for day in line.days),
        numeric=True,
    ),
    Column(
        "makeup",
        _("Make-up days"),
        lambda line: sum(day.kind == DayKind.MAKEUP for day in line.days),
        numeric=True,
    ),
)
