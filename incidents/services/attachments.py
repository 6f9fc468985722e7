"""Files of an incident: checked by content, kept in the database, struck and never deleted."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from incidents.enums import EntryKind
from incidents.models import Incident, IncidentAttachment
from incidents.services.guards import locked
from incidents.services.parts import strike
from incidents.services.timeline import note_change, touch
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.uploads import CheckedFile, check_upload

#: What one incident may keep, struck files included.
QUOTA_FILES = 30
QUOTA_BYTES = 100 * 1024 * 1024


@transaction.atomic
def attach(
    *,
    incident: Incident,
    filename: str,
    content: bytes,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> IncidentAttachment:
    """Keep a file with an incident; also after the review, as a supplement to it.

    Source: requirements 45, 46. The same file sent twice is one row.
    Raises: ConflictError for another file under a used `client_uuid`; DomainError (field `file`)
    on a file that may not be kept, or beyond the quota of the incident.
    """
    sent = hashlib.sha256(content).hexdigest()
    fingerprint = digest({"incident": incident.pk, "sha256": sent})
    earlier = replayed(IncidentAttachment, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    file = check_upload(name=filename, content=content, limit=settings.UPLOAD_MAX_BYTES)
    incident = locked(incident)
    same = incident.incidentattachment_rows.filter(struck_at__isnull=True, sha256=file.sha256)
    known = same.defer("content").first()
    if known is not None:
        return known
    _refuse_beyond_quota(incident, file)
    row = IncidentAttachment(
        incident=incident,
        org_path=incident.org_path,
        filename=file.filename,
        content_type=file.content_type,
        content=file.content,
        size=file.size,
        sha256=file.sha256,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    row.clean_fields(exclude=("incident", "recorded_by"))
    row.save(force_insert=True)
    _note(row, ["", row.filename], by=by, now=now)
    after = audit.snapshot(row, ("filename", "content_type", "size", "sha256"))
    audit.record("incidents.attach", by=by, obj=incident, after=after)
    return row


@transaction.atomic
def strike_attachment(
    *, attachment: IncidentAttachment, reason: str, by: Any, now: dt.datetime
) -> IncidentAttachment:
    """Cross a file out: its name stays in the record, it is offered no more.

    Raises: DomainError as `parts.strike`.
    """
    incident = locked(attachment.incident)
    strike(attachment, reason=reason, by=by, now=now)
    attachment.incident = incident
    _note(attachment, [attachment.filename, ""], by=by, now=now, text=attachment.strike_reason)
    audit.record(
        "incidents.detach",
        by=by,
        obj=incident,
        after={"filename": attachment.filename, "sha256": attachment.sha256},
    )
    return attachment


def _refuse_beyond_quota(incident: Incident, file: CheckedFile) -> None:
    kept = incident.incidentattachment_rows.aggregate(files=Count("pk"), size=Sum("size"))
    if kept["files"] >= QUOTA_FILES:
        raise DomainError(
            _("An incident keeps at most %(limit)d files. Put what belongs together in one PDF.")
            % {"limit": QUOTA_FILES},
            field="file",
        )
    total = (kept["size"] or 0) + file.size
    if total > QUOTA_BYTES:
        raise DomainError(
            _("With this file the incident would keep %(total)s; the limit is %(limit)s.")
            % {"total": filesizeformat(total), "limit": filesizeformat(QUOTA_BYTES)},
            field="file",
        )


def _note(
    row: IncidentAttachment, change: list[str], *, by: Any, now: dt.datetime, text: str = ""
) -> None:
    changes = {"attachment": change}
    note_change(row.incident, kind=EntryKind.CHANGE, changes=changes, by=by, at=now, text=text)
    touch(row.incident)
