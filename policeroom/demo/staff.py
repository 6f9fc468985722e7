"""People of the demonstration: most rooms are full, some short in each known way."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from personnel.enums import EndReason, PersonKind, Post, TrainingKind, TrainingTopic
from personnel.models import Absence, Assignment, Person, TrainingPlan, TrainingRecord
from personnel.queries.strength import strength_on
from personnel.services.vacancies import open_vacancies
from personnel.strength import Assessment
from policeroom.accounts.models import User
from policeroom.common.pinyin import pinyin_key
from policeroom.common.roles import Role
from policeroom.common.scope import subtree
from policeroom.demo.places import START, Places
from policeroom.demo.stage import Stage, write
from stations.enums import StationKind
from stations.models import CoverageLink, OrgUnit, Station

SEED: Final = "staff-20260901"
DAY: Final = dt.timedelta(days=1)

SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻"
GIVEN: Final = (
    *("伟", "芳", "磊", "静", "洋", "敏", "强", "婷", "军", "雪", "勇", "艳", "杰", "娟", "涛"),
    *("建国", "晓东", "志远", "海燕", "文博", "雨桐", "国栋", "思远", "春梅", "立新", "佳怡"),
)

#: Every so many rooms, from the given one on, something is wrong with its people.
NO_OFFICER: Final = (19, 7)
AUXILIARY_LEFT: Final = (23, 3)
LONG_ABSENCE: Final = (29, 11)
NO_LEAD: Final = (17, 5)
ONE_TOO_FEW: Final = (13, 2)
SHORT_ABSENCE: Final = (11, 4)
FILLED: Final = (31, 9)
FILLED_LATE: Final = (37, 10)
TRAINED_LATE: Final = (14, 6)
TOPICS_MISSING: Final = (15, 8)


def hits(index: int, rhythm: tuple[int, int]) -> bool:
    """Whether the room of this index is one of every so many."""
    return index % rhythm[0] == rhythm[1]


@dataclass(slots=True)
class Staff:
    """Rows that are written at the end, and what gives them numbers and names."""

    stage: Stage
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 -- repeatable
    people: list[Person] = field(default_factory=list)
    posts: list[Assignment] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    trainings: list[TrainingRecord] = field(default_factory=list)

    def person(
        self, kind: str, unit: OrgUnit, *, path: str = "", user: User | None = None
    ) -> Person:
        """Somebody new; an account of the demonstration lends its name."""
        name = user.name if user else self.rng.choice(SURNAMES) + self.rng.choice(GIVEN)
        prefix = "8" if kind == PersonKind.OFFICER else "F8"
        row = Person(
            staff_no=user.username if user else f"{prefix}{len(self.people) + 1:05d}",
            name=name,
            name_pinyin=pinyin_key(name),
            kind=kind,
            unit=unit,
            org_path=path or unit.org_path,
            user=user,
            recorded_by=self.stage.author,
            selection_no=f"海公政〔2025〕{len(self.people) % 90 + 10}号"
            if kind == PersonKind.OFFICER
            else "",
        )
        self.people.append(row)
        return row

    def serve(
        self,
        person: Person,
        room: Station,
        post: str,
        *,
        since: dt.date,
        until: dt.date | None = None,
        reason: str = "",
        is_primary: bool = True,
    ) -> Assignment:
        """A post; `until` is the first day after the last one."""
        row = Assignment(
            person=person,
            station=room,
            org_path=room.org_path,
            post=post,
            is_primary=is_primary,
            valid_from=since,
            valid_to=until,
            end_reason=reason if until else "",
            order_no=f"海公调〔{since.year}〕{len(self.posts) % 300 + 1}号",
            recorded_by=self.stage.author,
        )
        self.posts.append(row)
        if until is not None and until <= self.stage.today:
            person.org_path = person.unit.org_path
        return row

    def away(self, person: Person, first: dt.date, days: int | None) -> None:
        """An absence of so many days; without an end where none is known."""
        until = first + days * DAY if days is not None else None
        self.absences.append(
            Absence(person=person, valid_from=first, valid_to=until, recorded_by=self.stage.author)
        )

    def trained(
        self, person: Person, on: dt.date, kind: str, title: str, hours: int, *topics: str
    ) -> None:
        """A training that has taken place."""
        if on <= self.stage.today:
            self.trainings.append(
                TrainingRecord(
                    person=person,
                    kind=kind,
                    title=title,
                    completed_on=on,
                    hours=Decimal(hours),
                    topics=list(topics),
                    recorded_by=self.stage.author,
                )
            )


def build_staff(stage: Stage, places: Places) -> list[Person]:
    """Officers and auxiliaries of every room, then the vacancies that follow from them."""
    staff = Staff(stage)
    needs = strength_on(stage.today, [subtree(places.province.org_path)])
    accounts = _accounts()
    for index, room in enumerate(stage.stations):
        _room(staff, index, room, needs.get(room.pk), accounts.get(room.org_path, {}))
    _second_posts(staff)
    _reserves(staff, places)
    for number, post in enumerate(list(staff.posts)):
        _induction(staff, number, post)
    _regular(staff)
    for rows in (staff.people, staff.posts, staff.absences, staff.trainings):
        write(rows)
    _plans(stage, places)
    open_vacancies(today=stage.today)
    return staff.people


def _accounts() -> dict[str, dict[str, User]]:
    """Demonstration accounts of rooms, by path and role."""
    found: dict[str, dict[str, User]] = {}
    for user in User.objects.filter(is_demo=True).order_by("username"):
        found.setdefault(user.org_path, {})[user.demo_role] = user
    return found


def _room(
    staff: Staff,
    index: int,
    room: Station,
    found: Assessment | None,
    accounts: dict[str, User],
) -> None:
    if found is None:
        return _closed(staff, room)
    own = bool(accounts)
    universities = _universities(room)
    short = room.kind == StationKind.CENTER and index % 3 == 0  # 一校一民警 not reached: JS-08-5
    for place in range(max(1, found.need.officers - short)):
        post = Post.LEAD if place == 0 and not hits(index, NO_LEAD) else Post.OFFICER
        user = accounts.get(Role.STATION_LEAD) if place == 0 else None
        row = _member(staff, room, post, index + place, user)
        if room.kind == StationKind.CENTER and place < len(universities):
            row.named_university_id = universities[place]
        if place == 0 and not own:
            _change_officer(staff, index, row)
    if own:
        _member(staff, room, Post.OFFICER, index, accounts.get(Role.OFFICER))
    needed = max(1, found.need.auxiliaries or 1)
    if not own and hits(index, ONE_TOO_FEW) and not hits(index, NO_OFFICER):
        needed -= 1
    for place in range(needed):
        user = accounts.get(Role.AUXILIARY) if place == 0 else None
        row = _member(staff, room, Post.AUXILIARY, index + place, user)
        if place == 0 and not own:
            _change_auxiliary(staff, index, row)
    return None


def _closed(staff: Staff, room: Station) -> None:
    """A room that closed: its people went on elsewhere."""
    until = room.closed_on
    for post in (Post.LEAD, Post.AUXILIARY):
        row = _member(staff, room, post, 0, None)
        row.valid_to, row.end_reason = until, EndReason.REORGANISED
        row.person.org_path = row.person.unit.org_path


def _universities(room: Station) -> list[int]:
    """Universities a centre covers first."""
    links = CoverageLink.objects.unscoped("demo: what a centre covers").filter(
        station=room, kind="primary"
    )
    return sorted(set(links.values_list("campus__university_id", flat=True)))


def _member(staff: Staff, room: Station, post: str, number: int, user: User | None) -> Assignment:
    kind = PersonKind.AUXILIARY if post == Post.AUXILIARY else PersonKind.OFFICER
    person = staff.person(kind, room.operator, path=room.org_path, user=user)
    return staff.serve(person, room, post, since=START + (number % 40) * DAY)


def _change_officer(staff: Staff, index: int, row: Assignment) -> None:
    """What happened to the first officer of the room."""
    today, person, room = staff.stage.today, row.person, row.station
    if hits(index, NO_OFFICER):
        _end(staff, row, today - (10 + index % 60) * DAY)
    elif hits(index, LONG_ABSENCE):
        staff.away(person, today - (32 + index % 40) * DAY, None)
    elif hits(index, FILLED) or hits(index, FILLED_LATE):
        days = 45 if hits(index, FILLED_LATE) else 12
        left = dt.date(2026, 3, 2) + (index % 30) * DAY
        _end(staff, row, left)
        new = staff.person(PersonKind.OFFICER, room.operator, path=room.org_path)
        staff.serve(new, room, Post.LEAD, since=left + days * DAY)
    elif hits(index, SHORT_ABSENCE):
        staff.away(person, today - 2 * DAY, 7)


def _change_auxiliary(staff: Staff, index: int, row: Assignment) -> None:
    if hits(index, AUXILIARY_LEFT) and not hits(index, NO_OFFICER):
        _end(staff, row, staff.stage.today - (5 + index % 20) * DAY)
    elif hits(index, SHORT_ABSENCE):
        staff.away(row.person, staff.stage.today - (60 + index % 50) * DAY, 6)


def _end(staff: Staff, row: Assignment, until: dt.date) -> None:
    row.valid_to, row.end_reason = until, EndReason.TRANSFER
    if until <= staff.stage.today:
        row.person.org_path = row.person.unit.org_path


def _second_posts(staff: Staff) -> None:
    """Three officers who also have a post in the centre next door: JS-09-1."""
    centers = {
        room.operator_id: room
        for room in staff.stage.stations
        if room.kind == StationKind.CENTER and room.closed_on is None
    }
    seen: set[int] = set()
    for row in list(staff.posts):
        center = centers.get(row.station.operator_id)
        running = row.valid_to is None and row.post == Post.LEAD and row.person.user is None
        if not running or center is None or center.pk in seen or row.station_id == center.pk:
            continue
        if len(seen) == 3:
            return
        seen.add(center.pk)
        since = row.valid_from + 90 * DAY
        staff.serve(row.person, center, Post.OFFICER, since=since, is_primary=False)


def _reserves(staff: Staff, places: Places) -> None:
    """In each county somebody of either kind without a post, who may fill a vacancy."""
    for units in places.counties.values():
        for unit in units:
            staff.person(PersonKind.OFFICER, unit)
            staff.person(PersonKind.AUXILIARY, unit)


def _induction(staff: Staff, number: int, post: Assignment) -> None:
    """Training before the post: nearly always in time and complete."""
    topics = TrainingTopic.values
    if hits(number, TOPICS_MISSING):
        topics = topics[: 2 + number % 2]
    days = 20 if hits(number, TRAINED_LATE) else -10 - number % 20
    title = "高校警务室岗前培训"
    staff.trained(
        post.person, post.valid_from + days * DAY, TrainingKind.PRE_POST, title, 24, *topics
    )


def _quarters(first: dt.date, today: dt.date) -> Iterator[dt.date]:
    """The last day but five of each quarter's second month, from a day on."""
    for year in (first.year, first.year + 1, first.year + 2):
        for month in (2, 5, 8, 11):
            day = dt.date(year, month, 23)
            if first < day <= today:
                yield day


