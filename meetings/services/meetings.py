"""Acts on meetings: plan, call off, enter as held, correct the minutes, confirm a late entry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.services.guards import local, refuse_before, require_operating
from meetings import rules
from meetings.enums import Mode, Regime
from meetings.models import Meeting, MinutesVersion, Participant, Sitting
from meetings.regimes import REGIMES
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.periods import Period
from stations.models import OrgUnit, Station, University

LOCK: Final = "lock of a row its caller fetched through the scope"
#: regime → heading → {"text": …} or {"nil": True}
Body = Mapping[str, Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who took part."""

    side: str
    organisation: str
    post: str
    name: str
    university: University | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How a meeting went: the times, what was said, and the past period it makes up for."""

    held_at: dt.datetime
    ended_at: dt.datetime
    body: Body
    #: regime → the past period this meeting makes up for.
    makes_up: Mapping[str, Period]


@transaction.atomic
def plan_meeting(
    *,
    unit: OrgUnit,
    rooms: Sequence[Station],
    regimes: Sequence[str],
    planned_at: dt.datetime,
    mode: str = Mode.ROOM,
    place: str = "",
    by: Any,
    client_uuid: uuid.UUID | None = None,
) -> Meeting:
    """Set a meeting of some rooms and regimes for an instant.

    Source: 第十四条(一) to (三); D 9: one sitting may serve several regimes and rooms.
    Raises: DomainError without a room or regime, or for a room that does not exist on the day;
    ConflictError for other content under a used `client_uuid`.
    """
    fingerprint = digest(
        {
            "rooms": sorted(room.pk for room in rooms),
            "regimes": sorted(regimes),
            "planned_at": planned_at,
            "place": place,
        }
    )
    earlier = replayed(Meeting, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    _check_parties(rooms, regimes, on=planned_at.astimezone(ZONE).date())
    meeting = Meeting(
        unit=unit,
        planned_at=planned_at,
        mode=mode,
        place=place.strip(),
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    meeting.full_clean(exclude=("unit", "recorded_by"))
    meeting.save(force_insert=True)
    _seat(meeting, rooms, regimes)
    audit.record("meetings.plan", by=by, obj=meeting, after={"planned_at": planned_at.isoformat()})
    return meeting


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: Any, now: dt.datetime) -> Meeting:
    """Call a planned meeting off; a second call changes nothing.

    Raises: DomainError without a reason, or when it was held.
    """
    current = locked(meeting)
    if current.cancelled_at is not None:
        return current
    if not reason.strip():
        raise DomainError(_("Say why the meeting is called off."), field="reason")
    if current.held_at is not None:
        raise DomainError(
            _("This meeting began at %(held)s. A meeting that was held is not called off.")
            % {"held": local(current.held_at)}
        )
    current.cancelled_at, current.cancelled_by = now, by
    current.cancel_reason = reason.strip()
    current.clean_fields(exclude=("unit", "recorded_by", "cancelled_by"))
    current.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    audit.record("meetings.cancel", by=by, obj=current, after={"reason": current.cancel_reason})
    return current


@transaction.atomic
def enter_held(
    *,
    meeting: Meeting,
    held: Held,
    present: Sequence[Present],
    by: Any,
    now: dt.datetime,
) -> Meeting:
    """Enter a planned meeting as held: its times, who came, what was said. The first minutes.

    Source: 第十四条; D 8, D 9, D 10, D 12: the beginning decides the period; a make-up names a past
    one; what has not ended is not entered.
    Raises: DomainError for times that cannot be, a make-up of a period that was not over, or a
    meeting that was called off; ConflictError if it was entered meanwhile.
    """
    current = locked(meeting)
    if current.held_at is not None:
        raise ConflictError(
            _("This meeting was entered meanwhile. Open it to correct the minutes.")
        )
    if current.cancelled_at is not None:
        raise DomainError(_("This meeting was called off. Plan a new one."))
    _check_times(held, now=now)
    _write_times(current, held)
    current.entered_at, current.entered_by = now, by
    current.full_clean(exclude=("unit", "recorded_by", "entered_by"))
    current.save(update_fields=["held_at", "ended_at", "entered_at", "entered_by"])
    _serve(current, held)
    for one in present:
        add_participant(meeting=current, present=one)
    _keep_version(current, held, number=1, by=by)
    audit.record("meetings.held", by=by, obj=current, after=_times(held))
    return current


@transaction.atomic
def record_meeting(
    *,
    unit: OrgUnit,
    rooms: Sequence[Station],
    regimes: Sequence[str],
    held: Held,
    present: Sequence[Present],
    mode: str = Mode.ROOM,
    place: str = "",
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> Meeting:
    """Enter a meeting that nobody planned here. A resend under `client_uuid` returns the first.

    Raises: as `plan_meeting` and `enter_held`.
    """
    _check_times(held, now=now)
    meeting = plan_meeting(
        unit=unit,
        rooms=rooms,
        regimes=regimes,
        planned_at=held.held_at,
        mode=mode,
        place=place,
        by=by,
        client_uuid=client_uuid,
    )
    if meeting.held_at is not None:  # the first send came through
        return meeting
    return enter_held(meeting=meeting, held=held, present=present, by=by, now=now)


@transaction.atomic
def correct_minutes(
    *, meeting: Meeting, held: Held, seen_version: int, by: Any, now: dt.datetime
) -> MinutesVersion:
    """Keep a new version of the minutes; every earlier one stays (D 12).

    `seen_version`: the version on which the correction was written.
    Raises: ConflictError if a newer version exists; DomainError as `enter_held`.
    """
    current = locked(meeting)
    last = current.minutes.order_by("-number").first()
    if last is None or current.held_at is None:
        raise DomainError(_("This meeting has no minutes yet. Enter it as held first."))
    if last.number != seen_version:
        raise ConflictError(
            _("Version %(last)s was saved meanwhile; yours began from %(seen)s. Reload and merge.")
            % {"last": last.number, "seen": seen_version}
        )
    _check_times(held, now=now)
    before = {"held_at": last.held_at.isoformat(), "ended_at": last.ended_at.isoformat()}
    _write_times(current, held)
    current.full_clean(exclude=("unit", "recorded_by", "entered_by"))
    current.save(update_fields=["held_at", "ended_at"])
    _serve(current, held)
    version = _keep_version(current, held, number=last.number + 1, by=by)
    audit.record("meetings.minutes", by=by, obj=current, before=before, after=_times(held))
    return version


def add_participant(*, meeting: Meeting, present: Present) -> Participant:
    """Put somebody on the list of those present.

    Raises: ValidationError for somebody who stands there already.
    """
    row = Participant(meeting=meeting, **{**asdict(present), "university": present.university})
    row.full_clean(exclude=("university",))  # with the meeting: nobody stands there twice
    row.save(force_insert=True)
    return row


@transaction.atomic
def confirm_sitting(*, sitting: Sitting, by: Any, now: dt.datetime) -> Sitting:
    """The city has seen the evidence of a meeting that was entered late (D 11).

    Raises: DomainError for a meeting that was not entered as held, or that the same person entered.
    """
    rows = Sitting.objects.unscoped(LOCK).select_for_update(of=("self",))
    current = rows.select_related("meeting").get(pk=sitting.pk)
    if current.confirmed_at is not None:
        return current
    if current.meeting.held_at is None:
        raise DomainError(_("Only a meeting that was held can be confirmed."))
    if current.meeting.entered_by_id == by.pk:
        raise DomainError(_("Who entered the meeting does not confirm it."))
    current.confirmed_at, current.confirmed_by = now, by
    current.save(update_fields=["confirmed_at", "confirmed_by"])
    audit.record("meetings.confirm", by=by, obj=current)
    return current


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it stands now, held until the act is done."""
    return Meeting.objects.unscoped(LOCK).select_for_update(of=("self",)).get(pk=meeting.pk)


