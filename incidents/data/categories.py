"""The base tree of categories. Codes are stored and never change; names may.

Each line: code, name, English name, usual kind, case, sudden event, dispute. An indented code
(`theft.bicycle`) lies below the one before its dot. Whether a call is a case (刑事, 治安) follows
from its category: JS-13-6a asks for a transfer then.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from incidents.enums import CaseKind, IncidentKind

R, A, Q = IncidentKind.REPORT, IncidentKind.ASSISTANCE, IncidentKind.ENQUIRY
NO, CR, PO = CaseKind.NONE, CaseKind.CRIMINAL, CaseKind.PUBLIC_ORDER


class Row(NamedTuple):
    """One base category."""

    code: str
    name: str
    name_en: str
    kind: IncidentKind
    case_kind: CaseKind = NO
    emergency: bool = False
    dispute: bool = False


CATEGORIES: Final = (
    Row("theft", "盗窃", "Theft", R, PO),
    Row("theft.bicycle", "盗窃非机动车", "Theft of bicycles and e-bikes", R, PO),
    Row("theft.property", "盗窃财物", "Theft of belongings", R, PO),
    Row("theft.burglary", "入室盗窃", "Burglary", R, CR),
    Row("fraud", "诈骗", "Fraud", R, CR),
    Row("fraud.telecom", "电信网络诈骗", "Telephone and online fraud", R, CR),
    Row("fraud.loan", "套路贷、校园贷", "Predatory loans", R, CR),
    Row("fraud.blackmail", "裸聊敲诈", "Sextortion", R, CR),
    Row("fraud.pyramid", "传销", "Pyramid selling", R, CR),
    Row("dispute", "纠纷", "Dispute", R, NO, False, True),
    Row("dispute.traffic", "交通纠纷", "Traffic dispute", R, NO, False, True),
    Row("dispute.dormitory", "宿舍纠纷", "Dormitory dispute", R, NO, False, True),
    Row("dispute.consumer", "消费纠纷", "Consumer dispute", R, NO, False, True),
    Row("dispute.labour", "劳务纠纷", "Labour dispute", R, NO, False, True),
    Row("dispute.emotional", "感情纠纷", "Relationship dispute", R, NO, False, True),
    Row("dispute.noise", "噪声扰民", "Noise", R, NO, False, True),
    Row("dispute.other", "其他纠纷", "Other dispute", R, NO, False, True),
    Row("violence", "殴打伤害", "Assault", R, PO),
    Row("violence.fight", "打架斗殴", "Fight", R, PO, True),
    Row("violence.injury", "故意伤害", "Wounding", R, CR, True),
    Row("violence.harassment", "骚扰、猥亵", "Harassment", R, PO),
    Row("violence.robbery", "抢劫、抢夺", "Robbery", R, CR, True),
    Row("order", "扰乱秩序", "Public order", R, PO),
    Row("order.damage", "故意毁坏财物", "Damage to property", R, PO),
    Row("order.trespass", "擅自闯入", "Trespass", R, NO),
    Row("order.nuisance", "酗酒滋事", "Drunken disturbance", R, PO),
    Row("order.vending", "占道经营、发传单", "Unlicensed vending and leaflets", R, NO),
    Row("order.drone", "无人机违规飞行", "Unauthorised drone", R, NO),
    Row("order.gathering", "人员聚集", "Crowd", R, NO, True),
    Row("order.drugs", "涉毒", "Drugs", R, CR),
    Row("traffic", "交通", "Traffic", R, NO),
    Row("traffic.accident", "交通事故", "Traffic accident", R, NO, True),
    Row("traffic.parking", "违停堵路", "Obstructive parking", R, NO),
    Row("fire", "火灾、险情", "Fire and hazard", R, NO, True),
    Row("fire.fire", "火灾、冒烟", "Fire or smoke", R, NO, True),
    Row("fire.laboratory", "实验室事故", "Laboratory accident", R, NO, True),
    Row("fire.utilities", "水电气故障", "Water, power or gas failure", R, NO),
    Row("fire.structure", "高空坠物、设施损坏", "Falling objects, damaged facilities", R, NO),
    Row("accident", "意外伤亡", "Accident with casualties", R, NO, True),
    Row("accident.injury", "意外受伤", "Accidental injury", A, NO),
    Row("accident.water", "溺水、落水", "Person in water", R, NO, True),
    Row("accident.fall", "高处坠落", "Fall from height", R, NO, True),
    Row("help", "群众求助", "Help", A),
    Row("help.lost", "物品遗失", "Lost property", A),
    Row("help.found", "拾得物品", "Found property", A),
    Row("help.search", "寻人", "Person not reachable", A),
    Row("help.medical", "突发疾病", "Sudden illness", A, NO, True),
    Row("help.lockout", "开门、被困", "Locked out or trapped", A),
    Row("help.animal", "流浪动物、蛇虫", "Animals", A),
    Row("help.escort", "护送、陪同", "Escort", A),
    Row("help.other", "其他求助", "Other help", A),
    Row("enquiry", "咨询", "Enquiry", Q),
    Row("enquiry.household", "户籍、居住证咨询", "Household register, residence permits", Q),
    Row("enquiry.exit", "出入境咨询", "Passports and visas", Q),
    Row("enquiry.vehicle", "车驾管咨询", "Vehicles and licences", Q),
    Row("enquiry.law", "法律咨询", "Legal question", Q),
    Row("enquiry.other", "其他咨询", "Other question", Q),
    Row("suspicious", "可疑情况", "Suspicious circumstances", R),
    Row("suspicious.object", "可疑物品", "Suspicious object", R, NO, True),
    Row("suspicious.activity", "可疑情形", "Suspicious activity", R),
    Row("other", "其他", "Other", R),
)
