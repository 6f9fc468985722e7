"""Querysets that refuse to be read before somebody said for whom."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from policeroom.common.errors import UnscopedReadError
from policeroom.common.scope import Scope


class ScopedQuerySet(models.QuerySet):
    """Rows with an `org_path`. Reading needs `.within(scope)` or `.unscoped(reason)` first."""

    #: Lookup of the path. Models whose rows hang on a station name the route to it.
    path_lookup = "org_path"
    _scoped = False

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._scoped = self._scoped
        clone.path_lookup = self.path_lookup
        return clone

    def within(self, scope: Scope, *, action: str | None = None) -> Self:
        """Rows the scope may see, or those where it holds `action`."""
        clone = self.filter(scope.q(self.path_lookup, action=action))
        clone._scoped = True
        return clone

    def unscoped(self, reason: str) -> Self:
        """Every row. `reason` says why nobody's scope applies; it is read in review.

        Raises: ValueError if the reason is empty.
        """
        if not reason:
            raise ValueError("say why this read has no scope")
        clone = self._clone()
        clone._scoped = True
        return clone

    def _require_scope(self) -> None:
        if not self._scoped:
            raise UnscopedReadError(
                f"{self.model.__name__} was read without .within(scope) or .unscoped(reason)"
            )

    def _fetch_all(self) -> None:
        self._require_scope()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        self._require_scope()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        self._require_scope()
        return super().count()

    def exists(self) -> bool:
        self._require_scope()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._require_scope()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._require_scope()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._require_scope()
        return super().delete()


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """`Model.objects` of a scoped model; `path_lookup` leads from its row to the `org_path`."""

    def __init__(self, path_lookup: str = "org_path") -> None:
        super().__init__()
        self.path_lookup = path_lookup

    def get_queryset(self) -> ScopedQuerySet:
        queryset: ScopedQuerySet = ScopedQuerySet(self.model, using=self._db)
        queryset.path_lookup = self.path_lookup
        return queryset


class ScopedModel(models.Model):
    """Base of every model whose rows belong to a place in the organisation.

    `objects` is the guarded door. `everything` is Django's own (unique checks, related managers of
    an object that was itself fetched through the scope); naming it in product code is refused by
    a consistency test.
    """

    everything = models.Manager()
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"
