"""The findings of the statistics in sentences: what the drawings are headed with."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from incidents.forms.board import WEEKDAYS
from incidents.queries.statistics import Response
from incidents.queries.statistics_periods import Period
from incidents.tables.statistics import FEW, Address, Line
from policeroom.common.pages import Figure

#: A line of fewer calls than this is not spoken of as a rise or fall.
NOTABLE = FEW


def headline(
    total: Line,
    response: Response,
    hours: Counter[tuple[int, int]],
    address: Address,
    period: Period,
) -> list[Figure]:
    """The figures above everything else."""
    figures = [
        Figure(
            str(_("Calls")),
            f"{total.now:,}",
            detail=_("before %(before)s · year before %(year)s")
            % {"before": f"{total.before:,}", "year": f"{total.year_before:,}"},
            url=total.url,
        ),
        Figure(_("Against the period before"), total.change),
        Figure(_("Against the year before"), total.year_change),
    ]
    for label, share in ((_("Response, median"), 0.5), (_("Response, 90 % within"), 0.9)):
        value = response.percentile(share)
        figures.append(
            Figure(
                label,
                "–" if value is None else value,
                unit="" if value is None else _("minutes"),
                detail=_("from %(count)s calls") % {"count": f"{response.measured:,}"},
                url=address.list(period, response="measured"),
            )
        )
    return figures


def findings(
    tables: dict[str, Any], response: Response, hours: Counter[tuple[int, int]]
) -> dict[str, str]:
    """One sentence for each part of the page."""
    return {
        "course": _course(tables["total"]),
        "categories": _categories(tables["categories"]),
        "areas": _areas(tables["areas"]),
        "hours": _hours(hours),
        "weekdays": _weekdays(hours),
        "response": _response(response),
    }


def _course(total: Line) -> str:
    if not total.before:
        return _("%(count)s calls in this period") % {"count": f"{total.now:,}"}
    if total.now > total.before:
        text = _("More calls than in the period before: %(change)s")
    elif total.now < total.before:
        text = _("Fewer calls than in the period before: %(change)s")
    else:
        text = _("As many calls as in the period before: %(change)s")
    return text % {"change": total.change}


def _categories(found: list[Line]) -> str:
    if not found or not found[0].now:
        return _("Categories")
    parts = [part for line in found for part in (line.parts or [line])]
    risen = [p for p in parts if p.before >= NOTABLE and p.now - p.before >= p.before / 5]
    most = max(risen, key=lambda part: part.now - part.before, default=None)
    if most is not None:
        return _("%(category)s rose most: %(change)s to %(now)s") % {
            "category": most.label,
            "change": most.change,
            "now": f"{most.now:,}",
        }
    return _("Most calls: %(category)s, %(now)s") % {
        "category": found[0].label,
        "now": f"{found[0].now:,}",
    }


def _areas(found: list[Line]) -> str:
    if not found or not found[0].now:
        return _("Areas")
    return _("Most calls: %(area)s, %(now)s") % {
        "area": found[0].label,
        "now": f"{found[0].now:,}",
    }


def _hours(hours: Counter[tuple[int, int]]) -> str:
    by_hour: Counter[int] = Counter()
    for (_day, hour), n in hours.items():
        if hour >= 0:
            by_hour[hour] += n
    total = by_hour.total()
    if not total:
        return _("Hours of the day")
    start = max(range(24), key=lambda h: sum(by_hour[(h + n) % 24] for n in range(4)))
    share = sum(by_hour[(start + n) % 24] for n in range(4)) / total
    return _("%(share)s of the calls come between %(start)s and %(end)s") % {
        "share": f"{share:.0%}",
        "start": f"{start:02d}:00",
        "end": f"{(start + 4) % 24:02d}:00",
    }


def _weekdays(hours: Counter[tuple[int, int]]) -> str:
    by_day: Counter[int] = Counter()
    for (day, _hour), n in hours.items():
        by_day[day] += n
    if not by_day:
        return _("Weekdays and hours")
    day, n = max(by_day.items(), key=lambda item: (item[1], -item[0]))
    return _("Most calls on %(day)s: %(count)s") % {"day": WEEKDAYS[day], "count": f"{n:,}"}


def _response(response: Response) -> str:
    median = response.percentile(0.5)
    if median is None:
        return _("No response time can be measured in this period")
    return _("Half of the calls were reached within %(median)s minutes, 90 %% within %(most)s") % {
        "median": median,
        "most": response.percentile(0.9),
    }
