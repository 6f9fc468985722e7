"""The figures and the finding on top of the coverage page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from policeroom.common.pages import Figure
from reports.coverage import CoverageReport
from reports.tables import Address


def headline(report: CoverageReport, address: Address) -> list[Figure]:
    """What an area has and lacks, each gap figure a link to its rows."""
    total = report.total
    covered = total.tallies["JS-04-1"]
    rooms = (total.tallies["JS-07-1"], total.tallies["JS-07-2"])
    unmeasured = sum(tally.unknown for tally in rooms)
    return [
        Figure(
            _("Universities that need a room"),
            str(total.universities),
            detail=_("%(n)d outside the count") % {"n": report.outside_denominator},
        ),
        Figure(
            _("Covered"),
            covered.rate_text,
            unit="%" if covered.rate is not None else "",
            detail=_("%(n)d not covered") % {"n": covered.failed},
            tone=_tone(covered.failed),
            url=address.gaps(rule="JS-04-1", path=total.area.path),
        ),
        *_judged_gaps(report, address),
        _gaps(
            _("Rooms below the minimum area"),
            sum(tally.failed for tally in rooms),
            _("%(n)d not measured") % {"n": unmeasured},
            url=address.gaps(rule="JS-07-1", path=total.area.path),
        ),
    ]


def _judged_gaps(report: CoverageReport, address: Address) -> list[Figure]:
    """The rules whose gaps are shown out of all that were judged."""
    labels = (
        ("JS-06-1", _("Undergraduate campuses without own room"), _("of %(n)d campuses")),
        ("JS-06-2", _("Designated colleges without own room"), _("of %(n)d designated")),
        ("JS-06-4", _("Centres that serve too few"), _("of %(n)d centres")),
    )
    tallies, path = report.total.tallies, report.total.area.path
    return [
        _gaps(
            label,
            tallies[rule].failed,
            detail % {"n": tallies[rule].judged},
            url=address.gaps(rule=rule, path=path),
        )
        for rule, label, detail in labels
    ]


def _gaps(label: str, number: int, detail: str, *, url: str) -> Figure:
    return Figure(label, str(number), detail=detail, tone=_tone(number), url=url)


def _tone(gaps: int) -> str:
    return "bad" if gaps else ""


def finding(report: CoverageReport) -> str:
    """The title of the charts: what they say, not what they measure."""
    rated = [
        line
        for line in report.areas
        if line.tallies["JS-04-1"].rate is not None and line.area.path != report.total.area.path
    ]
    if not rated:
        return _("No university is counted here")
    full = sum(line.tallies["JS-04-1"].failed == 0 for line in rated)
    lowest = min(rated, key=lambda line: line.tallies["JS-04-1"].rate or 0)
    if full == len(rated):
        return _("All %(n)d areas are fully covered") % {"n": full}
    return _("%(full)d of %(all)d areas fully covered; lowest: %(name)s %(rate)s%%") % {
        "full": full,
        "all": len(rated),
        "name": lowest.area.name,
        "rate": lowest.tallies["JS-04-1"].rate_text,
    }
