"""Every sentence an import can say, by code: stored reports are worded when they are shown."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from stations.enums import (
    AreaBasis,
    CampusStatus,
    EquipmentCategory,
    EquipmentState,
    StationKind,
    UnitKind,
    UniversityLevel,
    UniversityStatus,
)


class Reason(NamedTuple):
    """What is wrong, and what to do next."""

    text: Any
    remedy: Any


_SEE_LIST: Final = _("Correct the cell and upload the file again.")
_SAVE_XLSX: Final = _("Open the file in a spreadsheet program, save it as .xlsx and upload that.")

#: The same words for what does not exist and for what lies elsewhere: nothing is revealed.
_NOT_FOUND: Final = _("Check the value. Only records of your own area can be used.")

REASONS: Final[dict[str, Reason]] = {
    # the file as a whole
    "empty_file": Reason(_("The file is empty."), _("Choose the file again.")),
    "not_a_table": Reason(_("This is not a spreadsheet or CSV file."), _SAVE_XLSX),
    "web_page": Reason(_("This is a web page with the name of a spreadsheet."), _SAVE_XLSX),
    "damaged": Reason(_("The spreadsheet is damaged, protected or cut off."), _SAVE_XLSX),
    "too_many_rows": Reason(
        _("The table has more than %(limit)s rows."),
        _("Split it, or delete the empty rows below the table."),
    ),
    "too_many_columns": Reason(
        _("The table has more than %(limit)s columns."),
        _("Delete the empty columns beside the table, or use the template of this list."),
    ),
    "no_header": Reason(
        _("No header row was found in the first %(lines)s rows; needed: %(needed)s."),
        _("Use the template of this list, or check that you chose the right list."),
    ),
    "header_missing": Reason(
        _("Columns missing: %(missing)s. Found in row %(row)s: %(found)s."),
        _("Add the missing columns, or use the template of this list."),
    ),
    "header_twice": Reason(
        _("The column %(column)s stands twice in the header (row %(row)s)."),
        _("Delete or rename one of the two columns."),
    ),
    "no_rows": Reason(
        _("There is no row below the header."), _("Fill the table and upload it again.")
    ),
    "no_rows_of_province": Reason(
        _("The file has no rows of %(province)s. It holds: %(found)s."),
        _("Write the province as in the file, or leave the field empty."),
    ),
    "future_day": Reason(
        _("The list is dated %(day)s, which is still to come (today is %(today)s)."),
        _("Correct the date in the title or file name, or import it on that day."),
    ),
    "collision": Reason(
        _("Somebody recorded one of these rows at the same moment; nothing was written."),
        _("Upload the file again: the new dry run shows what is left to do."),
    ),
    "refused_by": Reason("%(value)s", _("Nothing was written. Correct it and upload again.")),
    "broken_off": Reason(
        _("The import broke off %(attempts)s times; nothing was written."),
        _("Tell the administrator of the system the time and the number of this import."),
    ),
    # one cell
    "missing": Reason(_("The cell is empty."), _("Fill it and upload the file again.")),
    "too_long": Reason(
        _("The text has %(length)s characters; at most %(limit)s can be kept."),
        _("Shorten it and upload the file again."),
    ),
    "bad_code": Reason(
        _("“%(value)s” is not a code of %(length)s digits."),
        _("Format the column as text, enter all digits and upload the file again."),
    ),
    "bad_number": Reason(
        _("“%(value)s” is not a whole number from %(low)s to %(high)s."), _SEE_LIST
    ),
    "bad_decimal": Reason(
        _("“%(value)s” is not a number from 0 to %(high)s with at most two decimals."), _SEE_LIST
    ),
    "bad_day": Reason(
        _("“%(value)s” is not a day."), _("Write it like 2026-09-01 and upload the file again.")
    ),
    "ahead": Reason(
        _("%(value)s is still to come (today is %(today)s)."),
        _("Facts are entered on the day they are true: correct the day."),
    ),
    "bad_choice": Reason(
        _("“%(value)s” is none of: %(choices)s."), _("Write one of these values.")
    ),
    "too_many_digits": Reason(
        _("“%(value)s” is in scientific notation: digits are lost."),
        _("Format the column as text, enter the codes again and upload the file."),
    ),
    # one row in the file
    "duplicate": Reason(
        _("“%(value)s” stands in rows %(first)s and %(second)s."),
        _("Keep one of the two rows."),
    ),
    # one row against the records
    "unknown": Reason(_("“%(value)s” was not found."), _NOT_FOUND),
    "ambiguous": Reason(
        _("“%(value)s” is the name of several bureaus."),
        _("Write the full name or the six-digit division code."),
    ),
    "outside": Reason(_("This row lies outside the area you may import for."), _NOT_FOUND),
    "unknown_province": Reason(
        _("The province of this row is not known."),
        _("Add a column 省份, or a heading such as 江苏省（167所） above the rows."),
    ),
    "unknown_place": Reason(
        _("“%(value)s” is not known as a city or county of this province."),
        _("Import the divisions first, or write the city."),
    ),
    "later_change": Reason(
        _("%(name)s already has a change dated %(day)s; the list is dated %(asked)s."),
        _("Import the newer list, or correct the record by hand."),
    ),
    "no_parent": Reason(
        _("The superior unit “%(value)s” was not found."),
        _("Add its row to the file, or correct 上级代码 and 上级名称."),
    ),
    "needs_full_name": Reason(
        _("A unit without a division code needs its full name and its superior unit."),
        _("Fill 机构全称 and 上级代码 or 上级名称."),
    ),
    "moves_unit": Reason(
        _("%(name)s hangs under %(old)s; the file says %(new)s. A bureau keeps its place."),
        _("Provincial staff move it on its own page; import the list again afterwards."),
    ),
    "no_path": Reason(
        _("No number is left for another unit under %(parent)s."),
        _("Tell the administrator of the system."),
    ),
    "foreign_prefix": Reason(
        _("The campus code %(value)s does not begin with the ministry code %(code)s."),
        _("Correct one of the two codes."),
    ),
    "no_number": Reason(
        _("The university has no free campus number left."), _("Correct the codes by hand.")
    ),
    "name_used": Reason(
        _("“%(value)s” cannot be used here."),
        _("Choose another name, for example with the place."),
    ),
    "close_by_hand": Reason(
        _("A record is closed on its own page, with the day and the reason."),
        _("Leave the status as recorded, and close it on its page."),
    ),
    "retire_by_hand": Reason(
        _("Equipment is retired on its own page, with the day."),
        _("Leave the status as recorded, and retire it on its page."),
    ),
    "fixed": Reason(
        _("This room is recorded with “%(old)s”; an import does not change that to “%(value)s”."),
        _("Close the room and open a new one, or change it on its page."),
    ),
    "needs_campus": Reason(
        _("A stand-alone police room stands on a campus."), _("Fill the campus code.")
    ),
    "campus_elsewhere": Reason(
        _("The campus %(value)s does not lie in the area of %(operator)s."),
        _("Choose a bureau there, or correct the campus first."),
    ),
    "campus_taken": Reason(
        _("The campus %(value)s already has a room of its own."),
        _("Correct the campus code, or close the other room first."),
    ),
    "campus_closed": Reason(_("The campus %(value)s is closed."), _("Correct the campus code.")),
    "only_center": Reason(
        _("Only a university-town centre has a university town and covered campuses."),
        _("Empty the cell, or write 大学城中心警务室 as the kind."),
    ),
    "linked": Reason(
        _("The campus %(value)s already has a primary centre at that time."),
        _("End that coverage first, or leave the campus out."),
    ),
    "link_too_young": Reason(
        _("The coverage of %(value)s began on %(day)s and cannot end on %(asked)s."),
        _("Give a later day, or end the coverage on the page of the room."),
    ),
    "room_closed": Reason(
        _("The police room %(value)s is closed."), _("Leave its rows out of the file.")
    ),
    "ended": Reason(
        _("The item %(value)s ended on %(day)s and is not changed any more."),
        _("Leave the row out, or give the new item its own number."),
    ),
}

NOTICES: Final[dict[str, Any]] = {
    "universities_in_cities": _("%(universities)s universities in %(cities)s cities"),
    "units_by_level": _(
        "%(provinces)s provinces, %(cities)s cities, %(counties)s counties and districts"
    ),
    "edition": _("The list is taken as true from %(day)s."),
    "edition_from_file": _(
        "The file gives the day %(day)s; the day entered (%(given)s) was not used."
    ),
    "header_count": _("The heading of %(province)s says %(said)s universities; %(found)s rows."),
    "skipped_line": _("Row %(line)s was skipped: “%(text)s”."),
    "example_line": _("Row %(line)s was skipped: it is the example of the template."),
    "new_units": _("%(count)s provisional bureaus will be created; confirm them afterwards:"),
    "new_clusters": _("%(count)s university towns will be created:"),
    "missing_universities": _(
        "%(count)s recorded universities are not in this list; nothing happens to them:"
    ),
    "missing_units": _("%(count)s recorded bureaus are not in this list; nothing happens to them:"),
    "closed_in_list": _("%(count)s universities of this list are recorded as closed:"),
    "campus_stays": _(
        "%(count)s universities moved; their main campus stays where it is recorded:"
    ),
    "taken_over": _("%(count)s provisional bureaus are confirmed by this list."),
    "group_row": _("Row %(line)s was skipped: %(text)s is a heading, not a place."),
    "changed_since": _("The records changed since the dry run: check the new figures, then write."),
}

#: Names of fields in old → new.
FIELDS: Final[dict[str, Any]] = {
    "name": _("name"),
    "level": _("level"),
    "authority": _("authority in charge"),
    "ownership": _("remark (ownership)"),
    "unit": _("bureau"),
    "place_name": _("place in the list"),
    "main_campus": _("place of the main campus"),
    "kind": _("kind"),
    "area_name": _("place"),
    "division_code": _("division code (GB/T 2260)"),
    "provisional": _("provisional"),
    "grid_column": _("grid column"),
    "grid_row": _("grid row"),
    "is_branch": _("branch campus"),
    "status": _("status"),
    "cluster": _("university town"),
    "address": _("address"),
    "opened_on": _("opened on"),
    "students": _("students"),
    "staff": _("staff"),
    "source": _("source"),
    "floor_area_m2": _("floor area (m²)"),
    "area_basis": _("area basis"),
    "measured_on": _("measured on"),
    "co_located": _("shares the security office's building"),
    "telephone": _("telephone"),
    "covers": _("covered campuses"),
    "category": _("category"),
    "quantity": _("quantity"),
    "state": _("state"),
    "next_check_on": _("next check"),
    "started_on": _("since"),
}

YES_NO: Final[dict[str, Any]] = {"True": _("yes"), "False": _("no")}

#: Fields whose values are stored codes.
CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "level": (UniversityLevel,),
    "status": (CampusStatus, UniversityStatus),
    "kind": (UnitKind, StationKind),
    "area_basis": (AreaBasis,),
    "category": (EquipmentCategory,),
    "state": (EquipmentState,),
}
