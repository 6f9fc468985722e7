"""第十三条(六), 第十四条(五) as pure functions. Every number comes in as a dated parameter."""

from __future__ import annotations

from policeroom.common.verdicts import Status, Verdict

#: What a missing piece of a record is called; the screen has a sentence and a remedy for each.
MISSING_CATEGORY = "category"
MISSING_DISPOSITION = "disposition"
MISSING_TRANSFER = "transfer"
MISSING_ONSITE_REASON = "no_onsite_reason"
MISSING_ARRIVAL = "arrived_at"
MISSING_UNIVERSITY_ARRIVAL = "university_arrived_at"


def missing_for_closing(
    *,
    has_category: bool,
    disposition: str,
    is_case: bool,
    transferred: bool,
) -> tuple[str, ...]:
    """What stands in the way of closing an incident, in the order it is asked for.

    Source: JS-13-6a (规范第十三条(六)): a criminal or public-order case is not closed without a
    transfer. That every closed call has a category and a disposition is the log's own rule.
    """
    found = []
    if not has_category:
        found.append(MISSING_CATEGORY)
    if not disposition:
        found.append(MISSING_DISPOSITION)
    if (is_case or disposition == "transferred") and not transferred:
        found.append(MISSING_TRANSFER)
    return tuple(found)


def case_transferred(*, is_case: bool, closed: bool, transfers: int) -> Verdict:
    """A criminal or public-order case is closed only after a transfer.

    Source: JS-13-6a (规范第十三条(六)). Units: transfers.
    """
    if not is_case:
        return Verdict("JS-13-6a", Status.NOT_APPLICABLE, transfers, 1, "no_case")
    if transfers:
        return Verdict("JS-13-6a", Status.PASS, transfers, 1, "transferred")
    if closed:
        return Verdict("JS-13-6a", Status.FAIL, 0, 1, "closed_without_transfer")
    return Verdict("JS-13-6a", Status.PENDING, 0, 1, "case_open")


def handled_on_scene(*, applies: bool, closed: bool, on_scene: bool, reason_given: bool) -> Verdict:
    """Calls for help and disputes carry an on-scene disposition, or the reason why not.

    Source: JS-13-6c (规范第十三条(六)). `applies`: the call is one for help, or a dispute.
    """
    if not applies:
        return Verdict("JS-13-6c", Status.NOT_APPLICABLE, None, None, "no_help_or_dispute")
    if on_scene:
        return Verdict("JS-13-6c", Status.PASS, 1, 1, "on_scene")
    if reason_given:
        return Verdict("JS-13-6c", Status.PASS, 0, 1, "reason_given")
    if not closed:
        return Verdict("JS-13-6c", Status.PENDING, 0, 1, "call_open")
    return Verdict("JS-13-6c", Status.FAIL, 0, 1, "neither_scene_nor_reason")


def joint_response(*, emergency: bool, police_arrived: bool, university_arrived: bool) -> Verdict:
    """A sudden event records the arrival of the police and of the university.

    Source: JS-14-5 (规范第十四条(五)). Minutes are a metric, not a verdict. Units: sides recorded.
    """
    recorded = int(police_arrived) + int(university_arrived)
    if not emergency:
        return Verdict("JS-14-5", Status.NOT_APPLICABLE, recorded, 2, "no_sudden_event")
    if recorded == 2:
        return Verdict("JS-14-5", Status.PASS, 2, 2, "both_arrived")
    return Verdict("JS-14-5", Status.FAIL, recorded, 2, "arrival_missing")
