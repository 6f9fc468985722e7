"""The ministry's real list and the real divisions; skipped where the files are absent."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from stations.enums import UnitKind
from stations.models import Campus, OrgUnit, University, UniversityVersion
from tests.stations.imports.files import SHARED, csv_file, table_counts, universities

OFFICIAL = SHARED / "universities" / "moe_2017-05-31_official.xls"
CSV = SHARED / "universities" / "jiangsu_2017.csv"
DIVISIONS = SHARED / "divisions" / "jiangsu_divisions_gbt2260.csv"

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
real = pytest.mark.skipif(
    not all(path.exists() for path in (OFFICIAL, CSV, DIVISIONS)), reason="real files are absent"
)


@pytest.fixture
def manage(capsys):
    """Run a command; its lines in English."""

    def run(*args: object) -> list[str]:
        with translation.override("en"):
            call_command(*map(str, args))
        return capsys.readouterr().out.splitlines()

    return run


@real
def test_one_province_on_an_empty_database_then_the_csv_of_the_same_list(manage):
    lines = manage("import_universities", OFFICIAL, "--province", "江苏省")

    assert lines[0] == "167 universities in 13 cities"
    assert lines[-2:] == ["167 created, 0 changed, 0 unchanged", "Written."]
    units = OrgUnit.objects.unscoped("test")
    assert units.filter(kind=UnitKind.CITY, provisional=True).count() == 13
    for place in ("昆山市", "张家港市"):
        found = University.objects.unscoped("test").filter(place_name=place)
        assert set(found.values_list("unit__area_name", flat=True)) == {"苏州市"}
    day = dt.date(2017, 5, 31)
    assert set(UniversityVersion.objects.values_list("valid_from", flat=True)) == {day}

    lines = manage("import_universities", CSV)

    assert lines[0] == "167 universities in 13 cities"
    assert lines[-2:] == ["0 created, 0 changed, 167 unchanged", "Written."]


@real
def test_whole_country_in_one_run(manage):
    with CaptureQueriesContext(connection) as queries:
        lines = manage("import_universities", OFFICIAL)

    assert "2631 created, 0 changed, 0 unchanged" in lines
    assert not [line for line in lines if line.startswith("The heading of")]
    assert OrgUnit.objects.unscoped("test").filter(kind=UnitKind.PROVINCE).count() == 31
    assert Campus.objects.unscoped("test").count() == 2631
    assert len(queries) < 60
    assert "0 created, 0 changed, 2631 unchanged" in manage("import_universities", OFFICIAL)
    assert "0 created, 0 changed, 167 unchanged" in manage("import_universities", CSV)


@real
def test_divisions_take_the_provisional_cities_over(manage):
    manage("import_universities", OFFICIAL, "--province", "江苏省")

    lines = manage("import_bureaus", DIVISIONS)

    assert lines[0] == "1 provinces, 13 cities, 95 counties and districts"
    assert "95 created, 14 changed, 0 unchanged" in lines
    assert not OrgUnit.objects.unscoped("test").filter(provisional=True).exists()
    names = set(OrgUnit.objects.unscoped("test").values_list("name", flat=True))
    assert {"江苏省公安厅", "南京市公安局玄武分局", "昆山市公安局", "沛县公安局"} <= names
    assert "0 created, 0 changed, 109 unchanged" in manage("import_bureaus", DIVISIONS)
    lines = manage("import_universities", CSV)
    assert lines[0] == "167 universities in 13 cities"
    moved = Campus.objects.unscoped("test").filter(unit__area_name__in=("昆山市", "张家港市"))
    assert f"0 created, {moved.count()} changed, {167 - moved.count()} unchanged" in lines
    assert "0 created, 0 changed, 167 unchanged" in manage("import_universities", CSV)


# --- the command


def test_dry_run_writes_nothing(manage, tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(csv_file(universities(("澜江大学", "4199010001", "澜江市", "本科"))))
    before = table_counts()

    lines = manage("import_universities", path, "--as-of", "2026-01-01", "--dry-run")

    assert lines[0] == "1 universities in 1 cities"
    assert "The list is taken as true from 2026-01-01." in lines
    assert lines[-1] == "Dry run: nothing was written."
    assert table_counts() == before


def test_bad_file_names_its_rows_and_fails(tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_bytes(csv_file(universities(("澜江大学", "12", "澜江市", "本科"))))
    before = table_counts()

    with translation.override("en"), pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_universities", str(path))

    assert "Row 4, 学校标识码: “12” is not a code of 10 digits." in capsys.readouterr().err
    assert table_counts() == before


def test_missing_file_is_one_sentence(tmp_path):
    with translation.override("en"), pytest.raises(CommandError, match="cannot be read"):
        call_command("import_campuses", str(tmp_path / "none.csv"))
