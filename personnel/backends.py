"""`user.has_perm("stations.role_city", unit)` with the validity of the grant respected."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from guardian.backends import ObjectPermissionBackend

from personnel.queries import valid_grants
from stations.models import OrgUnit


class GrantBackend(ObjectPermissionBackend):
    """Guardian's backend, except that an expired or future grant is no permission."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not isinstance(obj, OrgUnit) or not user_obj.is_active:
            return False
        codename = perm.rpartition(".")[2]
        return (
            valid_grants(user_obj, at=timezone.now())
            .filter(content_object=obj, permission__codename=codename)
            .exists()
        )
