"""Acts on universities, campuses, populations, designations, towns and terms; their refusals."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from stations.enums import (
    CampusStatus,
    DesignationBasis,
    LinkKind,
    TermKind,
    UniversityLevel,
    UniversityStatus,
)
from stations.models import (
    AcademicCalendar,
    Article6Designation,
    Campus,
    CoverageLink,
    PopulationSnapshot,
    University,
)
from stations.queries.places import (
    campus_history,
    campus_on,
    campus_rows,
    populations,
    university_on,
)
from stations.services import places, places_calendar, places_campuses
from tests.stations.places_helpers import scope_at
from tests.world import START

TODAY = dt.date(2026, 9, 17)
MARCH = dt.date(2026, 3, 1)
JUNE = dt.date(2026, 6, 1)

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are compared in the language of their msgids."""
    with translation.override("en"):
        yield


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.unscoped("test").filter(action=action).order_by("id"))


def new_university(world, **changes):
    facts = {
        "code": "4199010009",
        "name": "海岚师范大学",
        "level": UniversityLevel.UNDERGRADUATE,
        "unit": world.city_a,
        "valid_from": MARCH,
        "today": TODAY,
        "by": None,
    }
    return places.create_university(**facts | changes)


def new_campus(world, **changes):
    facts = {
        "university": world.university_a,
        "name": "滨江校区",
        "unit": world.county_a1,
        "valid_from": MARCH,
        "today": TODAY,
        "by": None,
    }
    return places_campuses.create_campus(**facts | changes)


# --- universities -------------------------------------------------------------------------------


def test_create_university_takes_the_path_of_its_unit_and_opens_a_version(world, city_supervisor):
    university = new_university(world, by=city_supervisor)

    assert university.org_path == world.city_a.org_path
    assert university.name_pinyin.startswith("hlsfdx")
    assert university_on(university, MARCH).name == "海岚师范大学"
    assert university_on(university, MARCH - dt.timedelta(days=1)) is None
    event = events("universities.edit")[-1]
    assert (event.actor, event.org_path, event.after["code"]) == (
        city_supervisor,
        world.city_a.org_path,
        "4199010009",
    )


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        pytest.param({"code": "419901000"}, ValidationError, "ten digits", id="nine digits"),
        pytest.param({"code": "4199010001"}, DomainError, "4199010001 cannot be used", id="taken"),
        pytest.param({"name": ""}, ValidationError, "blank", id="no name"),
        pytest.param({"level": "school"}, ValidationError, "school", id="unknown level"),
        pytest.param(
            {"valid_from": TODAY + dt.timedelta(days=1)},
            DomainError,
            "2026-09-18 lies in the future",
            id="tomorrow",
        ),
    ],
)
def test_create_university_refuses_and_writes_nothing(world, changes, error, message):
    before = set(University.objects.unscoped("test").values_list("code", flat=True))

    with pytest.raises(error, match=message), transaction.atomic():
        new_university(world, **changes)

    assert set(University.objects.unscoped("test").values_list("code", flat=True)) == before


def test_create_university_refuses_a_county_as_its_place(world):
    with pytest.raises(DomainError, match="not 栗桥县公安局"):
        new_university(world, unit=world.county_a2)


def test_create_university_sent_twice_gives_the_first_result(world):
    sent = uuid.uuid4()
    first = new_university(world, client_uuid=sent)

    assert new_university(world, client_uuid=sent) == first
    with pytest.raises(ConflictError, match="other content"):
        new_university(world, client_uuid=sent, name="海岚工业大学")
    assert University.objects.unscoped("test").filter(code="4199010009").count() == 1


