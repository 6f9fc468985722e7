"""Which role fits which unit, what counts as cross-area, and the readable names of actions."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from policeroom.common.roles import ADMIN_ROLES, STATION_ROLES, Role
from stations.enums import LINE_DEPTH, UnitKind

_BUREAUS: Final = frozenset({UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH})
_LEADING: Final = frozenset({UnitKind.PROVINCE, UnitKind.CITY})

#: role -> kinds of line units (province, city, county or branch, station) it is granted on.
ROLE_LEVELS: Final[dict[Role, frozenset[UnitKind]]] = {
    **{role: frozenset({UnitKind.STATION}) for role in STATION_ROLES},
    Role.COUNTY: frozenset({UnitKind.COUNTY, UnitKind.BRANCH}),
    Role.CITY: frozenset({UnitKind.CITY}),
    Role.PROVINCE: frozenset({UnitKind.PROVINCE}),
    Role.COMMAND: _BUREAUS,
    Role.EDUCATION: _LEADING,
    **dict.fromkeys(ADMIN_ROLES, _LEADING),
}

_LEVEL_ROLES: Final = frozenset({Role.COUNTY, Role.CITY, Role.PROVINCE})

#: kind of side unit -> roles it may hold; the role must also fit the level the unit hangs at.
SIDE_ROLES: Final[dict[UnitKind, frozenset[Role]]] = {
    UnitKind.PRECINCT: _LEVEL_ROLES,
    UnitKind.INTERNAL_SECURITY: _LEVEL_ROLES,
    UnitKind.POLICE_BRANCH: _LEVEL_ROLES,
    UnitKind.COMMAND_CENTER: frozenset({Role.COMMAND}),
    UnitKind.EDUCATION: frozenset({Role.EDUCATION}),
}


def role_fits(role: Role, *, kind: str, level: str) -> bool:
    """Whether `role` is granted on a unit of `kind` that stands, or hangs, at `level`.

    For a line unit `level` equals `kind`; a side unit takes the roles of the level it hangs at.
    """
    if UnitKind(kind) in LINE_DEPTH:
        return UnitKind(kind) in ROLE_LEVELS[role]
    return role in SIDE_ROLES[UnitKind(kind)] and UnitKind(level) in ROLE_LEVELS[role]


def is_cross_area(own_path: str, unit_path: str) -> bool:
    """Whether a unit lies neither in the person's own subtree nor above it (requirement 31).

    A person without a path belongs nowhere: every unit is another area.
    """
    if not own_path:
        return True
    return not (unit_path.startswith(own_path) or own_path.startswith(unit_path))


#: The table of the roles page: one label per action of `policeroom.common.roles.ACTIONS`.
ACTION_LABELS: Final = {
    "stations.view": _("see police rooms"),
    "stations.open": _("open a police room"),
    "stations.edit": _("edit a police room"),
    "stations.close": _("suspend or close a police room"),
    "stations.equip": _("record equipment and its checks"),
    "stations.export": _("export police rooms"),
    "universities.view": _("see universities and campuses"),
    "universities.edit": _("edit universities"),
    "campuses.edit": _("edit campuses and populations"),
    "designations.decide": _("designate colleges that need a police room"),
    "calendar.edit": _("edit calendars and holidays"),
    "bureaus.view": _("see the organisation"),
    "bureaus.edit": _("edit the organisation"),
    "imports.run": _("import spreadsheets"),
    "incidents.view": _("see incidents"),
    "incidents.file": _("log a call"),
    "incidents.edit": _("work on an incident"),
    "incidents.close": _("close an incident"),
    "incidents.reopen": _("take a closed incident up again"),
    "incidents.review": _("review a closed incident"),
    "incidents.parties": _("see the names of callers and people involved"),
    "incidents.export": _("export incidents"),
    "incidents.import": _("import the log of another system"),
    "incidents.rules": _("edit categories and keywords"),
    "places.edit": _("edit the places of a campus"),
    "transfers.make": _("hand over a case, a person or an item"),
    "transfers.receive": _("record the receipt of a hand-over"),
    "urgent.report": _("report an urgent matter"),
    "urgent.receive": _("acknowledge an urgent report"),
    "urgent.judge": _("decide on late, omitted or concealed reports"),
    "leads.issue": _("pass a lead to a police room"),
    "leads.answer": _("answer a lead"),
    "disputes.edit": _("record disputes and mediation"),
    "hazards.edit": _("record hazards and rechecks"),
    "hazards.order": _("order a rectification"),
    "outreach.edit": _("record outreach activities"),
    "registers.nil": _("give a nil return"),
    "people.view": _("see who serves in police rooms"),
    "people.edit": _("edit people and their posts"),
    "people.train": _("record trainings"),
    "people.absence": _("record absences"),
    "people.export": _("export people"),
    "secondments.ask": _("ask for a secondment"),
    "secondments.decide": _("approve or refuse a secondment"),
    "decisions.record": _("record appraisals, commendations and accountability"),
    "accountability.view": _("see accountability decisions"),
    "duty.view": _("see duty levels, orders, rosters and presence"),
    "duty.watch": _("watch the duty board of an area"),
    "orders.issue": _("issue and revoke duty orders"),
    "orders.approve": _("approve the highest duty level"),
    "orders.answer": _("acknowledge duty orders and carry them out"),
    "staffing.edit": _("fix the strength of the duty levels"),
    "arrangements.edit": _("fix the routine of term and vacation"),
    "plans.edit": _("write emergency plans"),
    "drills.record": _("record drills"),
    "triggers.declare": _("declare 24-hour presence"),
    "reinforcement.send": _("send reinforcement"),
    "directives.send": _("send directives"),
    "directives.answer": _("acknowledge and answer directives"),
    "roster.edit": _("edit the roster"),
    "swaps.ask": _("ask a colleague to take an own shift"),
    "presence.record": _("check in and out"),
    "presence.correct": _("correct a presence"),
    "handover.sign": _("write and sign handover sheets"),
    "dutylog.write": _("write the duty log and record comms tests"),
    "meetings.view": _("see meetings and what is owed"),
    "meetings.edit": _("plan meetings, write minutes and action items"),
    "meetings.confirm": _("confirm meetings that were entered late"),
    "coverage.view": _("see the coverage report"),
    "coverage.export": _("export the coverage report"),
    "parameters.view": _("see rule parameters"),
    "parameters.edit": _("change rule parameters"),
    "users.manage": _("create and manage accounts"),
    "users.unlock": _("see accounts and unlock them"),
    "grants.view": _("see who holds which role"),
    "grants.request": _("request a role"),
    "grants.approve": _("approve or reject a role"),
    "grants.end": _("end a role"),
    "audit.view": _("read the audit trail"),
    "audit.export": _("export the audit trail"),
}

#: Events of the trail: what is no action of the table, or would read like an intention.
EVENT_LABELS: Final = {
    "account.columns": _("columns of a list chosen"),
    "account.confirm": _("password entered again"),
    "account.create": _("new account"),
    "account.disable": _("account disabled"),
    "account.enable": _("account enabled"),
    "account.first-password": _("first password issued"),
    "account.language": _("language chosen"),
    "account.lock": _("account locked after failed sign-ins"),
    "account.notice": _("notice of use acknowledged"),
    "account.password": _("password changed"),
    "account.recovery-codes": _("recovery codes issued"),
    "account.second-factor": _("second factor asked at sign-in"),
    "account.second-factor-off": _("second factor removed"),
    "account.second-factor-on": _("second factor turned on"),
    "account.second-factor-start": _("second factor being set up"),
    "account.session-end": _("sessions ended"),
    "account.sign-in": _("sign-in"),
    "account.sign-out": _("sign-out"),
    "account.unlock": _("account unlocked"),
    "bureaus.move": _("unit moved in the tree"),
    "bureaus.settle": _("late records followed a moved unit"),
    "export": _("export of a list"),
    "imports.cancel": _("import cancelled"),
    "imports.commit": _("import written"),
    "imports.upload": _("spreadsheet uploaded"),
    "search": _("too many searches"),
    "inbox.read": _("inbox line read"),
    "incidents.attach": _("file attached to an incident"),
    "incidents.detach": _("file of an incident struck"),
    "incidents.link": _("incidents linked"),
    "incidents.unlink": _("link between incidents taken back"),
    "incidents.party": _("person recorded with an incident"),
    "incidents.party-strike": _("person of an incident struck"),
    "incidents.parties": _("people of an incident shown in full"),
    "incidents.hold": _("deletion of people stopped"),
    "incidents.hold-lift": _("deletion of people runs again"),
    "incidents.purge": _("people of an incident deleted after their time"),
    "incidents.entry": _("line added to an incident"),
    "incidents.state": _("state of an incident changed"),
    "incidents.strike": _("line of an incident struck"),
    "orders.bind": _("duty orders reached rooms opened later"),
    "orders.carry-out": _("carrying out of a duty order recorded"),
    "orders.receive": _("duty order acknowledged"),
    "orders.remind": _("reminder of duty orders without an end"),
    "orders.revoke": _("duty order revoked"),
    "triggers.end": _("24-hour presence ended early"),
    "directives.receive": _("directive acknowledged"),
    "directives.offer": _("hand-over of a directive offered"),
    "directives.take-over": _("directive taken over"),
    "directives.feedback": _("feedback on a directive given"),
    "directives.withdraw": _("directive withdrawn"),
    "people.add": _("person entered"),
    "presence.assume": _("presence without check-out ended"),
    "presence.enter": _("presence entered afterwards"),
    "presence.in": _("check-in"),
    "presence.out": _("check-out"),
    "presence.strike": _("presence struck"),
    "roster.book": _("shift booked"),
    "roster.remind": _("reminder of open hours of rosters"),
    "roster.feed-open": _("calendar address opened"),
    "roster.feed-revoke": _("calendar address revoked"),
    "roster.gap": _("intended empty hours recorded"),
    "roster.gap-strike": _("intended empty hours struck"),
    "roster.move": _("shift moved"),
    "roster.strike": _("shift struck"),
    "roster.propose": _("roster proposed"),
    "roster.adopt": _("proposed roster booked"),
    "roster.discard": _("proposed roster discarded"),
    "swap.ask": _("swap of a shift asked for"),
    "swap.approve": _("swap approved"),
    "swap.refuse": _("swap refused"),
    "swap.withdraw": _("swap withdrawn"),
    "roster.template": _("usual shift added"),
    "roster.template-edit": _("usual shift changed"),
    "people.absence-change": _("absence changed"),
    "people.absence-strike": _("absence struck"),
    "people.leave": _("person left the service"),
    "people.plan": _("training plan recorded"),
    "people.remind": _("reminder of ending trainings and refills"),
    "people.train-strike": _("training struck"),
    "decisions.correct": _("record of a decision corrected"),
    "decisions.strike": _("record of a decision struck"),
    "secondments.approve": _("secondment approved"),
    "secondments.end": _("last day of a secondment recorded"),
    "secondments.refuse": _("secondment refused"),
    "secondments.strike": _("secondment struck"),
    "vacancies.fill": _("vacancy filled"),
    "vacancies.open": _("vacancy opened"),
    "vacancies.reopen": _("vacancy opened again"),
    "vacancies.withdraw": _("vacancy withdrawn"),
    "people.assign": _("post given"),
    "people.end-post": _("post ended"),
    "rules.add": _("keyword rule added"),
    "rules.edit": _("keyword rule changed"),
    "rules.end": _("keyword rule ended"),
    "categories.add": _("category added"),
    "categories.rename": _("category renamed"),
    "categories.stop": _("category no longer offered"),
    "categories.offer": _("category offered again"),
    "places.learn": _("place learned from a call"),
    "places.add": _("place added"),
    "places.edit": _("place changed"),
    "places.stop": _("place no longer offered"),
    "places.offer": _("place offered again"),
    "dutylog.comms": _("comms test recorded"),
    "dutylog.write": _("line written into the duty log"),
    "handover.change": _("handover sheet changed before it was signed"),
    "handover.draft": _("handover sheet drafted"),
    "handover.sign-in": _("handover sheet signed by the incoming side"),
    "handover.sign-out": _("handover sheet signed by the outgoing side"),
    "meetings.cancel": _("meeting called off"),
    "meetings.confirm": _("late entry of a meeting confirmed"),
    "meetings.held": _("meeting entered as held"),
    "meetings.item": _("action item decided"),
    "meetings.item-close": _("action item closed"),
    "meetings.item-redate": _("action item given another day"),
    "meetings.minutes": _("minutes corrected"),
    "meetings.plan": _("meeting planned"),
    "arrangements.copy": _("routines of term and vacation copied forward"),
    "arrangements.end": _("routine of term or vacation ended"),
    "plans.write": _("cell of an emergency plan written"),
    "drills.correct": _("drill corrected"),
    "staffing.copy": _("table of the duty levels copied forward"),
    "staffing.end": _("row of the duty levels ended"),
    "stations.link": _("campus linked to a police room"),
    "stations.opening": _("opening day of a police room corrected"),
    "stations.resume": _("police room resumed"),
    "stations.suspend": _("police room suspended"),
    "stations.unlink": _("campus unlinked from a police room"),
    "grants.request": _("request for a role"),
    "grants.approve": _("approval of a role"),
    "grants.end": _("end of a role"),
    "grants.remind": _("reminder of ending roles"),
    "grants.grant": _("role granted at set-up"),
    "grants.reject": _("rejection of a role"),
}


def action_label(code: str) -> str:
    """The readable name of an action or event; the code itself where none is known."""
    label = EVENT_LABELS.get(code) or ACTION_LABELS.get(code)
    return str(label) if label else code
