"""Template tags and filters of the screens: icons, fields, fixed forms of dates and numbers."""

from __future__ import annotations

import datetime as dt
import functools
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from policeroom.common.pinyin import pinyin_key

register = template.Library()

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
NOTHING: Final = "–"
#: Choices shown as chips; with more of them the group becomes a scrolling list.
CHIP_LIMIT: Final = 8

#: Duty class of a tile or cell -> (fill, ink). Attributes in the SVG, so it travels into a PDF;
#: the same colours stand in static/css/tokens.css as --heat-*.
HEAT: Final = {
    "a": ("#d3ebdc", "#0a3d22"),
    "b": ("#edf6e6", "#29450d"),
    "c": ("#fdeab8", "#5a3500"),
    "d": ("#f6c5bd", "#6f120a"),
}
NO_DATA: Final = ("#f3f5f8", "#364152")


@functools.lru_cache(maxsize=512)
def _icon(name: str, size: int, label: str) -> SafeString:
    if not label:
        return format_html("{}", lucide(name, size=size, aria_hidden="true", focusable="false"))
    drawing = lucide(name, size=size, role="img", aria_label=label)
    return format_html('<span class="icon-with-title" title="{}">{}</span>', label, drawing)


@register.simple_tag
def icon(name: str, *, size: int = 18, label: str = "") -> SafeString:
    """An icon of the lucide set: hidden from screen readers, or named when it has a label.

    Raises: lucide.IconDoesNotExist on a name the set does not have.
    """
    return _icon(str(name), int(size), str(label))


@register.simple_tag(takes_context=True)
def query_replace(context: template.Context, **changes: Any) -> str:
    """The current query string with replacements; an empty value removes its key."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def number(value: Any) -> str:
    """`12345` -> `12,345`; a decimal keeps its places; nothing measured -> `–`."""
    if value is None or value == "":
        return NOTHING
    return f"{value:,}" if isinstance(value, (int, float, Decimal)) else str(value)


@register.filter
def area(value: Any) -> str:
    """Two decimals, half up: `79.5` -> `79.50`. The unit stands beside it in the template."""
    if value is None or value == "":
        return NOTHING
    return f"{Decimal(str(value)).quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


@register.filter
def stamp(value: dt.datetime | None) -> str:
    """An instant as `2026-09-17 15:42`, in the time of the province."""
    if not value:
        return NOTHING
    local = value.astimezone(SHANGHAI) if value.tzinfo else value
    return f"{local:%Y-%m-%d %H:%M}"


@register.filter
def day(value: dt.date | None) -> str:
    """A day as `2026-09-17`; of an instant, its day in the time of the province."""
    if not value:
        return NOTHING
    if isinstance(value, dt.datetime) and value.tzinfo:
        value = value.astimezone(SHANGHAI)
    return f"{value:%Y-%m-%d}"


@register.filter
def heat_fill(tone: str) -> str:
    """Fill of a tile of this tone."""
    return HEAT.get(tone, NO_DATA)[0]


@register.filter
def heat_ink(tone: str) -> str:
    """Colour of the text on a tile of this tone."""
    return HEAT.get(tone, NO_DATA)[1]


@register.filter
def input_id(bound: BoundField) -> str:
    """Id of the first control of a field: where a link of the error summary leads."""
    return bound.id_for_label or f"{bound.auto_id}_0"


#: What Django shows for "nothing chosen".
DASHES = "---------"


class SearchSelect(forms.Select):
    """A select that static/js/combobox.js turns into a searchable list when it is long.

    Every option carries its pinyin initials and full pinyin, so that `njdx` finds 南京大学. The
    dashes Django shows for "nothing chosen" become a word.
    """

    blank = ""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({**(attrs or {}), "data-search": True}, choices)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if str(option["label"]) == DASHES:
            option["label"] = self.blank or option["label"]
        if option["value"] not in (None, ""):
            option["attrs"]["data-pinyin"] = _pinyin(str(option["label"]))
        return option

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The same HTML as Django's templates, without one template for each of 90 options."""
        widget = self.get_context(name, value, attrs)["widget"]
        if any(group for group, _options, _index in widget["optgroups"]):
            return super().render(name, value, attrs, renderer)
        options = format_html_join(
            "\n",
            '<option value="{}"{}{}>{}</option>',
            (
                (
                    option["value"],
                    " selected" if option["attrs"].pop("selected", False) else "",
                    flatatt(option["attrs"]),
                    option["label"],
                )
                for _group, group, _index in widget["optgroups"]
                for option in group
            ),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), options
        )


@functools.lru_cache(maxsize=4096)
def _pinyin(label: str) -> str:
    return pinyin_key(label)


#: The control a widget becomes on the page; the first class that matches decides.
KINDS: Final = (
    ((forms.RadioSelect, forms.CheckboxSelectMultiple), "choices"),
    (forms.CheckboxInput, "check"),
    (forms.ClearableFileInput, "file"),
    (forms.MultiWidget, "group"),
    (forms.SelectDateWidget, "group"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, label: str = "", hint: str = "") -> dict[str, Any]:
    """One field of a form: label, hint, control and error, tied together by ids.

    `label` and `hint` replace those of the form. Choices become chips, up to eight of them.
    """
    kind = next((k for classes, k in KINDS if isinstance(bound.field.widget, classes)), "input")
    many = kind == "choices" and len(bound.subwidgets) > CHIP_LIMIT
    return {
        "bound": bound,
        "kind": "list" if many else kind,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "required": bound.field.required,
        "control": "" if kind == "choices" else _control(bound, hint),
        "described_by": _described_by(bound, hint),
    }


@register.simple_tag
def control(bound: BoundField) -> SafeString:
    """The bare control of a field, for filter bars, where the label stands beside it."""
    return _control(bound, blank=_("all"))


def _control(bound: BoundField, hint: str = "", blank: str = "") -> SafeString:
    described = _described_by(bound, hint)
    attrs: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    widget = bound.field.widget
    if type(widget) is forms.Select:
        search = SearchSelect(widget.attrs, widget.choices)
        search.is_required = widget.is_required
        search.blank = blank or (_("please choose") if bound.field.required else _("not chosen"))
        return bound.as_widget(search, attrs)
    return bound.as_widget(attrs=attrs)


def _described_by(bound: BoundField, hint: str = "") -> str:
    ids = []
    if hint or bound.help_text:
        ids.append(f"{bound.auto_id}_helptext")
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    return " ".join(ids)
