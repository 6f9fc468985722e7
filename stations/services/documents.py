"""Acts on the documents of a station: files are versions, added and never replaced (第十一条)."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.models import Document, DocumentVersion, Station
from stations.services import records
from stations.services.guards import locked, refuse_future
from stations.uploads import CheckedFile, check_upload

DOCUMENT_FIELDS = ("kind", "title", "number", "valid_until", "started_on")
VERSION_FIELDS = ("number", "filename", "content_type", "size", "sha256", "effective_from")


@transaction.atomic
def add_document(
    *,
    station: Station,
    kind: str,
    title: str,
    effective_from: dt.date,
    filename: str,
    content: bytes,
    by: Any,
    today: dt.date,
    number: str = "",
    valid_until: dt.date | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Document:
    """File a document with its first version. The same form sent twice gives the first one.

    Raises: ConflictError if it was sent with other content; DomainError (field `file`) on a file
    that may not be stored, on a future day, on a closed room; ValidationError on bad fields.
    """
    locked(station)
    facts = {"kind": kind, "title": title, "number": number, "valid_until": valid_until}
    fingerprint = digest(
        {
            "station": station.pk,
            "effective_from": effective_from,
            "sha256": hashlib.sha256(content).hexdigest(),
            **facts,
        }
    )
    earlier = replayed(Document, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    file = check_upload(name=filename, content=content, limit=settings.UPLOAD_MAX_BYTES)
    _refuse_bad_validity(valid_until, effective_from)
    refuse_future(effective_from, today=today, field="effective_from")
    records.refuse_closed(station, day=effective_from, field="effective_from")
    document = Document(
        station=station,
        started_on=effective_from,
        client_uuid=client_uuid,
        client_digest=fingerprint,
        **facts,
    )
    document.full_clean()
    document.save()
    version = _store(document, file, number=1, effective_from=effective_from, by=by)
    _record(document, version, by=by, after=audit.snapshot(document, DOCUMENT_FIELDS))
    return document


@transaction.atomic
def add_version(
    *,
    document: Document,
    effective_from: dt.date,
    filename: str,
    content: bytes,
    by: Any,
    today: dt.date,
) -> DocumentVersion:
    """Add the next version; earlier ones stay. The same file sent twice is one version.

    Raises: DomainError (field `file`) on a file that may not be stored or that is already the
    newest version; on a day before the newest version's, a future day, a withdrawn document.
    """
    file = check_upload(name=filename, content=content, limit=settings.UPLOAD_MAX_BYTES)
    refuse_future(effective_from, today=today, field="effective_from")
    current = locked(document)
    records.refuse_ended(current)
    rows = DocumentVersion.objects.unscoped("versions of a document its caller fetched")
    newest = rows.filter(document=current).defer("content").order_by("-number").first()
    if newest is not None and newest.sha256 == file.sha256:
        if newest.effective_from == effective_from:
            return newest
        raise DomainError(
            _("“%(name)s” is the same file as version %(number)d. Choose the new file.")
            % {"name": file.filename, "number": newest.number},
            field="file",
        )
    if newest is not None and effective_from < newest.effective_from:
        raise DomainError(
            _("Version %(number)d takes effect on %(day)s; the next one cannot do so before.")
            % {"number": newest.number, "day": newest.effective_from},
            field="effective_from",
        )
    number = newest.number + 1 if newest is not None else 1
    version = _store(current, file, number=number, effective_from=effective_from, by=by)
    _record(current, version, by=by, after={})
    return version


@transaction.atomic
def edit_document(*, document: Document, by: Any, today: dt.date, **changes: Any) -> Document:
    """Correct title, number, kind or the day it is valid until; files are not touched.

    Raises: DomainError if it would expire before it took effect; as `records.change`.
    """
    _refuse_bad_validity(changes.get("valid_until"), document.started_on)
    return records.change(document, changes, fields=DOCUMENT_FIELDS, by=by, today=today)


def _refuse_bad_validity(valid_until: dt.date | None, start: dt.date) -> None:
    if valid_until is not None and valid_until < start:
        raise DomainError(
            _("Valid until %(until)s, but in effect only from %(start)s.")
            % {"until": valid_until, "start": start},
            field="valid_until",
        )


def _store(
    document: Document, file: CheckedFile, *, number: int, effective_from: dt.date, by: Any
) -> DocumentVersion:
    version = DocumentVersion(
        document=document,
        number=number,
        filename=file.filename,
        content_type=file.content_type,
        content=file.content,
        size=file.size,
        sha256=file.sha256,
        effective_from=effective_from,
        recorded_by=by,
    )
    version.full_clean()
    version.save()
    return version


def _record(
    document: Document, version: DocumentVersion, *, by: Any, after: dict[str, Any]
) -> None:
    audit.record(
        records.ACTION,
        by=by,
        obj=document,
        after={**after, "version": audit.snapshot(version, VERSION_FIELDS)},
        org_path=document.station.org_path,
    )
