"""Charts of Office → their titles, and their series as tables, of the values that are saved with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from knowledge.parse.document_builder import DocumentBuilder, one_line
from knowledge.parse.office.package import attribute, children, local, whole_number
from knowledge.parse.office.xlsx_format import NumberFormat, number_format

_MAX_POINTS = 1_000  # of a chart; a longer series is a curve rather than a table
_AXES_OF_CATEGORIES = frozenset({"catAx", "dateAx"})

Points = Mapping[int, str]  # texts by their place in a series


def chart_references(drawing: etree._Element) -> Iterator[str]:
    """The ids by which a drawing names its charts, without those in copies for older programs."""
    for chart in drawing.iter("{*}chart"):
        if not any(local(parent) == "Fallback" for parent in chart.iterancestors()):
            yield next((str(value) for key, value in chart.items() if str(key).endswith("}id")), "")


def write_chart(builder: DocumentBuilder, chart: etree._Element) -> None:
    """Write the title of a chart and its series: a row for each category, a column for each series."""
    builder.paragraph(chart_title(chart))
    corner = " ".join(_title(axis) for axis in chart.iter(*(f"{{*}}{name}" for name in _AXES_OF_CATEGORIES)))
    columns: list[tuple[str, Points]] = []
    held: Points = {}
    for series in chart.iter("{*}ser"):
        categories = _points(series, "cat") or _points(series, "xVal")
        if columns and categories and categories != held:
            _write(builder, corner, held, columns)
            columns = []
        held = categories or held
        columns.append((_name(series), _points(series, "val") or _points(series, "yVal")))
    _write(builder, corner, held, columns)


def chart_title(chart: etree._Element) -> str:
    """The title with those of the axes of values, `Sales (thousand euros)`; "" where there is none."""
    shown = next((_title(one) for one in chart.iterchildren("{*}chart")), "")
    axes = [_title(axis) for axis in chart.iter("{*}valAx")]
    told = "; ".join(filter(None, axes))
    return f"{shown} ({told})" if shown and told else shown or told


def _write(builder: DocumentBuilder, corner: str, categories: Points, columns: list[tuple[str, Points]]) -> None:
    places = sorted({place for points in (categories, *(values for _, values in columns)) for place in points})
    rows = [[categories.get(at, ""), *(values.get(at, "") for _, values in columns)] for at in places[:_MAX_POINTS]]
    if rows:
        builder.table([[corner, *(name for name, _ in columns)], *rows])


def _title(element: etree._Element) -> str:
    """The title of a chart or an axis, as it is written or else as a cell has it."""
    held = (found for title in children(element, "title") for found in title.iter("{*}p", "{*}v"))
    parts = ("".join(text.text or "" for text in one.iter("{*}t", "{*}v")) for one in held)
    return one_line(" ".join(parts))


def _name(series: etree._Element) -> str:
    return one_line(" ".join(text.text or "" for tx in children(series, "tx") for text in tx.iter("{*}v")))


def _points(series: etree._Element, name: str) -> Points:
    """The texts of the points; an inner category follows the outer one where that begins."""
    points: dict[int, str] = {}
    for held in children(series, name):
        code = next((found.text or "" for found in held.iter("{*}formatCode")), "")
        show = number_format(code) if code else None
        for point in held.iter("{*}pt"):
            place = whole_number(attribute(point, "idx"), 0)
            text = _shown(next((value.text or "" for value in children(point, "v")), ""), show)
            points[place] = f"{text} {points[place]}" if place in points else text
    return points


def _shown(text: str, show: NumberFormat | None) -> str:
    try:
        return show(float(text)) if show else text
    except (ValueError, OverflowError):
        return text
