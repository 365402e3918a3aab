"""A chart of users at once against context, one line a quantisation, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 960, 540, 70, 190, 60, 60  # pixels
_COLOURS = ("#2a6fdb", "#d1495b", "#2e8b57", "#b8860b", "#6a4c93", "#00798c", "#8b5e3c", "#555555")
_INK, _GRID = "#222222", "#dddddd"


def write_chart(file: Path, title: str, contexts: Sequence[int], users: Mapping[str, Sequence[int]]) -> None:
    """Write the chart. `contexts`: in tokens, ascending. `users`: for each context, by quantisation."""
    draft = file.with_name(f".{file.name}.half")
    draft.write_text(_UsersChart(contexts, users).svg(title), "utf-8")
    draft.replace(file)


class _UsersChart:
    """Both axes are logarithmic; below one user there is nothing to draw."""

    def __init__(self, contexts: Sequence[int], users: Mapping[str, Sequence[int]]) -> None:
        self._contexts, self._users = contexts, users
        most = max((count for counts in users.values() for count in counts), default=1)
        self._decades = max(1, math.ceil(math.log10(max(most, 2))))

    def svg(self, title: str) -> str:
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
            f'font-size="14" fill="{_INK}"><rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
            _text(_LEFT, 28, title, size=18),
            *self._axes(),
            *(line for at, name in enumerate(self._users) for line in self._line(at, name)),
            "</svg>",
        ]
        return "\n".join(parts)

    def _axes(self) -> list[str]:
        drawn = []
        for power in range(self._decades + 1):
            y = self._y(10**power)
            drawn.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{_GRID}"/>')
            drawn.append(_text(_LEFT - 8, y + 5, f"{10**power:,}", anchor="end"))
        for context in self._contexts:
            drawn.append(_text(self._x(context), _HEIGHT - _BOTTOM + 20, f"{context:,}", anchor="middle"))
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        drawn.append(_text(middle, _HEIGHT - 12, "context of each user, tokens", anchor="middle"))
        drawn.append(_text(_LEFT, _TOP - 12, "users at once"))
        return drawn

    def _line(self, at: int, name: str) -> list[str]:
        colour = _COLOURS[at % len(_COLOURS)]
        pairs = zip(self._contexts, self._users[name], strict=True)
        places = [(self._x(context), self._y(count)) for context, count in pairs if count]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        label = name if places else f"{name}: does not fit"
        return [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>',
            *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places),
            f'<g fill="{colour}">{_text(_WIDTH - _RIGHT + 16, _TOP + 22 * at + 5, label)}</g>',
        ]

    def _x(self, context: int) -> float:
        first, last = math.log2(self._contexts[0]), math.log2(self._contexts[-1])
        share = (math.log2(context) - first) / (last - first) if last > first else 0.5
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def _y(self, users: int) -> float:
        return _TOP + (1 - math.log10(users) / self._decades) * (_HEIGHT - _TOP - _BOTTOM)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 14) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'
