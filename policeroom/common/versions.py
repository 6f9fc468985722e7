"""Facts that change: the current value on the record, every value with its interval beside it.

A versioned record has a sister model `<Name>Version` with the same fields, a foreign key `subject`
and a valid interval. Reports for a past day read the sister; lists read the record. Both are
written here and nowhere else, so they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from policeroom.common.errors import DomainError


def version_fields(version_model: type[Any]) -> tuple[str, ...]:
    """Names of the fields a version repeats from its subject."""
    own = {"id", "subject", "valid_from", "valid_to", "recorded_at", "recorded_by"}
    return tuple(f.name for f in version_model._meta.concrete_fields if f.name not in own)


def write_version(
    subject: models.Model, version_model: type[Any], *, valid_from: dt.date, by: Any
) -> bool:
    """Record the subject's present values as true from `valid_from`; returns whether any differ.

    The open version is closed on that day. A second change on the same day corrects the version
    that starts that day (the audit event keeps both values).
    Raises: DomainError if a version already starts after `valid_from`: history is not rewritten.
    """
    names = version_fields(version_model)
    rows = version_model._default_manager.select_for_update(of=("self",))
    latest = rows.filter(subject=subject).order_by("-valid_from").first()
    values = {name: getattr(subject, name) for name in names}
    if latest is not None and all(getattr(latest, n) == v for n, v in values.items()):
        return False
    if latest is not None:
        _refuse_rewriting(latest, subject, valid_from)
    if latest is not None and latest.valid_from == valid_from:
        for name, value in values.items():
            setattr(latest, name, value)
        latest.save(update_fields=list(names))
        return True
    if latest is not None:
        latest.valid_to = valid_from
        latest.save(update_fields=["valid_to"])
    version_model._default_manager.create(
        subject=subject, valid_from=valid_from, recorded_by=by, **values
    )
    return True


def bulk_write_versions(
    subjects: Iterable[models.Model],
    version_model: type[Any],
    *,
    valid_from: dt.date,
    by: Any,
) -> None:
    """`write_version` for many subjects (an import) with four queries instead of four each.

    Raises: DomainError as `write_version`, naming the first subject concerned.
    """
    subjects = list(subjects)
    names = version_fields(version_model)
    open_rows = {
        row.subject_id: row
        for row in version_model._default_manager.filter(
            subject__in=[s.pk for s in subjects], valid_to__isnull=True
        )
    }
    corrected: list[Any] = []
    closed: list[Any] = []
    created: list[Any] = []
    for subject in subjects:
        row = open_rows.get(subject.pk)
        values = {name: getattr(subject, name) for name in names}
        if row is not None:
            _refuse_rewriting(row, subject, valid_from)
        if row is not None and row.valid_from == valid_from:
            for name, value in values.items():
                setattr(row, name, value)
            corrected.append(row)
            continue
        if row is not None:
            row.valid_to = valid_from
            closed.append(row)
        created.append(
            version_model(subject=subject, valid_from=valid_from, recorded_by=by, **values)
        )
    manager = version_model._default_manager
    if corrected:
        manager.bulk_update(corrected, list(names), batch_size=500)
    if closed:
        manager.bulk_update(closed, ["valid_to"], batch_size=500)
    manager.bulk_create(created, batch_size=500)


def _refuse_rewriting(latest: Any, subject: models.Model, valid_from: dt.date) -> None:
    if latest.valid_from > valid_from:
        raise DomainError(
            _("%(name)s already has a change dated %(day)s; %(asked)s lies before it.")
            % {"name": subject, "day": latest.valid_from, "asked": valid_from},
            field="valid_from",
        )
