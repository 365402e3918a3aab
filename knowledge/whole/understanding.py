"""Turns what was recognised in a question into a query of the table; None wherever it can be meant in two ways."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.whole.columns import Columns
from knowledge.whole.conditions import Conditions, Unclear, mentioned_columns, the_measure
from knowledge.whole.reading import Reading
from knowledge.whole.row_kinds import NO_MONEY
from knowledge.whole.table_query import Condition, Group, Operation, TableQuery, Unit, run_query
from knowledge.whole.words.words import AMOUNT, COLUMN, CUE, NOUN, VALUE, any_of, mark, number_of_mark

_UNITS: tuple[Unit, ...] = ("month", "quarter", "year")
_Extreme = Literal["largest", "smallest"]


@dataclass(frozen=True, slots=True)
class Understood:
    """A query, and the kind of answer: to list rows, or to state a number."""

    query: TableQuery
    lists: bool


def understand(reading: Reading, columns: Columns) -> Understood | None:
    """Return the query that a question means; None unless every word of it is understood, in one way only."""
    if not reading.understood or not columns.rows:
        return None
    try:
        return _Understanding(reading, columns).query()
    except Unclear:
        return None


class _Understanding:
    """The marks of a question, taken away one by one as their meaning is found."""

    def __init__(self, reading: Reading, columns: Columns) -> None:
        self._reading, self._columns = reading, columns
        if re.search(f"{CUE['count']}{mark(NOUN, 1)}", reading.marks):  # how many servers, of the lines of server.log
            raise Unclear
        self._has_or = CUE["or"] in reading.marks
        self._marks = reading.marks.replace(CUE["or"], "")
        self._used = frozenset[int]()  # columns that a condition names
        self._group: Group | None = None

    def query(self) -> Understood:
        """Find the conditions, the group, then the operation."""
        mentioned = mentioned_columns(self._marks)
        self._group = self._taken_group()
        found = Conditions(self._reading, self._columns, mentioned, self._marks)
        conditions = found.all()
        if self._has_or and len({each.column for each in conditions}) > 1:  # open, or over 1,000
            raise Unclear
        self._marks, self._used = found.marks, found.used
        limit = self._limit()
        unit = next((unit for unit in _UNITS if self._has(unit)), None)
        left = re.sub(f"[{''.join(CUE.values())}]|{any_of(COLUMN)}|{any_of(NOUN)}", "", self._marks)
        if left or self._has("not", "not_after", "per", "per_after") or (unit and self._has("latest", "earliest")):
            raise Unclear
        return self._operation(conditions, limit, unit)

    def _has(self, *names: str) -> bool:
        return any(CUE[name] in self._marks for name in names)

    @property
    def _has_noun(self) -> bool:
        named = (at for at in mentioned_columns(self._marks) if at not in self._columns.measures)
        return NOUN in self._marks or any(map(self._columns.is_unique, named))

    def _taken_group(self) -> Group | None:
        """Take away what follows `per` or stands before its like in other languages."""
        units = {CUE[unit]: unit for unit in _UNITS}
        unit_marks = "".join(units)
        before = rf"{CUE['per']}+(?:{any_of(COLUMN)}|([{unit_marks}]))"
        behind = rf"(?:{any_of(COLUMN)}|([{unit_marks}])){CUE['per_after']}"
        found = re.search(f"{behind}|{before}", self._marks)
        group = None
        if found:
            column = next((number_of_mark(sign) for sign in (found[1], found[3]) if sign), None)
            unit = next((units[sign] for sign in (found[2], found[4]) if sign), None)
            if column is not None and column in self._columns.measures:  # the largest by amount
                self._marks = f"{self._marks[: found.start()]}{chr(ord(COLUMN) + column)}{self._marks[found.end() :]}"
            else:
                group = self._unit_group(unit) if unit else Group(column or 0)
                self._marks = self._marks[: found.start()] + self._marks[found.end() :]
        self._marks = re.sub(rf"{CUE['per']}+(?=[{NOUN}{VALUE}-{chr(ord(VALUE) + 255)}])", "", self._marks)
        return group

    def _unit_group(self, unit: Unit) -> Group:
        named = [at for at in mentioned_columns(self._marks) if at in self._columns.dated]
        dated = named or self._columns.dated
        if len(dated) == 1:
            return Group(dated[0], unit)
        own = self._columns.in_group(unit)
        if dated or len(own) != 1:
            raise Unclear
        return Group(own[0])

    def _limit(self) -> int | None:
        found = re.search(f"{CUE['top']}{any_of(AMOUNT)}", self._marks)
        if not found:
            return None
        self._marks = self._marks.replace(found.group(), CUE["top"])
        number = self._reading.amounts[number_of_mark(found[1])]
        if not number or number % 1:
            raise Unclear
        return int(number)

    def _operation(self, conditions: tuple[Condition, ...], limit: int | None, unit: Unit | None) -> Understood:
        """Choose what is computed. The columns that are named and stand in no condition say of what."""
        named = [at for at in mentioned_columns(self._marks) if at not in self._used]
        numeric = [at for at in named if at in self._columns.measures]
        labels = [at for at in named if at not in self._columns.measures and not self._columns.is_unique(at)]
        base = TableQuery("rows", conditions=conditions)
        if (self._has("share") or self._group) and (unit or [at for at in labels if at not in self._columns.dated]):
            raise Unclear
        if self._has("share"):
            return self._share(base, numeric)
        if self._group:
            return self._grouped(base, numeric)
        extreme = self._extreme()
        averages = self._has("average", "median")
        if extreme or (limit and not averages):
            ordered = replace(base, order=extreme or "largest", limit=limit or 1)
            return self._best(ordered, numeric, labels, unit)
        if unit or (averages and labels):
            raise Unclear
        if averages:
            return Understood(replace(base, operation=self._computed(), measure=self._measure(numeric)), lists=False)
        return self._total(base, numeric, labels) or self._counted(base, numeric, labels)

    def _extreme(self) -> _Extreme | None:
        wanted = {
            "largest": self._has("maximum", "most", "latest", "dear", "oldest"),
            "smallest": self._has("minimum", "earliest", "cheap", "youngest"),
        }
        if all(wanted.values()):
            raise Unclear
        return "largest" if wanted["largest"] else "smallest" if wanted["smallest"] else None

    def _computed(self) -> Operation:
        return "median" if self._has("median") else "average"

    def _share(self, base: TableQuery, numeric: Sequence[int]) -> Understood:
        if len({each.column for each in base.conditions}) != 1 or len(numeric) > 1 or self._group:
            raise Unclear
        if self._reading.is_money and not self._has("count") and not numeric:
            numeric = [self._measure(numeric)]
        return Understood(replace(base, operation="share", measure=numeric[0] if numeric else None), lists=False)

    def _grouped(self, base: TableQuery, numeric: Sequence[int]) -> Understood:
        base = replace(base, group=self._group)
        if self._has("average", "median"):
            if self._reading.is_money and self._group and self._group.unit != "value":  # of the months' sums?
                raise Unclear
            return Understood(replace(base, operation=self._computed(), measure=self._measure(numeric)), lists=False)
        extreme = self._extreme()
        if extreme and not self._has("sum", "count"):
            operation: Operation = "maximum" if extreme == "largest" else "minimum"
            return Understood(replace(base, operation=operation, measure=self._measure(numeric)), lists=False)
        lists = self._has("who", "which") or (self._has("list") and not numeric)
        if extreme or (lists and not self._has("count", "sum", "how_much")):
            raise Unclear
        if numeric or self._has("how_much", "spent") or (self._has("sum") and not self._has("count")):
            return Understood(replace(base, operation="sum", measure=self._measure(numeric)), lists=False)
        if not self._has("count"):
            if not self._reading.is_money:
                raise Unclear
            return Understood(replace(base, operation="sum", measure=self._measure(numeric)), lists=False)
        return Understood(replace(base, operation="count"), lists=False)

    def _best(self, base: TableQuery, numeric: Sequence[int], labels: Sequence[int], unit: Unit | None) -> Understood:
        """The rows, or the groups, with the largest or smallest numbers. `base`: with its order and limit."""
        if self._has("oldest", "youngest"):
            return Understood(self._by_age(base), lists=True)
        if self._has("latest", "earliest"):
            return Understood(replace(base, measure=self._dated(unit)), lists=True)
        if self._has("cheap", "dear") and not numeric:
            numeric = self._priced()
        group = self._unit_group(unit) if unit else self._label_group(labels)
        if group is not None:
            return Understood(self._best_group(base, numeric, unit, group), lists=False)
        if self._has("average", "median", "sum"):
            raise Unclear
        return Understood(replace(base, measure=self._measure(numeric)), lists=True)

    def _best_group(self, ordered: TableQuery, numeric: Sequence[int], unit: Unit | None, group: Group) -> TableQuery:
        """The groups with the largest or smallest count, average or sum."""
        if self._has("average", "median"):
            return replace(ordered, operation=self._computed(), measure=self._measure(numeric), group=group)
        if self._has("spent") and not numeric:
            return replace(ordered, operation="sum", measure=self._measure(self._priced()), group=group)
        counted = re.search(f"{CUE['most']}(?:{NOUN}|{any_of(COLUMN)})", self._marks)
        rows = counted and (counted[1] is None or self._columns.is_unique(number_of_mark(counted[1])))
        most_rows = rows and not numeric and not self._reading.is_money
        if self._has("count") or most_rows:
            return replace(ordered, operation="count", group=group)
        if self._has("sum") or (unit and numeric) or (numeric and self._has("most", "top")):
            return replace(ordered, operation="sum", measure=self._measure(numeric), group=group)
        return self._agreed(ordered, numeric, group)

    def _measure(self, numeric: Sequence[int]) -> int:
        return the_measure(self._columns, numeric)

    def _dated(self, unit: Unit | None) -> int:
        """The column of dates that the latest has the last of."""
        dated = [at for at in mentioned_columns(self._marks) if at in self._columns.dated] or self._columns.dated
        if len(dated) != 1 or unit:
            raise Unclear
        return dated[0]

    def _priced(self) -> list[int]:
        """The column of prices, or else of amounts, or else the only one of numbers that are not said to be others."""
        measures = self._columns.measures
        groups = ([at for at in self._columns.in_group(name) if at in measures] for name in ("price", "amount"))
        if found := next(filter(None, groups), None):
            return found
        if any(at in self._columns.in_group(name) for name in NO_MONEY for at in measures):
            raise Unclear
        return measures

    def _by_age(self, base: TableQuery) -> TableQuery:
        """The oldest by age or birth, or where rows are no persons by their date."""
        opposite: _Extreme = "smallest" if base.order == "largest" else "largest"
        ages = [at for at in self._columns.in_group("age") if self._columns.numbers(at) is not None]
        births = [
            at for at in self._columns.in_group("born")
            if self._columns.numbers(at) is not None or self._columns.dates(at) is not None
        ]  # fmt: skip
        if len(ages) == 1:
            return replace(base, measure=ages[0])
        dated = [] if self._columns.in_group("name") else self._columns.dated
        if len(chosen := births or dated) != 1:
            raise Unclear
        return replace(base, measure=chosen[0], order=opposite)

    def _label_group(self, labels: Sequence[int]) -> Group | None:
        """The column whose values are compared; None where these tell the rows, which are compared themselves."""
        telling = [at for at in labels if at not in self._columns.dated]
        people = [at for name in self._persons for at in self._columns.in_group(name)]
        if not telling and self._has("who") and not self._has_noun:
            if not people:  # who, of rows that say it of nobody?
                raise Unclear
            telling = [at for at in people if not self._columns.is_unique(at)]
        if len(telling) > 1:
            raise Unclear
        return Group(telling[0]) if telling else None

    @property
    def _persons(self) -> tuple[str, ...]:
        """The groups of columns that say who: a customer only where money is spent, or rows are told by nobody else."""
        works = self._columns.in_group("hours") and not self._columns.in_group("amount")
        return ("name", "lead") if works else ("name", "customer", "lead")

    def _agreed(self, ordered: TableQuery, numeric: Sequence[int], group: Group) -> TableQuery:
        """The sum of each group, where what it can be taken for as well names the same group first."""
        summed = replace(ordered, operation="sum", measure=self._measure(numeric), group=group)
        single: Operation = "maximum" if ordered.order == "largest" else "minimum"
        counted = [] if numeric else [replace(ordered, operation="count", group=group)]
        others = [*counted, *([] if self._has("most") else [replace(summed, operation=single)])]
        first = [[line.label for line in run_query(self._columns, query).lines] for query in (summed, *others)]
        if any(labels != first[0] for labels in first):
            raise Unclear
        return summed

    def _total(self, base: TableQuery, numeric: Sequence[int], labels: Sequence[int]) -> Understood | None:
        """The sum, where one is asked for; None where rows are counted or listed."""
        if self._has("spent") and not numeric:
            numeric = self._priced()
        asked = self._has("sum", "how_much", "spent") and not (self._has("count") and not numeric)
        counted = re.findall(f"{CUE['count']}{any_of(COLUMN)}", self._marks)  # how many hours
        if self._has("count") and numeric and [number_of_mark(sign) for sign in counted] != list(numeric):
            raise Unclear
        asked = asked or bool(counted and numeric)
        if not asked or (self._has("list") and not numeric):
            return None
        if labels:
            raise Unclear
        return Understood(replace(base, operation="sum", measure=self._measure(numeric)), lists=False)

    def _counted(self, base: TableQuery, numeric: Sequence[int], labels: Sequence[int]) -> Understood:
        """Rows, or different values of a column, counted or listed."""
        counts, lists = self._has("count", "different"), self._has("list", "who", "which")
        if counts and not numeric and any(self._columns.is_unique(each.column) for each in base.conditions):
            quantities = [at for at in self._columns.in_group("quantity") if at in self._columns.measures]
            if quantities and not lists:  # how many keyboards, of a table with one row for them
                return Understood(replace(base, operation="sum", measure=self._measure(quantities)), lists=False)
        bounded = self._has_noun and any(each.sign in "≥≤<>" for each in base.conditions)  # invoices over 500 €
        if not (counts or lists or bounded) or numeric or len(labels) > 1 or (not counts and self._has("sum")):
            raise Unclear
        if not counts and not self._has("list") and not base.conditions:  # who is there?
            raise Unclear
        if labels and (self._has_noun and not self._has("different")) and counts:
            raise Unclear
        if labels and not (self._has_noun and lists):
            return Understood(
                replace(base, operation="different", group=Group(labels[0])), lists=not self._has("count")
            )
        if self._has("different"):
            raise Unclear
        return Understood(
            replace(base, operation="count" if self._has("count") else "rows"), lists=not self._has("count")
        )
