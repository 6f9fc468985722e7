"""`manage.py seed_demo`: fill an empty database with the demonstration province."""

from __future__ import annotations

import random
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from personnel.services import escalate_overdue
from policeroom.accounts.models import User
from policeroom.demo.decisions import build_decisions
from policeroom.demo.duty import build_duty
from policeroom.demo.duty_acts import build_duty_acts
from policeroom.demo.follow_ups import build_follow_ups
from policeroom.demo.incidents import build_incidents
from policeroom.demo.ledgers import build_ledgers
from policeroom.demo.meetings import build_meetings
from policeroom.demo.people import build_people, recorder
from policeroom.demo.places import build_places
from policeroom.demo.plans import build_plans
from policeroom.demo.premises import build_premises
from policeroom.demo.records import build_records
from policeroom.demo.rooms import build_rooms
from policeroom.demo.shifts import build_shifts
from policeroom.demo.staff import build_staff
from policeroom.demo.stage import Stage
from stations.models import OrgUnit

SEED = 20260901


class Command(BaseCommand):
    """Deterministic: the same seed and day give the same province."""

    help = "Fill an empty database with the invented demonstration province."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when the database has data"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("Demonstration data is refused outside demo mode.")
        filled = (
            OrgUnit.objects.unscoped("is the database empty?").exists() or User.objects.exists()
        )
        if filled and options["if_empty"]:
            return
        if filled:
            raise CommandError("The database already holds data; the demonstration needs it empty.")
        now = timezone.now()
        today = timezone.localdate(now)
        with transaction.atomic():
            rng = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
            places = build_places(rng)
            stations = build_rooms(places, rng, today=today)
            author = recorder(places, at=now)
            build_premises(stations, rng, today=today, recorder=author)
            calls = build_incidents(stations, rng, now=now, recorder=author)
            build_people(places, stations, at=now)
            call_command("seed_calendar", years=[2025, 2026, 2027], verbosity=0)
            stage = Stage(stations, rng, now, author)
            build_follow_ups(stage, calls)
            build_ledgers(stage, calls)
            build_records(stage)
            build_staff(stage, places)
            build_decisions(stage, places)
            build_duty(stage, places)
            build_plans(stage, places)
            build_shifts(stage)
            build_meetings(stage)
            build_duty_acts(stage)
            escalate_overdue(now=now)
        self.stdout.write(
            f"{places.province.area_name}: {len(places.cities)} cities, "
            f"{len(places.universities)} universities, {len(stations)} stations, "
            f"{len(calls)} incidents."
        )
