"""The password of demo accounts: shown on the sign-in page in demo mode, refused in production."""

from __future__ import annotations

from typing import Final

DEMO_PASSWORD: Final = "Lantern-Boat-2026"  # noqa: S105 -- public by design, demo mode only
