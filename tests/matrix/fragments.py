"""Every fragment of the access matrix."""

from tests.matrix import (
    board,
    clocks,
    duty_board,
    duty_orders,
    duty_presence,
    duty_records,
    duty_roster,
    duty_triggers,
    imports,
    incidents_api,
    meetings,
    offline,
    people,
    quick,
    records,
    rules,
)

FRAGMENTS = (
    quick,
    records,
    board,
    imports,
    clocks,
    rules,
    incidents_api,
    meetings,
    offline,
    people,
    duty_orders,
    duty_presence,
    duty_roster,
    duty_records,
    duty_triggers,
    duty_board,
)
