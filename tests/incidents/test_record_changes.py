"""Changes of single facts: what commutes, what collides, what the timeline keeps."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.enums import Disposition, EntryKind, IncidentKind, Precision
from incidents.models import Incident, IncidentEntry
from incidents.services.changes import (
    FieldConflictError,
    Patch,
    add_handler,
    patch_incident,
    remove_handler,
    token,
)
from incidents.services.states import IncompleteError, review_incident
from policeroom.accounts.models import User
from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from tests.incidents.test_filing import MINUTE, NOW, call, category
from tests.world import World

pytestmark = pytest.mark.integration


def change(
    incident: Incident, by: User, field: str, *, base: str | None = None, **values: Any
) -> Incident:
    patch = Patch(token(incident, field) if base is None else base, values)
    return patch_incident(incident=incident, patches={field: patch}, by=by, now=NOW)


def lines(incident: Incident) -> list[IncidentEntry]:
    return list(IncidentEntry.objects.unscoped("test").filter(incident=incident).order_by("id"))


def test_patch_writes_one_line_one_event_and_counts(world: World, officer: User) -> None:
    incident = call(world, officer)

    changed = change(incident, officer, "category", category=category("dispute.traffic"))

    assert changed.version == incident.version + 1
    assert lines(incident)[-1].kind == EntryKind.CHANGE
    assert lines(incident)[-1].changes == {"category": [None, "dispute.traffic"]}
    events = AuditEvent.objects.unscoped("test").filter(action="incidents.edit")
    assert [(e.before, e.after) for e in events] == [
        ({"category": None}, {"category": "dispute.traffic"})
    ]


def test_patch_that_changes_nothing_writes_nothing(world: World, officer: User) -> None:
    incident = call(world, officer)
    assert change(incident, officer, "kind", kind=IncidentKind.REPORT).version == incident.version
    assert len(lines(incident)) == 1


def test_different_facts_commute(world: World, officer: User, station_lead: User) -> None:
    seen = call(world, officer)
    change(seen, officer, "category", category=category("dispute.noise"))
    change(seen, station_lead, "disposition", disposition=Disposition.ADVISED)
    stored = Incident.objects.unscoped("test").get(pk=seen.pk)
    assert (stored.category, stored.disposition) == (category("dispute.noise"), "advised")


def test_same_fact_collides_with_both_values(
    world: World, officer: User, station_lead: User
) -> None:
    seen = call(world, officer)
    base = token(seen, "disposition")
    change(seen, officer, "disposition", disposition=Disposition.ADVISED)

    with pytest.raises(FieldConflictError) as refusal:
        change(seen, station_lead, "disposition", base=base, disposition=Disposition.SETTLED)

    (conflict,) = refusal.value.conflicts
    assert (conflict.field, conflict.theirs, conflict.mine) == (
        "disposition",
        {"disposition": "advised"},
        {"disposition": "settled"},
    )
    assert Incident.objects.unscoped("test").get(pk=seen.pk).disposition == "advised"


def test_collision_writes_none_of_the_facts(world: World, officer: User) -> None:
    seen = call(world, officer)
    bases = {name: token(seen, name) for name in ("kind", "disposition")}
    change(seen, officer, "disposition", disposition=Disposition.ADVISED)
    patches = {
        "kind": Patch(bases["kind"], {"kind": IncidentKind.ENQUIRY}),
        "disposition": Patch(bases["disposition"], {"disposition": Disposition.SETTLED}),
    }
    with pytest.raises(FieldConflictError):
        patch_incident(incident=seen, patches=patches, by=officer, now=NOW)
    assert Incident.objects.unscoped("test").get(pk=seen.pk).kind == IncidentKind.REPORT


def test_both_entered_the_same_value(world: World, officer: User, station_lead: User) -> None:
    seen = call(world, officer)
    base = token(seen, "disposition")
    change(seen, officer, "disposition", disposition=Disposition.ADVISED)
    again = change(seen, station_lead, "disposition", base=base, disposition=Disposition.ADVISED)
    assert again.version == seen.version + 1


def test_narratives_merge_where_the_phrases_differ(
    world: World, officer: User, station_lead: User
) -> None:
    seen = call(world, officer, narrative="南门两车相碰，无人受伤")
    base = token(seen, "narrative")
    change(seen, officer, "narrative", narrative="南门两车相碰，一人擦伤")

    merged = change(seen, station_lead, "narrative", base=base, narrative="北门两车相碰，无人受伤")

    assert merged.narrative == "北门两车相碰，一人擦伤"
    assert lines(seen)[-1].changes["narrative"] == [
        "南门两车相碰，一人擦伤",
        "北门两车相碰，一人擦伤",
    ]


def test_narratives_collide_on_one_phrase(world: World, officer: User, station_lead: User) -> None:
    seen = call(world, officer, narrative="南门两车相碰")
    base = token(seen, "narrative")
    change(seen, officer, "narrative", narrative="北门两车相碰")
    with pytest.raises(FieldConflictError) as refusal:
        change(seen, station_lead, "narrative", base=base, narrative="西门两车相碰")
    (conflict,) = refusal.value.conflicts
    assert (conflict.theirs["narrative"], conflict.mine["narrative"]) == (
        "北门两车相碰",
        "西门两车相碰",
    )


def test_resent_narrative_is_not_doubled(world: World, officer: User, station_lead: User) -> None:
    seen = call(world, officer, narrative="南门两车相碰")
    base = token(seen, "narrative")
    for text in ("南门两车相碰，已劝开", "南门两车相碰，已劝开"):
        changed = change(seen, officer, "narrative", base=base, narrative=text)
    assert changed.narrative == "南门两车相碰，已劝开"


def test_occurrence_changes_as_one(world: World, officer: User) -> None:
    incident = call(world, officer)
    known = change(
        incident,
        officer,
        "occurred",
        occurred_precision=Precision.RANGE,
        occurred_from=NOW - 60 * MINUTE,
        occurred_to=NOW - 30 * MINUTE,
    )
    unknown = change(
        known,
        officer,
        "occurred",
        occurred_precision=Precision.UNKNOWN,
        occurred_from=None,
        occurred_to=None,
    )
    assert (unknown.occurred_from, unknown.occurred_precision) == (None, Precision.UNKNOWN)
    assert set(lines(incident)[-1].changes) == {
        "occurred_precision",
        "occurred_from",
        "occurred_to",
    }


def test_facts_that_cannot_be_are_refused(world: World, officer: User) -> None:
    incident = call(world, officer)
    with pytest.raises(DomainError) as refusal:
        change(incident, officer, "arrived", arrived_at=NOW + 10 * MINUTE)
    assert refusal.value.field == "arrived_at"


def test_closed_record_keeps_what_closing_asked_for(world: World, officer: User) -> None:
    incident = call(
        world, officer, category=category("help.lost"), disposition=Disposition.ASSISTED
    )
    with pytest.raises(IncompleteError) as refusal:
        change(incident, officer, "disposition", disposition="")
    assert refusal.value.missing == ("disposition",)
    with pytest.raises(IncompleteError) as refusal:
        change(incident, officer, "category", category=category("fraud.telecom"))
    assert refusal.value.missing == ("transfer",)


def test_reviewed_record_takes_no_change(world: World, officer: User, station_lead: User) -> None:
    incident = call(
        world, officer, category=category("help.lost"), disposition=Disposition.ASSISTED
    )
    review_incident(incident=incident, by=station_lead, now=NOW)
    with pytest.raises(DomainError, match="supplement"):
        change(incident, officer, "kind", kind=IncidentKind.ENQUIRY)
    with pytest.raises(DomainError, match="supplement"):
        add_handler(incident=incident, person=officer, by=officer, now=NOW)


def test_category_that_went_out_of_use_does_not_stop_other_changes(
    world: World, officer: User
) -> None:
    row = category("help.lost")
    incident = call(world, officer, category=row)
    row.is_active = False
    row.save()
    assert change(incident, officer, "kind", kind=IncidentKind.ENQUIRY).kind == "enquiry"


def test_people_come_and_go_one_at_a_time(world: World, officer: User, station_lead: User) -> None:
    incident = call(world, officer, handlers=[officer])
    assert add_handler(incident=incident, person=station_lead, by=officer, now=NOW)
    assert not add_handler(incident=incident, person=station_lead, by=officer, now=NOW)
    assert remove_handler(incident=incident, person=officer, by=station_lead, now=NOW)
    assert not remove_handler(incident=incident, person=officer, by=station_lead, now=NOW)
    assert list(incident.handlers.all()) == [station_lead]
    assert [line.changes for line in lines(incident)[1:]] == [
        {"handlers": ["", "吴三"]},
        {"handlers": ["陈一", ""]},
    ]


def test_patch_uses_a_constant_number_of_queries(
    world: World, officer: User, django_assert_num_queries: Any
) -> None:
    incident = call(world, officer)
    patch = {"disposition": Patch(token(incident, "disposition"), {"disposition": "advised"})}
    # savepoint, lock, write, line, event, release
    with django_assert_num_queries(6):
        patch_incident(incident=incident, patches=patch, by=officer, now=NOW)
