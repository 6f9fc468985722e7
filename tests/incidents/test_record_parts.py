"""Files and links of a record: checked, quota, struck, and never across the reader's scope."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from incidents.models import Incident, IncidentAttachment, IncidentEntry, IncidentLink
from incidents.services import attachments
from incidents.services.attachments import attach, strike_attachment
from incidents.services.links import link_incidents, strike_link
from policeroom.accounts.models import User
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from tests.incidents.test_filing import NOW, call
from tests.world import World, grant

pytestmark = pytest.mark.integration
AsUser = Callable[[User | None], Client]
PDF = b"%PDF-1.4\n1 0 obj\n%%EOF\n"


def keep(incident: Incident, by: User, **changes: Any) -> IncidentAttachment:
    values = {"filename": "现场.pdf", "content": PDF, **changes}
    return attach(incident=incident, by=by, now=NOW, **values)


def link(incident: Incident, other: Incident, by: User, **changes: Any) -> IncidentLink:
    values = {"kind": "related", **changes}
    return link_incidents(incident=incident, other=other, by=by, now=NOW, **values)


def last_line(incident: Incident) -> IncidentEntry:
    rows = IncidentEntry.objects.unscoped("test").filter(incident=incident)
    return rows.latest("pk")


def photograph() -> bytes:
    picture, exif = Image.new("RGB", (40, 30), "red"), Image.Exif()
    exif[0x010F] = "camera of an officer"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_file_is_kept_noted_and_counted(world: World, officer: User) -> None:
    incident = call(world, officer)
    row = keep(incident, officer)
    assert (row.content_type, row.size) == ("application/pdf", len(PDF))
    assert last_line(incident).changes == {"attachment": ["", "现场.pdf"]}
    stored = Incident.objects.unscoped("test").get(pk=incident.pk)
    assert stored.version == incident.version + 1
    assert AuditEvent.objects.unscoped("test").filter(action="incidents.attach").count() == 1


def test_same_file_is_one_row(world: World, officer: User) -> None:
    incident, key = call(world, officer), uuid.uuid4()
    first = keep(incident, officer, client_uuid=key)
    assert keep(incident, officer, client_uuid=key) == first
    assert keep(incident, officer) == first
    with pytest.raises(ConflictError):
        keep(incident, officer, client_uuid=key, content=PDF + b"%%EOF")


def test_position_and_camera_are_removed(world: World, officer: User) -> None:
    row = keep(call(world, officer), officer, filename="现场.jpg", content=photograph())
    with Image.open(io.BytesIO(row.content)) as picture:
        assert not picture.getexif()
    assert b"camera of an officer" not in bytes(row.content)


def test_type_comes_from_the_content(world: World, officer: User) -> None:
    with pytest.raises(DomainError, match="not what its name says"):
        keep(call(world, officer), officer, filename="a.pdf", content=b"MZ\x90\x00")


def test_quota_of_an_incident(world: World, officer: User, monkeypatch: Any) -> None:
    incident = call(world, officer)
    monkeypatch.setattr(attachments, "QUOTA_FILES", 2)
    for number in range(2):
        keep(incident, officer, content=PDF + b"%%EOF" * number)
    with pytest.raises(DomainError, match="at most 2 files"):
        keep(incident, officer, content=PDF + b"%%EOF" * 5)
    keep(call(world, officer), officer)  # another incident has its own
    monkeypatch.setattr(attachments, "QUOTA_FILES", 9)
    monkeypatch.setattr(attachments, "QUOTA_BYTES", 60)
    with pytest.raises(DomainError, match="the limit is"):
        keep(incident, officer, content=PDF + b"%%EOF" * 5)


def test_struck_file_stays_by_name_and_is_offered_no_more(
    world: World, officer: User, as_user: AsUser
) -> None:
    incident, client = call(world, officer), as_user(officer)
    row = keep(incident, officer)
    address = reverse("incidents:attachment", args=[incident.pk, row.pk])
    assert client.get(address).status_code == 200
    with pytest.raises(DomainError, match="why"):
        strike_attachment(attachment=row, reason=" ", by=officer, now=NOW)
    client.post(
        reverse("incidents:attachment-strike", args=[incident.pk, row.pk]), {"reason": "传错"}
    )
    assert client.get(address).status_code == 404
    page = client.get(incident.get_absolute_url()).text
    assert "<del>现场.pdf</del>" in page
    assert "传错" in page
    keep(incident, officer)  # the same file may come again


def test_download_is_a_file_and_is_recorded(world: World, officer: User, as_user: AsUser) -> None:
    incident = call(world, officer)
    row = keep(incident, officer)
    answer = as_user(officer).get(reverse("incidents:attachment", args=[incident.pk, row.pk]))
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    (event,) = AuditEvent.objects.unscoped("test").filter(action="export")
    assert event.object_id == str(incident.pk)


def test_file_of_another_incident_or_room_does_not_exist(
    world: World, officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    incident, other = call(world, officer), call(world, officer)
    row = keep(incident, officer)
    mixed = reverse("incidents:attachment", args=[other.pk, row.pk])
    assert as_user(officer).get(mixed).status_code == 404
    own = reverse("incidents:attachment", args=[incident.pk, row.pk])
    assert as_user(neighbour_officer).get(own).status_code == 404


def test_upload_through_the_page(world: World, officer: User, as_user: AsUser) -> None:
    incident, client = call(world, officer), as_user(officer)
    address = reverse("incidents:attachment-new", args=[incident.pk])
    bad = client.post(address, {"file": SimpleUploadedFile("a.pdf", b"MZ")})
    assert bad.status_code == 422
    client.post(address, {"file": SimpleUploadedFile("现场.pdf", PDF)})
    assert "现场.pdf" in client.get(incident.get_absolute_url()).text


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE incidents_incidentattachment SET content = 'x'", id="other content"),
        pytest.param("UPDATE incidents_incidentattachment SET filename = 'x'", id="other name"),
        pytest.param("DELETE FROM incidents_incidentattachment", id="deleted"),
        pytest.param(
            "UPDATE incidents_incidentattachment SET struck_at = now()", id="struck, by nobody"
        ),
    ],
)
def test_database_keeps_the_file(world: World, officer: User, statement: str) -> None:
    keep(call(world, officer), officer)
    with (
        pytest.raises(DatabaseError, match=r"written once|strike_triple"),
        transaction.atomic(),
        connection.cursor() as c,
    ):
        c.execute(statement)


def test_database_lets_a_strike_stand(world: World, officer: User) -> None:
    row = strike_attachment(
        attachment=keep(call(world, officer), officer), reason="传错", by=officer, now=NOW
    )
    row.struck_at = row.struck_by = None
    row.strike_reason = ""
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        row.save(update_fields=["struck_at", "struck_by", "strike_reason"])


def test_link_stands_in_both_records(world: World, officer: User, as_user: AsUser) -> None:
    one, other = call(world, officer), call(world, officer)
    row = link(one, other, officer)
    client = as_user(officer)
    assert other.number in client.get(one.get_absolute_url()).text
    assert one.number in client.get(other.get_absolute_url()).text
    client.post(reverse("incidents:link-strike", args=[other.pk, row.pk]), {"reason": "不是一件事"})
    assert f"<del>{other.number}</del>" in client.get(one.get_absolute_url()).text
    assert last_line(one).text == last_line(other).text == "不是一件事"
    link(other, one, officer)  # and may be made again


def test_link_is_made_once_whatever_its_direction(world: World, officer: User) -> None:
    one, other = call(world, officer), call(world, officer)
    key = uuid.uuid4()
    row = link(one, other, officer, client_uuid=key)
    assert link(one, other, officer, client_uuid=key) == row
    with pytest.raises(DomainError, match="already linked"):
        link(other, one, officer)
    with pytest.raises(DomainError, match="with itself"):
        link(one, one, officer)
    with pytest.raises(DatabaseError, match="incidentlink_once"), transaction.atomic():
        IncidentLink.objects.create(
            incident=other, other=one, org_path=one.org_path, kind="related", recorded_by=officer
        )


def test_other_end_must_be_in_the_readers_scope(
    world: World, officer: User, neighbour_officer: User, as_user: AsUser
) -> None:
    own, foreign = call(world, officer), call(world, neighbour_officer, station=world.center_a)
    client = as_user(officer)
    address = reverse("incidents:link-new", args=[own.pk])
    sent = {"kind": "related", "number": foreign.number, "room": world.center_a.pk}
    assert set(client.post(address, sent).context["form"].errors) == {"room"}

    grant(officer, Role.OFFICER, world.center_a.unit)  # posted at both rooms
    client.post(address, sent)
    (row,) = IncidentLink.objects.unscoped("test")
    assert (row.incident, row.other) == (own, foreign)

    seen = as_user(neighbour_officer).get(foreign.get_absolute_url())
    assert seen.context["links"] == []
    assert own.get_absolute_url() not in seen.text
    assert "an incident of another police room" in seen.text
    strike = reverse("incidents:link-strike", args=[foreign.pk, row.pk])
    assert as_user(neighbour_officer).post(strike, {"reason": "x"}).status_code == 404


def test_unknown_number_is_told(world: World, officer: User, as_user: AsUser) -> None:
    incident = call(world, officer)
    answer = as_user(officer).post(
        reverse("incidents:link-new", args=[incident.pk]),
        {"kind": "related", "number": "2026-0101-001", "room": world.station_a1.pk},
    )
    assert answer.status_code == 422
    assert "has no incident 2026-0101-001" in answer.text


def test_strike_is_noted_at_both_ends(world: World, officer: User) -> None:
    one, other = call(world, officer), call(world, officer)
    row = link(other, one, officer)
    strike_link(link=row, reason="x", by=officer, now=NOW)
    assert [last_line(end).changes["link"] for end in (one, other)] == [[row.pk, ""]] * 2
