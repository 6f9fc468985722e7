"""Creates that may be sent twice: the client's UUID decides."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from policeroom.common.audit import plain
from policeroom.common.errors import ConflictError
from policeroom.common.models import ClientCreated

Record = TypeVar("Record", bound=ClientCreated)


def digest(values: dict[str, Any]) -> str:
    """Fingerprint of a create's content, independent of key order."""
    text = json.dumps({k: plain(v) for k, v in values.items()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def replayed(model: type[Record], client_uuid: uuid.UUID | None, fingerprint: str) -> Record | None:
    """The record an earlier send of the same create made, or None.

    Raises: ConflictError if that send had other content (HTTP 409).
    """
    if client_uuid is None:
        return None
    earlier = model._default_manager.filter(client_uuid=client_uuid).first()
    if earlier is not None and earlier.client_digest != fingerprint:
        raise ConflictError(
            _("This form was already sent with other content. Reload the page and enter it again.")
        )
    return earlier
