"""The service worker: its script, with the list of what it keeps on the device."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from policeroom.common.access import public

SCRIPT: Final = "js/sw.js"
_FILES: Final = re.compile(r'(?:href|src)="(/static/[^"]+|[^"]+/static/[^"]+)"')


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """`/sw.js`. It keeps the page for calls without a line and the files that page names.

    The version follows from all of it, so that a new release replaces what an old one kept.
    """
    page = render_to_string("incidents/offline_capture.html", request=request)
    shell = [reverse("incidents:capture-offline"), *dict.fromkeys(_FILES.findall(page))]
    script = Path(str(finders.find(SCRIPT))).read_text(encoding="utf-8")
    version = hashlib.sha256((page + script).encode()).hexdigest()[:16]
    head = f"const SHELL = {json.dumps(shell)};\nconst VERSION = {json.dumps(version)};\n"
    return HttpResponse(head + script, content_type="text/javascript; charset=utf-8")
