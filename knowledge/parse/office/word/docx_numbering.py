"""Numbers that Word shows before the paragraphs of its lists."""

from __future__ import annotations

from lxml import etree

from knowledge.parse.office.list_numbers import LEVELS, Level, ListCounter
from knowledge.parse.office.package import attribute, children, whole_number

_ON = frozenset({"", "1", "true", "on"})


class Numbering:
    """Counts the items of each list in the order in which they are asked for."""

    def __init__(self, part: etree._Element | None) -> None:
        self._abstract = {attribute(one, "abstractNumId"): one for one in children(part, "abstractNum")}
        self._uses = {attribute(one, "numId"): one for one in children(part, "num")}
        self._by_link = {
            attribute(link, "val"): number
            for number, one in self._abstract.items()
            for link in children(one, "styleLink")
        }
        self._levels: dict[str, dict[int, Level]] = {}
        self._level_of_style: dict[str, dict[str, int]] = {}
        self._counters: dict[str, ListCounter] = {}

    def level_of(self, list_id: str, style_id: str) -> int:
        """The level of the list that belongs to this style; the outermost where none does."""
        return self._level_of_style.get(list_id, {}).get(style_id, 0) if self._read(list_id) else 0

    def next(self, list_id: str, level: int) -> str | None:
        """The next item's number as it is shown, "" for a bullet; None where there is no such list."""
        if not self._read(list_id):
            return None
        return self._counters[list_id].next(min(level, LEVELS - 1), self._levels[list_id])

    def _read(self, list_id: str) -> bool:
        """Read the list's levels where that is yet to be done; False where the document has no such list."""
        if list_id in self._levels:
            return True
        use = self._uses.get(list_id)
        if use is None:
            return False
        abstract_id = next((attribute(one, "val") for one in children(use, "abstractNumId")), "")
        abstract = self._abstract.get(abstract_id)
        for link in children(abstract, "numStyleLink"):
            abstract_id = self._by_link.get(attribute(link, "val"), abstract_id)
        elements = children(self._abstract.get(abstract_id), "lvl")
        overrides = children(use, "lvlOverride")
        elements += [level for override in overrides for level in children(override, "lvl")]
        self._levels[list_id] = {_number(one): _level(one) for one in elements}
        self._level_of_style[list_id] = {
            attribute(style, "val"): _number(one) for one in elements for style in children(one, "pStyle")
        }
        counter = self._counters.setdefault(f"abstract {abstract_id}", ListCounter())
        self._counters[list_id] = counter
        for override in overrides:
            for start in children(override, "startOverride"):
                counter.restart(_number(override), whole_number(attribute(start, "val"), 1))
        return True


def _number(element: etree._Element) -> int:
    return min(whole_number(attribute(element, "ilvl"), 0), LEVELS - 1)


def _level(element: etree._Element) -> Level:
    values = {
        name: attribute(found[0], "val")
        for name in ("start", "numFmt", "lvlText", "lvlRestart", "isLgl")
        if (found := children(element, name))
    }
    return Level(
        values.get("numFmt", "decimal"),
        values.get("lvlText", ""),
        whole_number(values.get("start", ""), 1),
        restarts_below=whole_number(values.get("lvlRestart", ""), LEVELS),
        is_legal="isLgl" in values and values["isLgl"] in _ON,
    )
