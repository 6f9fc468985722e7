"""How far an import is: in the cache, outside the transaction, so that others see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

_SECONDS = 600
STAGES = {
    "reading": _("reading the rows"),
    "comparing": _("comparing with the records"),
    "writing": _("writing"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One sign of progress; `percent` of the stage."""

    stage: str
    done: int
    total: int

    @property
    def label(self) -> str:
        return str(STAGES.get(self.stage, self.stage))

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.done / self.total)) if self.total else 0


def _key(job_id: int) -> str:
    return f"stations.imports.progress.{job_id}"


class Reporter:
    """Called by the import with stage, done and total. Without a cache it stays silent."""

    def __init__(self, job_id: int) -> None:
        self._job_id = job_id

    def __call__(self, stage: str, done: int, total: int) -> None:
        try:
            cache.set(_key(self._job_id), (stage, done, total), _SECONDS)
        except RedisError:
            return


def read(job_id: int) -> Step | None:
    """The last sign of progress, if the cache has one."""
    try:
        found = cache.get(_key(job_id))
    except RedisError:
        return None
    return Step(*found) if found else None


def forget(job_id: int) -> None:
    try:
        cache.delete(_key(job_id))
    except RedisError:
        return
