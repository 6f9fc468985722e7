"""A web page and a Celery application small enough to start in a second."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from celery import Celery

SOCKET = os.environ.get("REDIS_URL", "unix:///nowhere?db=0").removeprefix("unix://").split("?")[0]
app = Celery("tiny_site", broker=f"redis+socket://{SOCKET}?virtual_host=0")


def application(
    _environ: dict[str, object], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ready"]
