"""The first start in production: the three administrators of a province."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from personnel.services import FirstAdministrator, create_first_administrators
from policeroom.common.errors import DomainError
from policeroom.common.roles import Role

OPTIONS = {
    "system": Role.SYSTEM_ADMIN,
    "security": Role.SECURITY_ADMIN,
    "audit": Role.AUDIT_ADMIN,
}


class Command(BaseCommand):
    help = (
        "Create the three administrators of a province (and its unit, if absent) and print their "
        "first passwords, once. Refuses if an administrator exists."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", required=True, help="name of the province, e.g. 海岚省")
        parser.add_argument(
            "--unit-name", default="", help="full name of its police department (default 公安厅)"
        )
        for option, role in OPTIONS.items():
            parser.add_argument(
                f"--{option}",
                nargs=2,
                metavar=("NUMBER", "NAME"),
                required=True,
                help=f"police or staff number and name of the {role.value.replace('_', ' ')}",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        people = [FirstAdministrator(role, *options[option]) for option, role in OPTIONS.items()]
        try:
            created = create_first_administrators(
                province=options["province"],
                unit_name=options["unit_name"],
                people=people,
                at=timezone.now(),
            )
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write("Each password works once, within 24 hours. It is not shown again.")
        for person, (user, password) in zip(people, created, strict=True):
            self.stdout.write(f"{person.role.label}\t{user.username}\t{user.name}\t{password}")