def test_edit_university_keeps_history_and_code(world, city_supervisor):
    changed = places.edit_university(
        university=world.college_a,
        valid_from=JUNE,
        today=TODAY,
        by=city_supervisor,
        name="澜江港口职业大学",
        level=UniversityLevel.UNDERGRADUATE,
    )

    assert (changed.code, changed.level) == ("4199010003", UniversityLevel.UNDERGRADUATE)
    day_before = university_on(changed, JUNE - dt.timedelta(days=1))
    assert (day_before.name, day_before.level) == ("澜江港口职业学院", UniversityLevel.COLLEGE)
    assert university_on(changed, JUNE).name == "澜江港口职业大学"
    event = events("universities.edit")[-1]
    assert event.before == {"name": "澜江港口职业学院", "level": "college"}
    assert event.after["name"] == "澜江港口职业大学"


def test_edit_university_moves_with_its_unit(world):
    moved = places.edit_university(
        university=world.college_a, valid_from=JUNE, today=TODAY, by=None, unit=world.city_b
    )

    assert moved.org_path == world.city_b.org_path
    assert university_on(moved, START).org_path == world.city_a.org_path
    assert university_on(moved, JUNE).org_path == world.city_b.org_path


def test_edit_university_without_a_change_leaves_no_trace(world):
    number = len(events("universities.edit"))

    places.edit_university(
        university=world.college_a,
        valid_from=JUNE,
        today=TODAY,
        by=None,
        name=world.college_a.name,
    )

    assert len(events("universities.edit")) == number
    assert world.college_a.versions.count() == 1


@pytest.mark.parametrize(
    ("valid_from", "changes", "message"),
    [
        pytest.param(START - dt.timedelta(days=1), {"name": "x"}, "lies before it", id="past"),
        pytest.param(TODAY + dt.timedelta(days=1), {"name": "x"}, "in the future", id="future"),
        pytest.param(JUNE, {"status": UniversityStatus.CLOSED}, "own page", id="closing"),
    ],
)
def test_edit_university_refuses(world, valid_from, changes, message):
    with pytest.raises(DomainError, match=message):
        places.edit_university(
            university=world.college_a, valid_from=valid_from, today=TODAY, by=None, **changes
        )


def test_edit_university_refuses_what_is_no_fact(world):
    with pytest.raises(TypeError, match="code"):
        places.edit_university(
            university=world.college_a, valid_from=JUNE, today=TODAY, by=None, code="4199010099"
        )


def test_close_university_ends_its_designation_and_keeps_campuses(world):
    designation = designate(world)

    closed = places.close_university(university=world.college_a, day=JUNE, today=TODAY, by=None)

    assert closed.status == UniversityStatus.CLOSED
    assert university_on(closed, JUNE - dt.timedelta(days=1)).status == UniversityStatus.ACTIVE
    designation.refresh_from_db()
    assert designation.valid_to == JUNE
    world.campus_college.refresh_from_db()
    assert world.campus_college.status == CampusStatus.ACTIVE
    assert events("universities.edit")[-1].after["designations_ended"] == 1
    with pytest.raises(DomainError, match="already closed"):
        places.close_university(university=world.college_a, day=JUNE, today=TODAY, by=None)


def test_university_code_constraint_holds_in_the_database(world):
    values = {"name": "x", "level": "adult", "unit": world.city_a}
    University(code="4199010077", **values).save()

    with pytest.raises(IntegrityError, match="university_code_ten_digits"), transaction.atomic():
        University(code="41990100ab", **values).save()


# --- designations -------------------------------------------------------------------------------


def designate(world, **changes):
    facts = {
        "university": world.college_a,
        "basis": DesignationBasis.KEY,
        "decided_by": world.city_a,
        "valid_from": MARCH,
        "decision_no": "临公〔2026〕3号",
        "by": None,
    }
    return places.designate(**facts | changes)


def test_designate_a_college(world, city_supervisor):
    row = designate(world, by=city_supervisor)

    assert (row.valid_from, row.valid_to, row.recorded_by) == (MARCH, None, city_supervisor)
    event = events("designations.decide")[-1]
    assert (event.org_path, event.after["decision_no"]) == (
        world.city_a.org_path,
        "临公〔2026〕3号",
    )


