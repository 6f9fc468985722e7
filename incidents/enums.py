"""Stored codes and their translated labels."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class IncidentKind(TextChoices):
    """What the caller wants (第十三条(六): 报警, 求助, 咨询)."""

    REPORT = "report", _("report")
    ASSISTANCE = "assistance", _("call for help")
    ENQUIRY = "enquiry", _("enquiry")


class IncidentState(TextChoices):
    """Columns of the board, in order."""

    NEW = "new", _("new call")
    DISPATCHED = "dispatched", _("dispatched")
    ON_SCENE = "on_scene", _("on scene")
    HANDLING = "handling", _("being handled")
    CLOSED = "closed", _("dealt with")


OPEN_STATES = (
    IncidentState.NEW,
    IncidentState.DISPATCHED,
    IncidentState.ON_SCENE,
    IncidentState.HANDLING,
)


class Precision(TextChoices):
    """How well an instant is known; what is not known is never invented."""

    EXACT = "exact", _("exact time")
    RANGE = "range", _("between two times")
    DAY = "day", _("day only")
    UNKNOWN = "unknown", _("not known")


class CaseKind(TextChoices):
    """Whether a category is a case that has to be handed over (JS-13-6a)."""

    NONE = "", _("no case")
    CRIMINAL = "criminal", _("criminal case")
    PUBLIC_ORDER = "public_order", _("public-order case")


class Disposition(TextChoices):
    """What was done. All but TRANSFERRED end a call that is not a case."""

    SETTLED = "settled", _("settled on scene")
    MEDIATED = "mediated", _("mediated")
    ASSISTED = "assisted", _("help given")
    ADVISED = "advised", _("advice given")
    GUIDED = "guided", _("directed elsewhere")
    UNFOUNDED = "unfounded", _("nothing found")
    TRANSFERRED = "transferred", _("transferred")


#: 现场处置 of JS-13-6c: done by the room itself, on the spot.
ON_SCENE_DISPOSITIONS = frozenset(
    {Disposition.SETTLED, Disposition.MEDIATED, Disposition.ASSISTED, Disposition.ADVISED}
)


class Source(TextChoices):
    """Through which door a record came."""

    QUICK = "quick", _("quick line")
    FORM = "form", _("full form")
    OFFLINE = "offline", _("offline capture")
    IMPORT = "import", _("import")
    API = "api", _("other system")


class EntryKind(TextChoices):
    """Rows of the timeline."""

    FILED = "filed", _("filed")
    NOTE = "note", _("note")
    STATE = "state", _("state")
    CHANGE = "change", _("change")
    SUPPLEMENT = "supplement", _("supplement")
    STRIKE = "strike", _("struck")


class IncidentLinkKind(TextChoices):
    """How two incidents belong together."""

    RELATED = "related", _("related")
    DUPLICATE = "duplicate", _("same event")
    FOLLOW_UP = "follow_up", _("follow-up")


class PartyRole(TextChoices):
    """What a person is to the event. No further classification of persons exists."""

    REPORTER = "reporter", _("caller")
    INVOLVED = "involved", _("involved")
    WITNESS = "witness", _("witness")


class TransferWhat(TextChoices):
    """What is handed over (第十三条(六): 人员, 物品, 案件)."""

    CASE = "case", _("case")
    PERSON = "person", _("person")
    ITEM = "item", _("item")


class ReceiverKind(TextChoices):
    """Who may receive (第十三条(六)): precinct, police service station, competent branch."""

    PRECINCT = "precinct", _("precinct")
    SERVICE_STATION = "service_station", _("police service station")
    BRANCH = "branch", _("police branch")
