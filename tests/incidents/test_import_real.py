"""Two real logs of universities abroad; skipped where the files are absent."""

from __future__ import annotations

import csv
from collections import Counter

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from incidents.enums import EntryKind, Precision
from incidents.models import Incident, IncidentEntry, SourceRow
from policeroom.accounts.models import User
from tests.stations.imports.files import SHARED
from tests.world import World

FOLDER = SHARED / "incidents"
OLD = FOLDER / "umd_incidents_2021-12-08.csv"
NEW = FOLDER / "umd_incidents_2021-12-15.csv"
CALLS = FOLDER / "ucsd_calls_2025-08-10_2025-11-03.csv"
EAST, WEST = "America/New_York", "America/Los_Angeles"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        not all(path.exists() for path in (OLD, NEW, CALLS)), reason="real files are absent"
    ),
]


@pytest.fixture
def manage(capsys, world: World, station_lead: User):
    """Run the command for the first room; its lines in English."""

    def run(*args: object) -> list[str]:
        room = ("--room", world.station_a1.code, "--by", station_lead.username)
        with translation.override("en"):
            call_command("import_incidents", *map(str, args), *room)
        return capsys.readouterr().out.splitlines()

    return run


def counts(lines: list[str]) -> str:
    (line,) = (line for line in lines if " created, " in line)
    return line


def listed(lines: list[str], words: str) -> int:
    """How often the summary says it found something."""
    (line,) = (line for line in lines if line.endswith(words))
    return int(line.split(" ")[0])


def logged() -> list[Incident]:
    return list(Incident.objects.unscoped("test").order_by("id"))


def test_a_log_grows_is_corrected_and_never_goes_back(manage) -> None:
    lines = manage(OLD, "--log", "UMD", "--zone", EAST)

    assert counts(lines) == "14251 created, 0 changed, 0 unchanged"
    assert listed(lines, "only the day is known") == 183
    assert listed(lines, "occurred after it was reported") == 93
    records = logged()
    assert len(records) == 14251
    kept = Counter(record.occurred_precision for record in records)
    assert kept == {Precision.EXACT: 14068, Precision.DAY: 183}
    assert {record.reported_precision for record in records} == {Precision.EXACT}
    assert len({record.number for record in records}) == 14251

    lines = manage(NEW, "--log", "UMD")

    assert counts(lines) == "30 created, 11 changed, 14240 unchanged"
    changes = IncidentEntry.objects.unscoped("test").filter(kind=EntryKind.CHANGE)
    fields = Counter(field for entry in changes for field in entry.changes)
    assert fields == {"disposition": 10, "occurred_from": 1}
    before_after = changes.get(incident__source_key="2021-00088883").changes["occurred_from"]
    assert before_after == ["2021-11-20 09:00", "2021-11-20 09:07"]  # in Shanghai
    assert counts(manage(NEW, "--log", "UMD")) == "0 created, 0 changed, 14281 unchanged"

    lines = manage(OLD, "--log", "UMD", "--dry-run")

    assert counts(lines) == "0 created, 0 changed, 14240 unchanged"
    assert listed(lines, "older than the record") == 11
    assert "30 records of this log are not in the file; they stay as they are." in lines
    old_name = "This file (2021-12-08) is older than the last one that was imported (2021-12-15)."
    assert old_name in lines
    assert counts(manage(OLD, "--log", "UMD")) == "0 created, 0 changed, 14240 unchanged"
    assert changes.count() == 11
    assert SourceRow.objects.unscoped("test").count() == 14251 + 30 + 11


def test_an_older_file_under_another_name_is_recognised_by_its_values(manage, tmp_path) -> None:
    renamed = tmp_path / "log.csv"
    renamed.write_bytes(OLD.read_bytes())
    manage(renamed, "--log", "UMD", "--zone", EAST)
    renamed.write_bytes(NEW.read_bytes())
    manage(renamed, "--log", "UMD")
    renamed.write_bytes(OLD.read_bytes())

    lines = manage(renamed, "--log", "UMD", "--dry-run")

    assert counts(lines) == "0 created, 0 changed, 14240 unchanged"
    assert listed(lines, "older than the record") == 11


def test_calls_with_unknown_dates_ranges_and_numbers_used_twice(manage) -> None:
    lines = manage(CALLS, "--log", "UCSD", "--zone", WEST)

    assert counts(lines) == "2453 created, 0 changed, 0 unchanged"
    with CALLS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(enumerate(csv.DictReader(file), start=2))
    assert len(rows) == 2456
    records = logged()
    assert len(records) == len({tuple(row.values()) for _line, row in rows}) == 2453
    assert {record.reported_precision for record in records} == {Precision.DAY}
    unknown = [line for line, row in rows if "Unknown" in row["Date Occurred"]]
    precise = Counter(record.occurred_precision for record in records)
    assert precise[Precision.UNKNOWN] == len(unknown) + 2  # and two years of three digits
    told = {int(line.split(" ")[1].rstrip(",")) for line in lines if line.startswith("Row ")}
    odd = {
        line for line, row in rows if "Unknown" in f"{row['Date Occurred']}{row['Time Occurred']}"
    }
    repeated, short_years = {1090, 1720, 1781}, {1666, 2367}
    assert odd | repeated | short_years | {195, 238, 292, 362, 539, 1020} <= told
    days = {timezone.localtime(record.reported_at).strftime("%-m/%-d/%Y") for record in records}
    assert days == {row["Date Reported"] for _line, row in rows}

    assert counts(manage(CALLS, "--log", "UCSD")) == "0 created, 0 changed, 2453 unchanged"