@pytest.mark.parametrize("level", [UniversityLevel.UNDERGRADUATE, UniversityLevel.ADULT])
def test_designate_refuses_everything_but_a_college(world, level):
    world.college_a.level = level

    with pytest.raises(DomainError, match="only a college"):
        designate(world)
    assert Article6Designation.objects.unscoped("test").count() == 0


def test_designate_refuses_a_second_one_at_the_same_time(world):
    designate(world)

    with pytest.raises(ValidationError, match="overlaps"):
        designate(world, valid_from=JUNE)
    assert Article6Designation.objects.unscoped("test").count() == 1


def test_designation_ends_once_and_a_new_one_may_follow_on_that_day(world):
    row = designate(world)
    with pytest.raises(ValidationError, match="end must lie after"), transaction.atomic():
        places.end_designation(designation=row, valid_to=MARCH, by=None)

    ended = places.end_designation(designation=row, valid_to=JUNE, by=None)
    again = designate(world, valid_from=JUNE, basis=DesignationBasis.COMPLEX)

    assert (ended.valid_to, again.valid_from) == (JUNE, JUNE)
    with pytest.raises(DomainError, match="already ended on 2026-06-01"):
        places.end_designation(designation=row, valid_to=TODAY, by=None)


def test_designation_overlap_is_refused_by_the_database(world):
    values = {"university": world.college_a, "basis": "key", "decided_by": world.city_a}
    Article6Designation.objects.create(valid_from=MARCH, valid_to=JUNE, **values)
    Article6Designation.objects.create(valid_from=JUNE, **values)

    with pytest.raises(IntegrityError, match="designation_no_overlap"), transaction.atomic():
        Article6Designation.objects.create(valid_from=TODAY, **values)


# --- campuses -----------------------------------------------------------------------------------


def test_create_campus_takes_the_next_number_over_all_campuses(world):
    campus = new_campus(world, is_branch=True, cluster=world.cluster_a)

    assert campus.code == "419901000104"
    assert campus.org_path == world.county_a1.org_path
    assert campus.versions.get().valid_from == MARCH
    assert events("campuses.edit")[-1].after["code"] == "419901000104"


def test_create_campus_of_a_university_without_any_starts_at_one(world):
    university = new_university(world)

    assert new_campus(world, university=university).code == "419901000901"


def test_create_campus_refuses_when_the_numbers_are_used_up(world):
    Campus.objects.unscoped("test").filter(pk=world.campus_a_far.pk).update(code="419901000199")

    with pytest.raises(DomainError, match="No campus number is left"):
        new_campus(world)


def test_a_name_used_by_an_unseen_campus_is_refused_in_the_same_words(world):
    """云东校区 lies in the other city: the refusal must not say that it exists."""
    with pytest.raises(DomainError) as seen:
        new_campus(world, name="栗桥校区")
    with pytest.raises(DomainError) as unseen:
        new_campus(world, name="云东校区")

    assert unseen.value.message == seen.value.message.replace("栗桥校区", "云东校区")
    assert (seen.value.field, unseen.value.field) == ("name", "name")
    assert Campus.objects.unscoped("test").filter(name="云东校区").count() == 1


def test_create_campus_refuses_the_province_as_its_place(world):
    with pytest.raises(DomainError, match="not 海岚省公安厅"):
        new_campus(world, unit=world.province)


def test_create_campus_sent_twice_gives_the_first_result(world):
    sent = uuid.uuid4()
    first = new_campus(world, client_uuid=sent)

    assert new_campus(world, client_uuid=sent) == first
    with pytest.raises(ConflictError, match="other content"):
        new_campus(world, client_uuid=sent, name="滨河校区")


def test_campus_name_is_unique_in_the_database(world):
    values = {"university": world.university_a, "unit": world.county_a1}
    Campus(code="419901000188", name="新校区", **values).save()

    with pytest.raises(IntegrityError, match="campus_name_once"), transaction.atomic():
        Campus(code="419901000189", name="新校区", **values).save()


