"""Stored codes and their translated labels."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class UnitKind(TextChoices):
    """Kind of organisation unit. Side units hang at the level of their parent."""

    PROVINCE = "province", _("provincial department")
    CITY = "city", _("city bureau")
    COUNTY = "county", _("county bureau")
    BRANCH = "branch", _("district branch")
    STATION = "station", _("police room")
    PRECINCT = "precinct", _("precinct")
    INTERNAL_SECURITY = "internal_security", _("internal security unit")
    COMMAND_CENTER = "command_center", _("command centre")
    POLICE_BRANCH = "police_branch", _("police branch")
    EDUCATION = "education", _("education department")


#: Units that form the tree of places, with their depth; side units are not among them.
LINE_DEPTH = {
    UnitKind.PROVINCE: 1,
    UnitKind.CITY: 2,
    UnitKind.COUNTY: 3,
    UnitKind.BRANCH: 3,
    UnitKind.STATION: 4,
}


class UniversityLevel(TextChoices):
    """办学层次 of the ministry's list; 职业本科 and independent colleges are UNDERGRADUATE."""

    UNDERGRADUATE = "undergraduate", _("undergraduate (本科)")
    COLLEGE = "college", _("college (专科)")
    ADULT = "adult", _("adult education (成人)")


class UniversityStatus(TextChoices):
    """Whether the university counts for 第四条; the last two are listed outside the denominator."""

    ACTIVE = "active", _("teaching")
    NOT_ENROLLING = "not_enrolling", _("not yet enrolling")
    CLOSED = "closed", _("dissolved")


class CampusStatus(TextChoices):
    ACTIVE = "active", _("in use")
    CONSTRUCTION = "construction", _("under construction")
    CLOSED = "closed", _("no longer used")


class DesignationBasis(TextChoices):
    """第六条 「本地重点或治安形势复杂的专科院校」."""

    KEY = "key", _("locally important (重点)")
    COMPLEX = "complex", _("complex public order (复杂)")


class StationKind(TextChoices):
    STANDALONE = "standalone", _("police room")
    CENTER = "center", _("university-town centre police room")


class StationState(TextChoices):
    """What a station is on a given day; computed, never stored."""

    PLANNED = "planned", _("not yet open")
    OPERATING = "operating", _("operating")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")


class AreaBasis(TextChoices):
    """第七条 says only 「面积」; adopted: measured floor area in exclusive police use."""

    EXCLUSIVE = "exclusive", _("usable floor area, exclusive police use")
    GROSS = "gross", _("gross building area")


class PremisesProvider(TextChoices):
    UNIVERSITY = "university", _("university")
    POLICE = "police", _("police")
    OTHER = "other", _("other")


class LinkKind(TextChoices):
    PRIMARY = "primary", _("primary")
    SUPPORT = "support", _("support")


class AreaKind(TextChoices):
    """第二十二条: six functional areas; several may share a room."""

    RECEPTION = "reception", _("reception (接待)")
    MEDIATION = "mediation", _("mediation (调解)")
    EQUIPMENT = "equipment", _("police equipment (警用装备)")
    SURVEILLANCE = "surveillance", _("video surveillance (视频监控)")
    SERVER = "server", _("machine room (机房)")
    REST = "rest", _("rest (休息)")


class EquipmentCategory(TextChoices):
    """第十条: the seven categories, and what else a room may hold."""

    INTERNET_COMPUTER = "internet_computer", _("internet computer (互联网电脑)")
    DESKS = "desks", _("office desks and chairs (办公室桌椅)")
    CABINETS = "cabinets", _("filing cabinets (档案柜)")
    VISITOR_CHAIRS = "visitor_chairs", _("visitor chairs (便民椅)")
    MEETING_TABLE = "meeting_table", _("meeting table (会议桌)")
    POLICE_GEAR = "police_gear", _("police gear (警用器械)")
    PATROL_VEHICLE = "patrol_vehicle", _("patrol vehicle (机动巡逻车辆)")
    POLICE_TERMINAL = "police_terminal", _("police-network terminal (公安网终端)")
    OTHER = "other", _("other")


class EquipmentState(TextChoices):
    IN_SERVICE = "in_service", _("in service")
    REPAIR = "repair", _("under repair")
    UNUSABLE = "unusable", _("unusable")
    RETIRED = "retired", _("retired")


class CheckResult(TextChoices):
    GOOD = "good", _("in order")
    DEFECT = "defect", _("defect")


class BoardKind(TextChoices):
    """第十一条, 第二十二条."""

    INFORMATION = "information", _("information board (公示栏)")
    PUBLICITY = "publicity", _("publicity board (宣传栏)")
    DISCLOSURE = "disclosure", _("disclosure board (公开栏)")


class BoardItem(TextChoices):
    """第二十二条: five contents."""

    STAFF = "staff", _("officers and auxiliaries (民警辅警信息)")
    DUTIES = "duties", _("duties (职责任务)")
    PROCEDURES = "procedures", _("procedures (工作流程)")
    RULES = "rules", _("rules (规章制度)")
    SUPERVISION_PHONE = "supervision_phone", _("supervision telephone (监督电话)")


class DeskBranch(TextChoices):
    """第十二条: who comes to the campus."""

    HOUSEHOLD = "household", _("household registration (户政)")
    EXIT_ENTRY = "exit_entry", _("exit and entry (出入境)")
    TRAFFIC = "traffic", _("traffic (交管)")
    OTHER = "other", _("other")


class DocumentKind(TextChoices):
    """Institutions of 第十一条 (the eight the text names), plans and approvals."""

    WEEKLY_BRIEFING = "weekly_briefing", _("institution: weekly briefing")
    MONTHLY_ASSESSMENT = "monthly_assessment", _("institution: monthly assessment")
    QUARTERLY_CONSULTATION = "quarterly_consultation", _("institution: quarterly consultation")
    URGENT_NOTICE = "urgent_notice", _("institution: urgent notice")
    CASE_LINKAGE = "case_linkage", _("institution: intake and linkage")
    FIRST_RECIPIENT = "first_recipient", _("institution: first recipient responsible")
    EQUIPMENT_CARE = "equipment_care", _("institution: equipment care")
    DUTY_LOG = "duty_log", _("institution: duty log")
    ESTABLISHMENT = "establishment", _("establishment approval")
    MEASUREMENT = "measurement", _("measurement sheet")
    PREMISES_AGREEMENT = "premises_agreement", _("premises agreement")
    SECRECY = "secrecy", _("secrecy certificate")
    FLOOR_PLAN = "floor_plan", _("floor plan")
    PHOTO = "photo", _("photograph")
    OTHER = "other", _("other")


class DayKind(TextChoices):
    """A day that differs from its weekday."""

    HOLIDAY = "holiday", _("statutory holiday")
    MAKEUP = "makeup", _("make-up working day")


class TermKind(TextChoices):
    TERM = "term", _("term")
    VACATION = "vacation", _("vacation")


class Weekday(IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")
