"""The form of a call and the page of its record, as browsers use them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from incidents.enums import Disposition, EntryKind, IncidentState, Precision, Source
from incidents.models import Incident, IncidentEntry, Place
from incidents.services.changes import Patch, patch_incident, token
from incidents.services.states import review_incident
from incidents.services.timeline import add_entry
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.clock import ZONE
from policeroom.common.roles import Role
from tests.incidents.test_filing import MINUTE, NOW, call, category
from tests.world import World, grant, make_user

pytestmark = pytest.mark.integration
SECOND = dt.timedelta(seconds=1)
AsUser = Callable[[User | None], Client]


@pytest.fixture(autouse=True)
def frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def url(name: str, incident: Incident, *more: Any) -> str:
    return reverse(f"incidents:{name}", args=[incident.pk, *more])


def stored(incident: Incident) -> Incident:
    return Incident.objects.unscoped("test").get(pk=incident.pk)


def typed(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "client_uuid": str(uuid.uuid4()),
        "room": world.station_a1.pk,
        "kind": "report",
        "narrative": "南门两车相碰",
        "place_text": "南门",
        "reported_at": "-15",
        "occurred_precision": "unknown",
        **changes,
    }


def file(client: Client, data: dict[str, Any]) -> Incident:
    response = client.post(reverse("incidents:new"), data)
    assert response.status_code == 302, response.context["form"].errors
    return Incident.objects.unscoped("test").latest("pk")


def test_form_offers_the_people_of_the_room_and_not_the_neighbours(
    world: World,
    officer: User,
    neighbour_officer: User,
    station_lead: User,
    county_staff: User,
    as_user: AsUser,
) -> None:
    page = as_user(officer).get(reverse("incidents:new"))
    offered = page.context["form"].fields["handlers"].queryset
    assert set(offered) == {officer, station_lead}


def test_people_are_those_of_the_time_that_is_typed(
    world: World, officer: User, as_user: AsUser
) -> None:
    former = make_user("120009", "旧人", world.station_a1.unit)
    start = dt.datetime(2026, 3, 1, tzinfo=ZONE)
    grant(
        former,
        Role.OFFICER,
        world.station_a1.unit,
        valid_from=start,
        valid_to=start + dt.timedelta(days=30),
    )
    address = reverse("incidents:people")
    client = as_user(officer)
    assert "旧人" not in client.get(address, {"reported_at": "t"}).text
    assert "旧人" in client.get(address, {"reported_at": "2026-03-05 10:00"}).text


def test_whole_call_is_filed_with_time_words(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    place = Place.objects.create(station=world.station_a1, name="南门")
    data = typed(
        world,
        category=category("dispute.traffic").pk,
        place=place.pk,
        place_text="",
        occurred_from="1500",
        occurred_to="1510",
        dispatched_at="1530",
        arrived_at="1535",
        handlers=[officer.pk, station_lead.pk],
        disposition="mediated",
    )

    incident = file(as_user(officer), data)

    assert (incident.source, incident.state) == (Source.FORM, IncidentState.CLOSED)
    assert incident.reported_at == NOW - 15 * MINUTE
    assert incident.occurred_precision == Precision.RANGE
    assert incident.place_text == "南门"
    assert set(incident.handlers.all()) == {officer, station_lead}


@pytest.mark.parametrize(
    ("given", "precision", "start"),
    [
        pytest.param({}, Precision.UNKNOWN, None, id="nothing typed"),
        pytest.param(
            {"occurred_from": "2026-09-16"}, Precision.DAY, "2026-09-16 00:00", id="a day is a day"
        ),
        pytest.param(
            {"occurred_precision": "exact", "occurred_from": "2026-09-16"},
            Precision.DAY,
            "2026-09-16 00:00",
            id="a day does not become a time",
        ),
        pytest.param(
            {"occurred_precision": "day", "occurred_from": "1200"},
            Precision.DAY,
            "2026-09-17 00:00",
            id="a time told as a day",
        ),
        pytest.param(
            {"occurred_from": "1200"}, Precision.EXACT, "2026-09-17 12:00", id="a time is exact"
        ),
    ],
)
def test_precision_of_the_occurrence_is_kept(
    world: World,
    officer: User,
    as_user: AsUser,
    given: dict[str, str],
    precision: str,
    start: str | None,
) -> None:
    incident = file(as_user(officer), typed(world, **given))
    when = incident.occurred_from and incident.occurred_from.astimezone(ZONE)
    assert incident.occurred_precision == precision
    assert (when and f"{when:%Y-%m-%d %H:%M}") == start


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"occurred_precision": "range"}, "occurred_from", id="range without a start"),
        pytest.param(
            {"occurred_precision": "range", "occurred_from": "1200"},
            "occurred_to",
            id="range without an end",
        ),
        pytest.param({"place_text": ""}, "place_text", id="no place"),
        pytest.param({"reported_at": "2561"}, "reported_at", id="no time"),
        pytest.param(
            {"kind": "assistance", "disposition": "guided"}, "no_onsite_reason", id="help, no why"
        ),
    ],
)
def test_form_says_what_is_wrong_and_keeps_what_was_typed(
    world: World, officer: User, as_user: AsUser, given: dict[str, str], field: str
) -> None:
    response = as_user(officer).post(reverse("incidents:new"), typed(world, **given))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert "南门两车相碰" in response.text
    assert not Incident.objects.unscoped("test").exists()


def test_call_sent_three_times_is_one_record(world: World, officer: User, as_user: AsUser) -> None:
    client, data = as_user(officer), typed(world, reported_at="t")
    with time_machine.travel(NOW, tick=False) as clock:
        for _try in range(3):
            file(client, data)
            clock.shift(90)
    assert Incident.objects.unscoped("test").count() == 1


def test_foreign_room_place_and_person_are_refused(
    world: World, officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    client = as_user(officer)
    address = reverse("incidents:new")
    assert client.get(f"{address}?room={world.center_a.pk}").status_code == 404
    place = Place.objects.create(station=world.center_a, name="北门")
    answer = client.post(address, typed(world, place=place.pk, handlers=[neighbour_officer.pk]))
    assert set(answer.context["form"].errors) == {"place", "handlers"}


def test_page_shows_the_record(world: World, officer: User, as_user: AsUser) -> None:
    incident = call(world, officer, category=category("dispute.traffic"), place_text="南门")
    add_entry(incident=incident, text="双方同意调解", by=officer, now=NOW)
    text = as_user(officer).get(url("detail", incident)).text
    for words in (incident.number, "南门两车相碰", "双方同意调解", "Still missing"):
        assert words in text


def test_closing_without_category_offers_keys_that_set_it_and_close(
    world: World, officer: User, as_user: AsUser
) -> None:
    incident = call(world, officer, narrative="南门电动车刮擦，双方争执")
    client = as_user(officer)

    refused = client.post(url("close", incident))
    assert refused.status_code == 422
    points = refused.context["points"]
    assert [p.code for p in points] == ["category", "disposition"]
    assert [c.key for c in points[0].chips] == list("123456789")
    assert [c.key for c in points[1].chips] == [""] * 7

    chip = points[0].chips[0]
    assert chip.label == "Traffic dispute"  # what the narrative speaks of
    again = client.post(url("close", incident), {chip.name: chip.value})
    (point,) = [p for p in again.context["points"] if p.blocks]
    assert [c.key for c in point.chips] == list("1234567")

    client.post(url("close", incident), {"disposition": "settled"})
    assert stored(incident).state == IncidentState.CLOSED
    assert stored(incident).category_id == int(chip.value)


def test_remedy_never_replaces_what_somebody_entered_meanwhile(
    world: World, officer: User, as_user: AsUser
) -> None:
    incident = call(world, officer, disposition=Disposition.ADVISED)
    as_user(officer).post(url("fix", incident), {"disposition": "settled"})
    assert stored(incident).disposition == "advised"


def test_arrivals_of_a_sudden_event_are_set_with_one_key(
    world: World, officer: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer, category=category("violence.fight")), as_user(officer)
    page = client.get(url("detail", incident))
    codes = [point.code for point in page.context["points"]]
    assert codes[-2:] == ["arrived_at", "university_arrived_at"]
    client.post(url("fix", incident), {"instant": "university_arrived_at"})
    assert stored(incident).university_arrived_at == NOW


def test_case_asks_for_its_transfer(world: World, officer: User, as_user: AsUser) -> None:
    incident = call(
        world, officer, category=category("fraud.telecom"), disposition=Disposition.SETTLED
    )
    page = as_user(officer).post(url("close", incident))
    (point,) = page.context["points"]
    assert (point.code, point.blocks) == ("transfer", True)
    assert point.url == url("transfer-new", incident)


def test_states_follow_the_buttons(world: World, officer: User, as_user: AsUser) -> None:
    incident, client = call(world, officer), as_user(officer)
    client.post(url("advance", incident), {"state": "on_scene", "at": "1540"})
    assert (stored(incident).state, stored(incident).arrived_at) == (
        IncidentState.ON_SCENE,
        NOW - 2 * MINUTE,
    )
    page = client.post(url("advance", incident), {"state": "handling", "at": "soon"}, follow=True)
    assert "is no time" in page.text
    assert stored(incident).state == IncidentState.ON_SCENE


def test_reopening_and_reviewing(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    incident = call(
        world, officer, category=category("help.lost"), disposition=Disposition.ASSISTED
    )
    lead = as_user(station_lead)
    assert lead.post(url("reopen", incident), {"reason": ""}).status_code == 422
    lead.post(url("reopen", incident), {"reason": "失主来电"})
    assert stored(incident).state == IncidentState.HANDLING
    as_user(officer).post(url("close", incident))
    assert as_user(officer).post(url("review", incident)).status_code == 403
    lead.post(url("review", incident))
    assert stored(incident).reviewed_by == station_lead


def test_after_the_review_only_supplements(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    incident = call(
        world, officer, category=category("help.lost"), disposition=Disposition.ASSISTED
    )
    review_incident(incident=incident, by=station_lead, now=NOW)
    client = as_user(officer)
    page = client.get(url("detail", incident))
    assert not page.context["rights"].edit
    assert "Add a supplement" in page.text
    refused = client.post(url("edit", incident, "kind"), {"kind": "enquiry", "base": '["report"]'})
    assert refused.status_code == 422
    client.post(url("entry-new", incident), {"text": "已领回"})
    last = IncidentEntry.objects.unscoped("test").latest("pk")
    assert (last.kind, last.text) == (EntryKind.SUPPLEMENT, "已领回")


def test_line_is_added_and_struck(world: World, officer: User, as_user: AsUser) -> None:
    incident, client = call(world, officer), as_user(officer)
    refused = client.post(url("entry-new", incident), {"text": "调监控", "at": "whenever"})
    assert refused.status_code == 422
    assert "调监控" in refused.text
    client.post(url("entry-new", incident), {"text": "调监控", "at": "-2"})
    entry = IncidentEntry.objects.unscoped("test").latest("pk")
    assert entry.at == NOW - 2 * MINUTE
    client.post(url("entry-strike", incident, entry.pk), {"reason": "记错"})
    page = client.get(url("detail", incident)).text
    assert "<del>调监控</del>" in page
    assert "记错" in page


def test_conflict_shows_both_values_and_saves_the_decision(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer), as_user(officer)
    form = client.get(url("edit", incident, "disposition")).context["form"]
    patch = Patch(token(incident, "disposition"), {"disposition": "advised"})
    patch_incident(incident=incident, patches={"disposition": patch}, by=station_lead, now=NOW)

    mine = {"base": form["base"].value(), "disposition": "settled"}
    answer = client.post(url("edit", incident, "disposition"), mine)

    assert answer.status_code == 409
    assert answer.context["theirs"] == ["advice given"]
    assert answer.context["change"].recorded_by == station_lead
    assert answer.context["form"]["disposition"].value() == "settled"
    mine["base"] = answer.context["form"]["base"].value()
    assert client.post(url("edit", incident, "disposition"), mine).status_code == 302
    assert stored(incident).disposition == "settled"


def test_merged_narrative_is_told(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer, narrative="南门两车相碰，无人受伤"), as_user(officer)
    base = client.get(url("edit", incident, "narrative")).context["form"]["base"].value()
    patch = Patch(token(incident, "narrative"), {"narrative": "南门两车相碰，一人擦伤"})
    patch_incident(incident=incident, patches={"narrative": patch}, by=station_lead, now=NOW)
    mine = {"base": base, "narrative": "北门两车相碰，无人受伤"}
    page = client.post(url("edit", incident, "narrative"), mine, follow=True)
    assert stored(incident).narrative == "北门两车相碰，一人擦伤"
    assert "together with what somebody else wrote" in page.text


def test_lines_of_a_narrative_survive_the_browser(
    world: World, officer: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer, narrative="一\n二"), as_user(officer)
    base = client.get(url("edit", incident, "narrative")).context["form"]["base"].value()
    client.post(url("edit", incident, "narrative"), {"base": base, "narrative": "一\r\n二\r\n三"})
    assert stored(incident).narrative == "一\n二\n三"


def test_another_place_takes_its_name_along(world: World, officer: User, as_user: AsUser) -> None:
    south, north = (
        Place.objects.create(station=world.station_a1, name=name) for name in ("南门", "北门")
    )
    incident, client = call(world, officer, place=south), as_user(officer)
    form = client.get(url("edit", incident, "place")).context["form"]
    data = {"base": form["base"].value(), "place": north.pk, "place_text": "南门"}
    client.post(url("edit", incident, "place"), data)
    assert (stored(incident).place, stored(incident).place_text) == (north, "北门")


def test_another_time_of_the_report_is_exact(world: World, officer: User, as_user: AsUser) -> None:
    incident = call(world, officer, reported_precision=Precision.DAY)
    client = as_user(officer)
    base = client.get(url("edit", incident, "reported")).context["form"]["base"].value()
    client.post(url("edit", incident, "reported"), {"base": base, "reported_at": "1530"})
    assert stored(incident).reported_at == NOW - 12 * MINUTE
    assert stored(incident).reported_precision == Precision.EXACT


def test_every_fact_has_its_page(world: World, officer: User, as_user: AsUser) -> None:
    times = {"reported_at": NOW - 5 * MINUTE + SECOND, "arrived_at": NOW - MINUTE + SECOND}
    incident, client = call(world, officer, **times), as_user(officer)
    page = client.get(url("detail", incident))
    for fact in page.context["facts"]:
        answer = client.get(url("edit", incident, fact.field))
        assert answer.status_code == 200
        form = answer.context["form"]
        sent = {name: form[name].value() or "" for name in form.fields}
        assert client.post(url("edit", incident, fact.field), sent).status_code == 302, fact
        assert stored(incident).version == incident.version, (fact, sent)
    assert stored(incident).version == incident.version
    assert client.get(url("edit", incident, "state")).status_code == 404


def test_people_come_and_go(
    world: World, officer: User, station_lead: User, neighbour_officer: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer), as_user(officer)
    refused = client.post(url("handler-new", incident), {"person": neighbour_officer.pk})
    assert refused.status_code == 422
    client.post(url("handler-new", incident), {"person": station_lead.pk})
    assert list(incident.handlers.all()) == [station_lead]
    client.post(url("handler-remove", incident, station_lead.pk))
    assert not incident.handlers.exists()


def test_live_parts_answer_304_until_something_changes(
    world: World, officer: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer), as_user(officer)
    tag = client.get(url("detail", incident)).context["tag"]

    quiet = client.get(url("live", incident), headers={"If-None-Match": tag})
    assert (quiet.status_code, quiet.content) == (304, b"")

    add_entry(incident=incident, text="保安到场", by=officer, now=NOW)
    news = client.get(url("live", incident), headers={"If-None-Match": tag})
    assert news.status_code == 200
    assert "保安到场" in news.text
    assert news.text.count("hx-swap-oob") == 3
    assert news.headers["ETag"] != tag


def test_long_timeline_shows_its_end_and_leads_back(
    world: World, officer: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer), as_user(officer)
    for number in range(120):
        add_entry(incident=incident, text=f"第{number}条", by=officer, now=NOW)
    page = client.get(url("detail", incident))
    assert len(page.context["lines"]) == 100
    assert "第119条" in page.text
    earlier = client.get(url("detail", incident), {"before": page.context["earlier"]})
    assert [line.entry.text for line in earlier.context["lines"]][:2] == ["南门两车相碰", "第0条"]


def test_queries_of_the_page_do_not_grow(
    world: World, officer: User, station_lead: User, as_user: AsUser
) -> None:
    from benchmarks.measure import Statements
    from tests.test_query_counts import FRAME

    client = as_user(officer)
    counted = []
    for size in (1, 3):
        incident = call(
            world, officer, category=category("dispute.noise"), handlers=[officer, station_lead]
        )
        for number in range(size):
            add_entry(incident=incident, text=f"第{number}条", by=officer, now=NOW)
        client.get(url("detail", incident))
        with Statements() as seen:
            assert client.get(url("detail", incident)).status_code == 200
        counted.append(len(seen))
    # frame, and one each: incident, clocks, timeline, names of categories, transfers of the case,
    # links, handlers, parties, hold, files, urgent notice
    assert counted == [FRAME + 11] * 2


def test_paper_has_everything_and_masks_people(
    world: World, officer: User, as_user: AsUser
) -> None:
    from incidents.services.parties import add_party

    incident = call(world, officer, category=category("dispute.traffic"), place_text="南门")
    add_party(
        incident=incident,
        role="reporter",
        name="王小明",
        telephone="13800006021",
        by=officer,
        now=NOW,
    )
    page = as_user(officer).get(url("print", incident)).text
    for words in (incident.number, "南门两车相碰", "王**", "138****6021"):
        assert words in page
    assert "王小明" not in page


def test_what_was_typed_is_forgotten_once_it_is_stored(
    world: World, officer: User, as_user: AsUser
) -> None:
    client, key = as_user(officer), uuid.uuid4
    keys = [key(), key(), key()]
    incident = file(client, typed(world, client_uuid=str(keys[0])))
    client.post(url("entry-new", incident), {"text": "调监控", "client_uuid": keys[1]})
    base = client.get(url("edit", incident, "narrative")).context["form"]["base"].value()
    sent = {"base": base, "narrative": "北门两车相碰", "client_uuid": keys[2]}
    client.post(url("edit", incident, "narrative"), sent)
    assert set(drafts.closed_among(officer, keys)) == set(keys)