def _check_parties(rooms: Sequence[Station], regimes: Sequence[str], *, on: dt.date) -> None:
    if not rooms:
        raise DomainError(_("Choose at least one police room."), field="rooms")
    if not regimes or not set(regimes) <= set(Regime.values):
        raise DomainError(_("Choose at least one kind of meeting."), field="regimes")
    for room in rooms:
        require_operating(room, on=on)


def _check_times(held: Held, *, now: dt.datetime) -> None:
    refuse_before(held.ended_at, held.held_at, field="ended_at", what=_("the beginning"))
    if held.ended_at > now:
        raise DomainError(
            _("%(ended)s lies in the future; it is %(now)s. Enter the meeting after its end.")
            % {"ended": local(held.ended_at), "now": local(now)},
            field="ended_at",
        )


def _write_times(meeting: Meeting, held: Held) -> None:
    meeting.held_at, meeting.ended_at = held.held_at, held.ended_at


def _seat(meeting: Meeting, rooms: Sequence[Station], regimes: Sequence[str]) -> None:
    Sitting.objects.bulk_create(
        [
            Sitting(meeting=meeting, station=room, org_path=room.org_path, regime=regime)
            for room in rooms
            for regime in dict.fromkeys(regimes)
        ]
    )


def _serve(meeting: Meeting, held: Held) -> None:
    """Write down which period each sitting serves; a confirmation of other times lapses."""
    for sitting in meeting.sittings.all():
        regime = REGIMES[sitting.regime]
        named = held.makes_up.get(sitting.regime)
        seen = rules.Sitting(held.held_at, held.ended_at, named_for=named)
        try:
            period = rules.period_served(regime, seen)
        except ValueError as error:
            raise DomainError(
                _("A meeting of %(held)s can make up only for a period before it, not %(named)s.")
                % {"held": local(held.held_at), "named": named.label if named else ""},
                field="makes_up",
            ) from error
        is_makeup = period.ends_at <= held.held_at
        if (sitting.serves_from, sitting.is_makeup) == (period.start, is_makeup):
            continue
        sitting.serves_from, sitting.is_makeup = period.start, is_makeup
        sitting.confirmed_at = sitting.confirmed_by = None
        sitting.save(
            update_fields=["serves_from", "is_makeup", "confirmed_at", "confirmed_by", "org_path"]
        )


