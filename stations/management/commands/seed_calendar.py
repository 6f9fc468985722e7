"""Seed the statutory calendar from the `holidays` library."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import holidays
from django.core.management.base import BaseCommand, CommandError

from stations.enums import DayKind
from stations.services.places_calendar import SeedDay, seed_calendar_year

FIRST_YEAR, LAST_YEAR = 2001, 2100
#: Make-up working days have no name of their own in the library.
MAKEUP_NAME = "调休上班"


def statutory_days(year: int) -> list[SeedDay]:
    """Holidays and make-up working days of `year`, in order, named in Chinese."""
    calendar = holidays.country_holidays("CN", years=year, language="zh_CN")
    days = [SeedDay(day, DayKind.HOLIDAY, name[:60]) for day, name in calendar.items()]
    days += [
        SeedDay(day, DayKind.MAKEUP, MAKEUP_NAME)
        for day in calendar.weekend_workdays
        if day.year == year
    ]
    return sorted(days, key=lambda seed: seed.day)


class Command(BaseCommand):
    """`manage.py seed_calendar --years 2025 2026 2027`."""

    help = "Fill the calendar of statutory holidays and make-up working days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--years", nargs="+", type=int, required=True, metavar="YEAR")

    def handle(self, *args: Any, **options: Any) -> None:
        years = options["years"]
        wrong = [year for year in years if not FIRST_YEAR <= year <= LAST_YEAR]
        if wrong:
            raise CommandError(f"No calendar for {wrong}: {FIRST_YEAR} to {LAST_YEAR} are known.")
        for year in years:
            days = statutory_days(year)
            written = seed_calendar_year(year=year, days=days)
            makeup = sum(day.kind == DayKind.MAKEUP for day in days)
            if not written:
                self.stdout.write(f"{year}: already confirmed, left as it is")
                continue
            state = "" if makeup else ", provisional: no make-up days are published yet"
            self.stdout.write(f"{year}: {written - makeup} holidays, {makeup} make-up days{state}")
