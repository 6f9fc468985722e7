"""`python -m benchmarks [--stations N ...]`: measure and print; nothing passes or fails."""

from __future__ import annotations

import argparse
import os

import django

#: Opening rooms needs this many campuses that have none yet.
SMALLEST = 200


def size(text: str) -> int:
    """A number of police rooms.

    Raises: ArgumentTypeError below `SMALLEST`.
    """
    number = int(text)
    if number < SMALLEST:
        raise argparse.ArgumentTypeError(f"{number} is too few; measure at least {SMALLEST} rooms")
    return number


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "--stations",
        type=size,
        nargs="+",
        default=[200, 3000],
        metavar="N",
        help="sizes of the generated provinces in police rooms (default: 200 3000)",
    )
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "policeroom.settings.test"
    django.setup()
    from benchmarks.run import run  # noqa: PLC0415 -- app ready

    run(options.stations)


main()
