"""Charts as SVG, for pages that may run no script. Texts are data in a tree, so nothing in them becomes markup."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.etree import ElementTree

COLOURS = ("#2563ab", "#c2571a", "#2e7d4f", "#7b4aa8", "#a8842c", "#b3372b", "#5f6b76", "#9aa3ab")
INK, LINE = "#3d454c", "#e0e4e8"
WIDTH = 860
# Of a letter, on average, in pixels.
LETTER = 6.6


def lines(at: Sequence[str], series: dict[str, Sequence[float | None]], title: str, height: int = 240) -> str:
    """Return a line for each series.

    Arguments: at (what is written below the points, from left to right), series (name: values), title (what it shows,
    in words), height (in pixels).
    """
    svg = _canvas(title, height)
    known = [value for values in series.values() for value in values if value is not None]
    quarter = _quarter(max(known, default=0) or 4)
    left, right, top, bottom = 48, WIDTH - 16, _legend(svg, list(series)) + 8, height - 28
    for part in range(5):
        y = bottom - (bottom - top) * part / 4
        _add(svg, "line", x1=left, x2=right, y1=y, y2=y, stroke=LINE)
        _text(svg, f"{quarter * part:,.4g}", left - 6, y + 4, "end")
    places = [left + (right - left) * (index / (len(at) - 1) if len(at) > 1 else 0.5) for index in range(len(at))]
    for index in range(0, len(at), max(1, -(-len(at) // 8))):
        _text(svg, at[index], places[index], height - 8, "middle")
    for number, values in enumerate(series.values()):
        colour = COLOURS[number % len(COLOURS)]
        points = [
            (x, bottom - (bottom - top) * value / (4 * quarter))
            for x, value in zip(places, values, strict=True)
            if value is not None
        ]
        _add(svg, "polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), fill="none", stroke=colour,
             **{"stroke-width": 2})  # fmt: skip
        for x, y in points:
            _add(svg, "circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=2.5, fill=colour)
    return ElementTree.tostring(svg, encoding="unicode")


def bars(names: Sequence[str], series: dict[str, Sequence[float | None]], title: str) -> str:
    """Return lying bars, stacked where there are several series. Arguments: names (of the rows), series, title."""
    svg = _canvas(title)
    top = _legend(svg, list(series)) if len(series) > 1 else 8
    svg.set("viewBox", f"0 0 {WIDTH} {top + 26 * len(names) + 8:.0f}")
    left = min(260, 16 + LETTER * max((len(name) for name in names), default=0))
    most = max((sum(row) for row in _rows(series)), default=0) or 1
    for place, (name, row) in enumerate(zip(names, _rows(series), strict=True)):
        y = top + 26 * place
        shown = name if len(name) * LETTER < left else f"{name[: int(left / LETTER) - 2]}…"
        _text(svg, shown, left - 8, y + 15, "end")
        x = left
        for number, value in enumerate(row):
            width = (WIDTH - left - 80) * value / most
            _add(
                svg, "rect", x=f"{x:.1f}", y=y + 2, width=f"{width:.1f}", height=18, fill=COLOURS[number % len(COLOURS)]
            )
            x += width
        _text(svg, f"{sum(row):,.4g}" if sum(row) < 1 else f"{sum(row):,.0f}", x + 6, y + 15, "start")
    return ElementTree.tostring(svg, encoding="unicode")


def _rows(series: dict[str, Sequence[float | None]]) -> list[list[float]]:
    return [[value or 0 for value in row] for row in zip(*series.values(), strict=True)]


def _canvas(title: str, height: float = 0) -> ElementTree.Element:
    svg = ElementTree.Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height:.0f}", "role": "img"}
    )
    ElementTree.SubElement(svg, "title").text = title
    return svg


def _legend(svg: ElementTree.Element, names: list[str]) -> float:
    """Draw what each colour means, in as many lines as it takes. Returns how high that is, in pixels."""
    x, y = 8.0, 6
    for number, name in enumerate(names):
        width = 34 + LETTER * len(name)
        if x + width > WIDTH and x > 8:
            x, y = 8.0, y + 20
        _add(svg, "rect", x=f"{x:.1f}", y=y, width=12, height=12, fill=COLOURS[number % len(COLOURS)])
        _text(svg, name, x + 18, y + 10, "start")
        x += width
    return y + 26


def _quarter(most: float) -> float:
    """Return the fourth part of an axis that a value fits on, as a number that people like to read."""
    tens = 10.0 ** math.floor(math.log10(most / 4))
    return next(unit * tens for unit in (1, 2, 2.5, 5, 10) if unit * tens * 4 >= most)


def _text(svg: ElementTree.Element, text: str, x: float, y: float, anchor: str) -> None:
    _add(svg, "text", x=f"{x:.1f}", y=f"{y:.1f}", fill=INK, **{"text-anchor": anchor, "font-size": 12}).text = text


def _add(svg: ElementTree.Element, kind: str, **attributes: object) -> ElementTree.Element:
    return ElementTree.SubElement(svg, kind, {name: str(value) for name, value in attributes.items()})
