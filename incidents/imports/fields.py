"""Our side of a mapping: what a column may be, and which words of a header suggest it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LogField(TextChoices):
    """What a column of a log may hold."""

    KEY = "key", _("number or key of the record")
    REPORTED = "reported", _("reported: day, or day and time")
    REPORTED_TIME = "reported_time", _("reported: time")
    OCCURRED = "occurred", _("occurred: day, day and time, or from … to")
    OCCURRED_TIME = "occurred_time", _("occurred: time, or from … to")
    OCCURRED_END = "occurred_end", _("occurred until")
    DISPATCHED = "dispatched", _("dispatched")
    ARRIVED = "arrived", _("police arrived")
    CLOSED = "closed", _("closed")
    KIND = "kind", _("kind (report, help, enquiry)")
    CATEGORY = "category", _("category")
    PLACE = "place", _("where")
    NARRATIVE = "narrative", _("what happened")
    DISPOSITION = "disposition", _("disposition")
    STATE = "state", _("state (new … closed)")
    UPDATED = "updated", _("last changed in that log")


#: Fields that several columns may fill together.
SEVERAL: Final = frozenset({LogField.KEY, LogField.NARRATIVE})
#: Of each group one field at least is needed.
NEEDED: Final = (
    (LogField.KEY,),
    (LogField.REPORTED, LogField.OCCURRED),
    (LogField.NARRATIVE, LogField.CATEGORY),
)

_NUMBER = (
    r"编号|案号|单号|案件号|流水号|^number$|case.?(number|no|#)|incident.?(number|no|#)|^id$|ref"
)
_REPORTED = r"report|receiv|报警|接警|报案|受理|登记时间|登记日期"
_OCCURRED = r"occur|发生|案发|发案"

#: Each rule takes the first word of the header it fits that is still free; a field is proposed
#: once.
_RULES: Final = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        (LogField.NARRATIVE, r"whole.?narrative|全文|完整"),
        (LogField.UPDATED, r"updated|modified|last.?change|更新|修改"),
        (LogField.KEY, _NUMBER),
        (LogField.KIND, r"^(kind|种类|报警类型|来电类型|求助类型|警情种类)$"),
        (LogField.OCCURRED_END, rf"({_OCCURRED}).*(until|end|to$|结束|止|至)"),
        (LogField.OCCURRED_TIME, rf"^time.*({_OCCURRED})|({_OCCURRED}).?time$|发生时刻"),
        (LogField.REPORTED_TIME, rf"^time.*({_REPORTED})|({_REPORTED})ed.?time$|报警时刻"),
        (LogField.OCCURRED, _OCCURRED + r"(?!地)"),
        (LogField.DISPATCHED, r"dispatch|派警|出警|派出时间"),
        (LogField.ARRIVED, r"arriv|到场|到达"),
        (LogField.CLOSED, r"closed|办结|结案|结束时间|结警"),
        (LogField.STATE, r"^(state|status|状态|警情状态|办理状态)$"),
        (LogField.DISPOSITION, r"disposition|outcome|result|处置|处理结果|处理方式"),
        (LogField.REPORTED, rf"(?<!card)({_REPORTED})(?!人|类型|方式|电话)"),
        (LogField.CATEGORY, r"categ|type|类别|类型|性质|分类"),
        (LogField.PLACE, r"location|place|where|address|地点|位置|地址|场所"),
        (LogField.NARRATIVE, r"summary|narrative|descript|what|内容|摘要|经过|情况|简要|概况"),
    )
)


def propose(keys: Sequence[str]) -> list[str]:
    """A field for each word of a header, "" where none suggests itself."""
    found = [""] * len(keys)
    for field, rule in _RULES:
        place = next((n for n, key in enumerate(keys) if not found[n] and rule.search(key)), None)
        if place is not None and field not in found:
            found[place] = str(field)
    return found
