"""`manage.py demo_accounts`: print the demonstration accounts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation

from personnel.models import RoleGrant
from personnel.queries import valid_at
from policeroom.accounts.demo import DEMO_PASSWORD
from policeroom.common.roles import Role


class Command(BaseCommand):
    """Who can sign in, in which role, with which password."""

    help = "Print the demonstration accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        grants = (
            RoleGrant.objects.filter(valid_at(timezone.now()), user__is_demo=True)
            .select_related("user", "content_object")
            .order_by("user__username")
        )
        for grant in grants:
            with translation.override("zh-hans"):
                label = Role(grant.role).label
            self.stdout.write(
                f"  {grant.user.username}  {DEMO_PASSWORD}  {label}  {grant.user.name}  "
                f"{grant.content_object.name}"
            )
