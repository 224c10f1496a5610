"""Charts as SVG: lines and single points on two logarithmic axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 48, 56
LEAST_GAP = 15
"""Between two names at the right."""

COLORS = ("#1f5fa8", "#c0561a", "#3d7d3a", "#7a4b9a", "#b8860b", "#2a8c8c", "#888888")
DASHES = ("", "7 4", "2 3")
INK, GRID = "#222222", "#dddddd"
MARGIN = 1.15
"""The room around the outermost points, as a factor."""


@dataclass(frozen=True, slots=True)
class Line:
    """Named points; those of a `group` share a colour, and differ in their dashes."""

    name: str
    points: Sequence[tuple[float, float]]
    group: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic scale: values from `low` to `high` lie from pixel `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def around(cls, values: Iterable[float], start: float, end: float) -> Axis:
        """Return an axis with some room around positive values."""
        found = list(values)
        return cls(min(found) / MARGIN, max(found) * MARGIN, start, end)

    def at(self, value: float) -> float:
        """Return the pixel at which a value lies."""
        share = log10(value / self.low) / log10(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return the round values 1, 2 and 5 of each power of ten that lie on the axis."""
        powers = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        rounds = (float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5))
        return [value for value in rounds if self.low <= value <= self.high]


@dataclass(frozen=True, slots=True)
class Chart:
    """A title, what the axes show, and at least one line."""

    title: str
    x_name: str
    y_name: str
    lines: Sequence[Line]

    def svg(self) -> str:
        """Return the drawing."""
        points = [point for line in self.lines for point in line.points]
        x = Axis.around((x for x, _ in points), LEFT, WIDTH - RIGHT)
        y = Axis.around((y for _, y in points), HEIGHT - BOTTOM, TOP)
        parts = [
            text(LEFT, 26, self.title, 'font-size="15"'),
            text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 16, self.x_name, 'text-anchor="middle"'),
            text(LEFT, TOP - 6, self.y_name, 'text-anchor="end"'),
            *_grid(x, y),
            *self._drawn(x, y),
        ]
        return document(WIDTH, HEIGHT, parts)

    def _drawn(self, x: Axis, y: Axis) -> list[str]:
        groups = list(dict.fromkeys(line.group for line in self.lines))
        ends = [y.at(max(line.points)[1]) for line in self.lines if len(line.points) > 1]
        places = iter(spaced(ends))
        parts = []
        for line in self.lines:
            color = COLORS[groups.index(line.group) % len(COLORS)]
            own = [other for other in self.lines if other.group == line.group]
            dash = DASHES[own.index(line) % len(DASHES)]
            spots = [(x.at(a), y.at(b)) for a, b in sorted(line.points)]
            parts += _line(spots, color, dash)
            if len(spots) > 1:
                parts += _name(line.name, spots[-1], next(places), color)
            else:
                parts.append(text(spots[0][0] + 8, spots[0][1] + 4, line.name, _legible(color)))
        return parts


def spaced(places: Sequence[float]) -> list[float]:
    """Return places moved down as far as is needed to keep `LEAST_GAP` between any two."""
    moved = [0.0] * len(places)
    last = float("-inf")
    for index in sorted(range(len(places)), key=places.__getitem__):
        last = moved[index] = max(places[index], last + LEAST_GAP)
    return moved


def document(width: float, height: float, parts: Iterable[str]) -> str:
    """Return a drawing on white, which any background suits."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">'
    )
    ground = f'<rect width="{width}" height="{height}" fill="white"/>'
    return "\n".join([head, ground, *parts, "</svg>"]) + "\n"


def text(x: float, y: float, words: str, attributes: str = "") -> str:
    """Return words at a place."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(words)}</text>'


def _grid(x: Axis, y: Axis) -> list[str]:
    parts = []
    for value in x.ticks():
        at = x.at(value)
        parts.append(f'<path d="M{at:.1f} {y.start} V{y.end}" stroke="{GRID}"/>')
        parts.append(text(at, y.start + 18, f"{value:g}", 'text-anchor="middle"'))
    for value in y.ticks():
        at = y.at(value)
        parts.append(f'<path d="M{x.start} {at:.1f} H{x.end}" stroke="{GRID}"/>')
        parts.append(text(x.start - 8, at + 4, f"{value:g}", 'text-anchor="end"'))
    return parts


def _line(spots: Sequence[tuple[float, float]], color: str, dash: str) -> list[str]:
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>' for x, y in spots]
    stroke = f'<path d="M{path}" stroke="{color}" stroke-width="2" fill="none"'
    return [f'{stroke} stroke-dasharray="{dash}"/>' if dash else f"{stroke}/>", *dots]


def _legible(color: str) -> str:
    """Return how words are drawn that lines may run behind."""
    return f'fill="{color}" stroke="white" stroke-width="4" paint-order="stroke"'


def _name(name: str, spot: tuple[float, float], place: float, color: str) -> list[str]:
    """Return a line's name at the right, and a thin stroke that leads there from its end."""
    edge = WIDTH - RIGHT
    path = f"M{spot[0] + 5:.1f} {spot[1]:.1f} L{edge + 8} {place:.1f}"
    return [
        f'<path d="{path}" stroke="{color}" stroke-width="0.5" fill="none"/>',
        text(edge + 12, place + 4, name, f'fill="{color}"'),
    ]