def test_edit_campus_moves_and_keeps_history(world, province_staff):
    campus = places_campuses.edit_campus(
        campus=world.campus_a_stone,
        valid_from=JUNE,
        today=TODAY,
        by=province_staff,
        unit=world.county_b1,
        address="云东路1号",
    )

    city_b = scope_at(world.city_b)
    assert campus.org_path == world.county_b1.org_path
    assert campus_on(campus, city_b, JUNE).unit == world.county_b1
    assert campus_on(campus, city_b, MARCH) is None
    assert [row.valid_from for row in campus_history(campus, city_b)] == [JUNE]
    assert [row.valid_from for row in campus_history(campus, scope_at(world.province))] == [
        JUNE,
        START,
    ]


def test_close_campus_ends_coverage_and_leaves_rooms(world):
    closed = places_campuses.close_campus(
        campus=world.campus_college, day=JUNE, today=TODAY, by=None
    )

    assert (closed.status, closed.closed_on) == (CampusStatus.CLOSED, JUNE)
    link = CoverageLink.objects.unscoped("test").get(campus=closed)
    assert link.valid_to == JUNE
    assert events("campuses.edit")[-1].after["coverage_links_ended"] == 1
    with pytest.raises(DomainError, match="already closed"):
        places_campuses.close_campus(campus=closed, day=JUNE, today=TODAY, by=None)


def test_close_campus_refuses_before_its_opening_and_before_a_coming_coverage(world):
    campus = world.campus_a_main
    Campus.objects.unscoped("test").filter(pk=campus.pk).update(opened_on=JUNE)
    with pytest.raises(DomainError, match="opened on 2026-06-01"), transaction.atomic():
        places_campuses.close_campus(campus=campus, day=JUNE, today=TODAY, by=None)

    CoverageLink.objects.create(
        station=world.center_a, campus=campus, kind=LinkKind.SUPPORT, valid_from=TODAY
    )
    day = dt.date(2026, 7, 1)
    with pytest.raises(DomainError, match="begins on 2026-09-17"), transaction.atomic():
        places_campuses.close_campus(campus=campus, day=day, today=TODAY, by=None)
    campus.refresh_from_db()
    assert campus.status == CampusStatus.ACTIVE


def test_a_closed_campus_opens_again_by_an_edit(world):
    places_campuses.close_campus(campus=world.campus_a_stone, day=JUNE, today=TODAY, by=None)

    campus = places_campuses.edit_campus(
        campus=world.campus_a_stone,
        valid_from=TODAY,
        today=TODAY,
        by=None,
        status=CampusStatus.ACTIVE,
    )

    assert (campus.status, campus.closed_on) == (CampusStatus.ACTIVE, None)
    assert campus.versions.count() == 3


def test_edit_campus_refuses_to_close(world):
    with pytest.raises(DomainError, match="own page"):
        places_campuses.edit_campus(
            campus=world.campus_a_stone,
            valid_from=JUNE,
            today=TODAY,
            by=None,
            status=CampusStatus.CLOSED,
        )


# --- populations --------------------------------------------------------------------------------


def record(world, **changes):
    facts = {
        "campus": world.campus_a_main,
        "as_of": JUNE,
        "students": 29000,
        "staff": 1000,
        "today": TODAY,
        "by": None,
    }
    return places_campuses.record_population(**facts | changes)


def test_a_correction_keeps_both_rows_and_the_newest_counts(world, county_staff):
    record(world)
    record(world, students=28999, source="学校更正函", by=county_staff)

    rows = PopulationSnapshot.objects.unscoped("test").filter(
        campus=world.campus_a_main, as_of=JUNE
    )
    assert sorted(rows.values_list("students", flat=True)) == [28999, 29000]
    scope = scope_at(world.province)
    shown = campus_rows(scope, on=TODAY).get(pk=world.campus_a_main.pk)
    assert shown.people == 29999
    lines = populations(world.campus_a_main, until=TODAY)
    assert [(line.row.total, line.replaced) for line in lines] == [
        (29999, False),
        (30000, True),
        (12000, False),
    ]


