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
    parser.add_argument(
        "--calls",
        type=int,
        nargs="+",
        metavar="N",
        help="measure the log instead: numbers of generated calls in 3,000 rooms"
        " (10000 takes one minute, 1000000 six, 10000000 about an hour and 30 GB)",
    )
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "policeroom.settings.test"
    django.setup()
    from benchmarks.matcher import run as run_matcher  # noqa: PLC0415 -- app ready
    from benchmarks.roster import run as run_roster  # noqa: PLC0415 -- app ready
    from benchmarks.run import run, run_calls  # noqa: PLC0415 -- app ready

    if options.calls:
        run_calls(options.calls)
    else:
        run_matcher()
        run_roster()
        run(options.stations)


main()
