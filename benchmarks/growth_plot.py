"""How medians grow with the number of rows, as a small SVG."""

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MARGIN, LEGEND = 640, 360, 50, 170
COLOURS = ("#1b6ca8", "#c8553d", "#588b8b", "#8f5d9c", "#d4a017", "#5a5a5a", "#2e8b57")


def growth_plot(points: Sequence[tuple[int, Mapping[str, float]]]) -> str:
    """An SVG of milliseconds over rows (a logarithmic axis), a line for each name; lower is better."""
    most = max(ms for _, medians in points for ms in medians.values()) * 1.1
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])

    def x(rows: int) -> float:
        return MARGIN + (math.log10(rows) - low) / ((high - low) or 1) * (WIDTH - 2 * MARGIN - LEGEND)

    def y(ms: float) -> float:
        return HEIGHT - MARGIN - ms / most * (HEIGHT - 2 * MARGIN)

    parts = [_text(x(rows), HEIGHT - MARGIN + 20, f"{rows:,}", "middle") for rows, _ in points]
    parts += [_text(MARGIN - 8, y(ms) + 4, f"{ms:.0f}", "end") for ms in (0, most / 2, most)]
    parts.append(_text(MARGIN, MARGIN - 20, "hybrid search, median ms, over chunks"))
    parts.append(f'<path d="M{MARGIN},{MARGIN} V{y(0)} H{WIDTH - MARGIN - LEGEND}" fill="none" stroke="#888"/>')
    for at, (name, colour) in enumerate(zip(points[0][1], COLOURS, strict=False)):
        line = " ".join(f"{x(rows):.1f},{y(medians[name]):.1f}" for rows, medians in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(_text(WIDTH - MARGIN - LEGEND + 20, MARGIN + 20 * at, name, colour=colour))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
    return f'{head} font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'