def test_population_of_a_past_day_is_the_one_known_for_it(world):
    record(world)
    scope = scope_at(world.province)

    before = campus_rows(scope, on=JUNE - dt.timedelta(days=1)).get(pk=world.campus_a_main.pk)
    on_day = campus_rows(scope, on=JUNE).get(pk=world.campus_a_main.pk)

    assert (before.people, on_day.people) == (12000, 30000)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        pytest.param({"as_of": TODAY + dt.timedelta(days=1)}, DomainError, "future", id="future"),
        pytest.param({"students": -1}, ValidationError, "greater than or equal to 0", id="minus"),
    ],
)
def test_record_population_refuses(world, changes, error, message):
    number = PopulationSnapshot.objects.unscoped("test").count()

    with pytest.raises(error, match=message):
        record(world, **changes)
    assert PopulationSnapshot.objects.unscoped("test").count() == number


def test_record_population_refuses_days_after_the_closing(world):
    campus = places_campuses.close_campus(
        campus=world.campus_a_stone, day=JUNE, today=TODAY, by=None
    )

    with pytest.raises(DomainError, match="closed since 2026-06-01"):
        record(world, campus=campus, as_of=JUNE)
    assert record(world, campus=campus, as_of=MARCH).total == 30000


# --- university towns and terms -----------------------------------------------------------------


def test_create_cluster_once_per_bureau(world):
    made = places_campuses.create_cluster(name="栗桥大学城", unit=world.county_a2, by=None)

    assert made.org_path == world.county_a2.org_path
    with pytest.raises(DomainError, match="already recorded at 栗桥县公安局"):
        places_campuses.create_cluster(name="栗桥大学城", unit=world.county_a2, by=None)
    with pytest.raises(DomainError, match="not 海岚省公安厅"):
        places_campuses.create_cluster(name="海岚大学城", unit=world.province, by=None)


def term(world, **changes):
    facts = {
        "university": world.university_a,
        "kind": TermKind.TERM,
        "name": "2026 spring",
        "starts_on": dt.date(2026, 3, 2),
        "ends_on": dt.date(2026, 7, 6),
        "by": None,
    }
    return places_calendar.create_term(**facts | changes)


def test_terms_touch_but_never_overlap(world):
    term(world)
    summer = term(
        world,
        kind=TermKind.VACATION,
        name="summer",
        starts_on=dt.date(2026, 7, 6),
        ends_on=dt.date(2026, 8, 31),
    )

    with pytest.raises(DomainError, match="overlaps “2026 spring”"):
        term(world, name="again", starts_on=dt.date(2026, 7, 5), ends_on=dt.date(2026, 7, 6))
    assert set(AcademicCalendar.objects.unscoped("test")) == {
        summer,
        AcademicCalendar.objects.unscoped("test").get(name="2026 spring"),
    }


def test_terms_of_two_universities_may_overlap(world):
    term(world)

    assert term(world, university=world.university_b).university == world.university_b


def test_edit_term_corrects_in_place_and_keeps_both_values_in_the_trail(world):
    row = term(world)

    places_calendar.edit_term(
        term=row,
        kind=TermKind.TERM,
        name="2026 spring",
        starts_on=dt.date(2026, 3, 9),
        ends_on=dt.date(2026, 7, 6),
        by=None,
    )

    event = events("universities.edit")[-1]
    assert (event.before, event.after) == (
        {"starts_on": "2026-03-02"},
        {"starts_on": "2026-03-09"},
    )


def test_a_term_that_ends_before_it_starts_is_refused_by_form_and_database(world):
    with pytest.raises(ValidationError, match="end must lie after"):
        term(world, ends_on=dt.date(2026, 3, 2))
    with pytest.raises(IntegrityError, match="academiccalendar_order"), transaction.atomic():
        AcademicCalendar.objects.create(
            university=world.university_a,
            kind=TermKind.TERM,
            name="x",
            starts_on=JUNE,
            ends_on=JUNE,
        )
