"""Components and tags of the screens: what they write, and what they must never write."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from policeroom.common.tables import Cell, HeadCell, RenderedTable, Row
from policeroom.common.templatetags import ui

pytestmark = pytest.mark.unit

ROOT = Path(settings.BASE_DIR)
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))
EVIL = '"><i>x</i>'
ERROR_PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"]


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="In full")
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        choices=[(str(n), f"No {n}") for n in range(9)], widget=forms.CheckboxSelectMultiple
    )
    place = forms.ChoiceField(choices=[("", "---"), ("1", "南京大学")])
    open = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def draw(source, **values):
    return Template("{% load ui %}" + source).render(Context(values))


def draw_field(name, data=None):
    return draw("{% field bound %}", bound=Sample(data)[name])


# --- icons --------------------------------------------------------------------------------------
def test_icon_without_label_is_hidden_from_readers():
    html = draw('{% icon "map" size=16 %}')

    assert 'aria-hidden="true"' in html
    assert 'width="16"' in html
    assert "style=" not in html


def test_icon_with_label_is_a_named_image():
    html = draw('{% icon "map" label=label %}', label='<b>"map"')

    assert 'role="img"' in html
    assert "<b>" not in html
    assert "aria-hidden" not in html


# --- filters ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("number", 12345, "12,345"),
        ("number", Decimal("1234.50"), "1,234.50"),
        ("number", 0, "0"),
        ("number", None, "–"),
        ("area", Decimal("79.5"), "79.50"),
        ("area", Decimal("79.995"), "80.00"),
        ("area", 1200, "1,200.00"),
        ("area", None, "–"),
        ("stamp", dt.datetime(2026, 9, 17, 7, 42, tzinfo=dt.UTC), "2026-09-17 15:42"),
        ("stamp", None, "–"),
        ("day", dt.date(2026, 9, 17), "2026-09-17"),
        ("day", dt.datetime(2026, 9, 16, 17, 0, tzinfo=dt.UTC), "2026-09-17"),
        ("day", None, "–"),
    ],
)
def test_filter_writes_the_fixed_form(source, value, expected):
    assert draw("{{ value|" + source + " }}", value=value) == expected


def test_query_replace_keeps_the_rest_and_drops_the_empty():
    request = RequestFactory().get("/", {"kind": "b", "cursor": "x", "q": "南京"})

    html = draw('{% query_replace kind="a" cursor="" %}', request=request)

    assert html == "?kind=a&amp;q=%E5%8D%97%E4%BA%AC"


# --- fields -------------------------------------------------------------------------------------
def test_field_ties_hint_and_error_to_the_control():
    html = draw_field("name", {})

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_name">' in html


def test_field_without_error_mentions_only_the_hint():
    html = draw_field("name")

    assert 'aria-describedby="id_name_helptext"' in html
    assert "_error" not in html


@pytest.mark.parametrize(("name", "container"), [("kind", "chips"), ("many", "checklist")])
def test_choices_are_chips_up_to_eight(name, container):
    html = draw_field(name)

    assert f'class="{container}"' in html
    assert html.count("<input") == len(Sample().fields[name].choices)
    assert "<fieldset" in html


def test_select_can_be_searched_by_pinyin():
    html = draw_field("place")

    assert "data-search" in html
    assert 'data-pinyin="njdx nanjingdaxue"' in html


def test_select_keeps_the_typed_choice():
    assert 'value="1" selected' in draw_field("place", {"place": "1"})


def test_hidden_field_has_no_label():
    html = draw_field("token")

    assert "<label" not in html
    assert 'type="hidden"' in html


def test_form_errors_lead_to_the_first_control():
    form = Sample({})

    html = render_to_string("components/form_errors.html", {"form": form})

    links = re.findall(r'href="#([^"]+)"', html)
    assert links == ["id_name", "id_kind_0", "id_many_0", "id_place"]


def test_form_without_errors_has_no_summary():
    assert render_to_string("components/form_errors.html", {"form": Sample()}).strip() == ""


# --- lists --------------------------------------------------------------------------------------
def table_of(rows, next_url=""):
    return RenderedTable(
        columns=[
            HeadCell("name", "Name", sortable=True, sort_url="?sort=-name", sorted="ascending"),
            HeadCell("area", "Area", numeric=True),
            HeadCell("state", "State"),
        ],
        rows=[
            Row(
                url=f"/rooms/{number}/",
                cells=[
                    Cell("<room>", label="Name"),
                    Cell("79.50", numeric=True, primary=True, label="Area"),
                    Cell("short", tone="bad", mark="▲", label="State"),
                ],
            )
            for number in range(rows)
        ],
        caption="Rooms",
        next_url=next_url,
        count_text="999+",
    )


def test_table_marks_sorting_numbers_links_and_states():
    html = render_to_string("components/table.html", {"table": table_of(1)})

    assert 'aria-sort="ascending"' in html
    name = '<a href="/rooms/0/">&lt;room&gt;</a>'
    assert f'<td data-label="Name" class="nowrap wide-only">{name}</td>' in html
    assert '<td data-label="Area" class="numeric">79.50</td>' in html
    assert 'class="tag tag--bad"' in html
    assert "999+" in html


def test_table_offers_more_rows_as_a_plain_link():
    html = render_to_string("components/table.html", {"table": table_of(1, "?cursor=x")})

    assert 'href="?cursor=x"' in html
    assert 'hx-target="#table-rows"' in html
    assert 'id="table-rows"' in html


@pytest.mark.parametrize(
    "cell",
    [
        Cell(text=EVIL),
        Cell(text="x", label=EVIL),
        Cell(text=EVIL, url=f"/{EVIL}"),
        Cell(text=EVIL, tone=EVIL, mark=EVIL),
        Cell(text="x", mark=EVIL),
    ],
    ids=["text", "label", "link", "tag", "mark"],
)
def test_markup_in_any_part_of_a_cell_is_text(cell):
    table = RenderedTable([HeadCell("a", "A")], [Row([cell], f"/{EVIL}")], "Rooms")

    html = str(table.body)

    assert "<i>" not in html
    assert "&lt;i&gt;" in html
    assert '"><' not in html.replace('"><a', "").replace('"><span', "").replace("></", "")


def test_a_row_leads_to_its_page_from_the_first_cell_only():
    table = RenderedTable([], [Row([Cell(text="a"), Cell(text="b")], "/rooms/1/")], "Rooms")

    assert str(table.body) == (
        '<tr><td data-label="" class="nowrap wide-only"><a href="/rooms/1/">a</a></td>'
        '<td data-label="" class="nowrap wide-only">b</td></tr>'
    )


def test_options_of_a_long_select_are_text_and_keep_the_chosen_one():
    class Form(forms.Form):
        place = forms.ChoiceField(choices=[("", "---------"), ("1", EVIL), ("2", "南京大学")])

    html = draw("{% control bound %}", bound=Form({"place": "2"})["place"])

    assert "<i>" not in html
    assert re.search(r'<option value="2" selected [^>]*>南京大学</option>', html)
    assert 'data-pinyin="' in html


def test_a_select_with_groups_is_drawn_by_its_template():
    class Form(forms.Form):
        place = forms.ChoiceField(choices=[("North", [("1", "A")]), ("South", [("2", "B")])])

    html = draw("{% control bound %}", bound=Form()["place"])

    assert html.count("<optgroup") == 2


def test_table_rows_answer_replaces_the_pagination():
    html = render_to_string("components/table_rows.html", {"table": table_of(2)})

    assert html.count("<tr>") == 2
    assert 'hx-swap-oob="true"' in html
    assert "<html" not in html


# --- charts -------------------------------------------------------------------------------------
def tile(tone="a", url=""):
    facts = {"name": "南京", "left": 0, "top": 82, "value": "98.1%", "sub": "52/53"}
    return {**facts, "tone": tone, "mark": "", "url": url}


def tile_grid(*tiles):
    frame = {"id": "grid", "title": "Coverage", "desc": "As in the table"}
    return render_to_string(
        "components/tile_grid.html", {**frame, "width": 492, "height": 328, "tiles": tiles}
    )


def test_tile_grid_is_an_image_with_title_and_description():
    html = tile_grid(tile())

    assert 'role="img"' in html
    assert 'aria-labelledby="grid-title"' in html
    assert 'fill="#d3ebdc"' in html


def test_tile_grid_with_links_is_a_group():
    html = tile_grid(tile(url="/rooms/"))

    assert 'role="group"' in html
    assert 'href="/rooms/"' in html


def test_tile_without_data_is_hatched():
    assert 'fill="url(#grid-hatch)"' in tile_grid(tile(tone="n"))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("tone", ["a", "b", "c", "d", "n"])
def test_text_on_a_tile_can_be_read(tone):
    dark, light = sorted((luminance(ui.heat_fill(tone)), luminance(ui.heat_ink(tone))))

    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_tile_colours_are_those_of_the_style_sheet():
    tokens = (ROOT / "static/css/tokens.css").read_text()

    for tone, (fill, ink) in ui.HEAT.items():
        assert f"--heat-{tone}: {fill};" in tokens
        assert f"--heat-{tone}-ink: {ink};" in tokens


# --- pages without the frame --------------------------------------------------------------------
@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_is_the_same_for_every_request(name):
    page = get_template(name)
    requests = [
        RequestFactory().get("/a?x=1", headers={"accept-language": "en"}),
        RequestFactory().post("/b"),
    ]

    rendered = {page.render({}, request) for request in requests} | {page.render()}

    assert len(rendered) == 1
    html = rendered.pop()
    assert 'href="/"' in html
    assert "csrf" not in html


# --- the repository guards itself ---------------------------------------------------------------
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_inline(path):
    source = path.read_text()

    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", source)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_component_begins_with_its_arguments(path):
    first = path.read_text().splitlines()[0]

    assert first.startswith("{% comment %}")
    assert "rgument" in first


def test_every_style_sheet_is_linked_and_short():
    """All pages share them; a roster alone is printed across, so its pages link that sheet."""
    sources = ("components/styles.html", "duty_room/roster.html", "duty_room/roster_month.html")
    linked = "".join((ROOT / "templates" / source).read_text() for source in sources)

    assert {path.name for path in STYLES} == set(re.findall(r"css/([a-z_]+\.css)", linked))
    assert all(len(path.read_text().splitlines()) < 350 for path in STYLES)
