"""Acts on logs from elsewhere: keep a mapping, upload a file, go on with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.imports.fields import NEEDED, SEVERAL, LogField
from incidents.models import LogMapping
from policeroom.common import audit
from policeroom.common.errors import DomainError, NotAllowedError
from policeroom.common.scope import Scope, subtree
from stations.imports import jobs
from stations.models import ImportJob, Station

ACTION = "incidents.import"
#: What a mapping says besides its columns.
SETTINGS = ("zone", "date_order", "empty_date", "bad_date", "default_kind")
Columns = Sequence[Mapping[str, str]]


def check_columns(columns: Columns) -> None:
    """Refuse columns that do not make a record.

    Raises: DomainError naming the field that is missing, or that two columns claim.
    """
    chosen = [column["field"] for column in columns if column["field"]]
    for field in LogField:
        if field not in SEVERAL and chosen.count(field) > 1:
            names = "、".join(c["name"] for c in columns if c["field"] == field)
            raise DomainError(
                _("“%(field)s” is said of several columns: %(names)s. Choose one.")
                % {"field": field.label, "names": names}
            )
    for group in NEEDED:
        if not any(field in chosen for field in group):
            raise DomainError(
                _("No column is “%(fields)s”. Say which one it is.")
                % {"fields": "” / “".join(str(field.label) for field in group)}
            )


@transaction.atomic
def save_mapping(
    *,
    station: Station,
    unit_path: str,
    name: str,
    fingerprint: str,
    columns: Columns,
    scope: Scope,
    by: Any,
    words: Mapping[str, Mapping[str, str]] | None = None,
    **settings: str,
) -> LogMapping:
    """Keep what the columns of a log mean, for the room or for a bureau above it.

    A mapping of the same name and header there is replaced; the records it made stay its own.
    `settings` are of `SETTINGS`; `words` are added to those it has.
    Raises: NotAllowedError if the actor may not import at the unit; DomainError on columns that do
    not make a record; ValidationError on bad settings.
    """
    if not scope.allows(ACTION, unit_path) or not station.org_path.startswith(unit_path):
        raise NotAllowedError(_("You may not keep a mapping for this unit."))
    check_columns(columns)
    rows = LogMapping.objects.unscoped("the mapping that is about to be replaced")
    held = rows.select_for_update(of=("self",))
    mapping = held.filter(org_path=unit_path, name=name, fingerprint=fingerprint).first()
    before = _snapshot(mapping) if mapping is not None else None
    if mapping is None:
        mapping = LogMapping(org_path=unit_path, name=name, fingerprint=fingerprint, created_by=by)
    mapping.columns = [dict(column) for column in columns]
    for setting, value in settings.items():
        setattr(mapping, setting, value)
    for kind, codes in (words or {}).items():
        mapping.words = {**mapping.words, kind: {**mapping.words.get(kind, {}), **codes}}
    mapping.full_clean()
    mapping.save()
    audit.record("incidents.mapping", by=by, obj=mapping, before=before, after=_snapshot(mapping))
    return mapping


def _snapshot(mapping: LogMapping) -> dict[str, Any]:
    return audit.snapshot(mapping, ("columns", *SETTINGS, "words"))


@transaction.atomic
def assign_words(
    *, mapping: LogMapping, words: Mapping[str, Mapping[str, str]], scope: Scope, by: Any
) -> LogMapping:
    """Say which of our codes words of the log stand for; "" says none.

    Raises: NotAllowedError if the mapping belongs to a unit the actor may not import for.
    """
    if not scope.allows(ACTION, mapping.org_path):
        raise NotAllowedError(
            _("This mapping belongs to a unit above. Save the columns for your room first.")
        )
    before = _snapshot(mapping)
    for kind, codes in words.items():
        mapping.words = {**mapping.words, kind: {**mapping.words.get(kind, {}), **codes}}
    mapping.save(update_fields=["words", "updated_at"])
    audit.record("incidents.mapping", by=by, obj=mapping, before=before, after=_snapshot(mapping))
    return mapping


def upload_log(
    *,
    station: Station,
    filename: str,
    content: bytes,
    mapping: LogMapping | None,
    scope: Scope,
    by: Any,
    as_of: dt.date | None = None,
) -> ImportJob:
    """Keep a file; with a mapping its dry run can begin, without one its columns come first.

    Raises: NotAllowedError if the actor may not import for the room.
    """
    return jobs.upload(
        kind=ImportJob.Kind.INCIDENTS,
        filename=filename,
        content=content,
        area=subtree(station.org_path),
        scope=scope,
        by=by,
        as_of=as_of,
        state=ImportJob.State.WAITING if mapping else ImportJob.State.MAPPING,
        options={"station": station.pk, "mapping": mapping.pk if mapping else None},
    )


def use_mapping(
    *, job: ImportJob, mapping: LogMapping, scope: Scope, start: bool = True
) -> ImportJob:
    """Read the file of a job with this mapping; the dry run follows unless more is to be said.

    Raises: NotAllowedError, ConflictError as `stations.imports.jobs.assign`.
    """
    state = ImportJob.State.WAITING if start else ImportJob.State.MAPPING
    return jobs.assign(job=job, options={"mapping": mapping.pk}, scope=scope, state=state)