def _regular(staff: Staff) -> None:
    """Quarterly trainings of nearly everybody, and each year one by a police branch."""
    today = staff.stage.today
    for number, post in enumerate([row for row in staff.posts if row.is_primary]):
        until = post.valid_to or today
        for day in _quarters(post.valid_from, min(until, today)):
            if (number + day.month) % 9 == 0:
                continue  # missed that quarter: JS-19-3
            title = f"{day.year}年第{(day.month + 2) // 3}季度实战训练"
            staff.trained(post.person, day, TrainingKind.REGULAR, title, 8)
            if day.month == 5 and number % 3 == 0:
                staff.trained(
                    post.person, day + 10 * DAY, TrainingKind.BRANCH, "治安警种业务培训", 4
                )


def _plans(stage: Stage, places: Places) -> None:
    """Annual plans: one city was late, one has none."""
    year = stage.today.year
    rows = []
    for number, city in enumerate(places.cities[:-1]):
        decided = dt.date(year, 4, 17) if number == 3 else dt.date(year, 2, 10 + number)
        rows.append(
            TrainingPlan(
                unit=city,
                org_path=city.org_path,
                year=year,
                decided_on=decided,
                document_no=f"{city.area_name[:2]}公训〔{year}〕{number + 1}号",
                recorded_by=stage.author,
            )
        )
    write([row for row in rows if row.decided_on <= stage.today])