def _keep_version(meeting: Meeting, held: Held, *, number: int, by: Any) -> MinutesVersion:
    version = MinutesVersion(
        meeting=meeting,
        number=number,
        held_at=held.held_at,
        ended_at=held.ended_at,
        body=_clean_body(meeting, held.body),
        recorded_by=by,
    )
    version.save(force_insert=True)
    return version


def _clean_body(meeting: Meeting, body: Body) -> dict[str, dict[str, dict[str, Any]]]:
    """Only headings of the meeting's regimes; text or an explicit "nothing", never both.

    Raises: DomainError where both are given.
    """
    kept: dict[str, dict[str, dict[str, Any]]] = {}
    for code in sorted({sitting.regime for sitting in meeting.sittings.all()}):
        said = body.get(code, {})
        kept[code] = {}
        for heading in REGIMES[code].headings:
            answer = said.get(heading, {})
            text = str(answer.get("text", "")).strip()
            if text and answer.get("nil"):
                raise DomainError(
                    _("Either write something or say that there is nothing."),
                    field=f"{code}-{heading}",
                )
            if text:
                kept[code][heading] = {"text": text}
            elif answer.get("nil"):
                kept[code][heading] = {"nil": True}
    return kept


def _times(held: Held) -> dict[str, Any]:
    return {"held_at": held.held_at.isoformat(), "ended_at": held.ended_at.isoformat()}
