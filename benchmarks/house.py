"""Measure how the code is cut: file sizes, folders, helpers called once, imports inside functions, names in use twice.

    python -m benchmarks.house [--names]

A product file is a Python file of the packages in `PACKAGES`; `--names` also lists what is counted.
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = "assistant carrel_desktop desktop engines errors knowledge network personas serving tuning".split()
Function = ast.FunctionDef | ast.AsyncFunctionDef
_INDENTED_IMPORT = re.compile(r"^[ \t]+(?:import|from)[ \t]", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """One Python file, parsed."""

    path: Path
    text: str

    @property
    def lines(self) -> int:
        """Lines of the file, blank ones and comments too."""
        return self.text.count("\n")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))


def product(root: Path = ROOT) -> list[Source]:
    """Every product file, sorted by path."""
    paths = [path for package in PACKAGES for path in (root / package).rglob("*.py")]
    return [Source(path.relative_to(root), path.read_text("utf-8")) for path in sorted(paths)]


def folder_sizes(sources: list[Source]) -> Counter[Path]:
    """Python files side by side in each folder, without `__init__.py`."""
    return Counter(source.path.parent for source in sources if source.path.name != "__init__.py")


def helpers_called_once(source: Source) -> list[str]:
    """Private functions and methods that exactly one place in their file mentions."""
    private = [f.name for f in source.functions if f.name.startswith("_") and not f.name.endswith("__")]
    mentions = Counter(
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name | ast.Attribute)
    )
    return [name for name in private if mentions[name] == 1]


def local_imports(source: Source) -> set[int]:
    """Lines of imports inside functions."""
    if not _INDENTED_IMPORT.search(source.text):  # parsing every file takes seconds
        return set()
    return {
        node.lineno
        for function in source.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }


def repeated(places: Mapping[str, list[Path]]) -> dict[str, list[Path]]:
    """Names that stand in more than one place, with the places."""
    return {name: where for name, where in sorted(places.items()) if len(where) > 1}


def file_names(sources: list[Source]) -> dict[str, list[Path]]:
    """Names of files that more than one file has."""
    places = defaultdict(list)
    for source in sources:
        if not source.path.name.startswith("__"):
            places[source.path.name].append(source.path)
    return repeated(places)


def class_names(sources: list[Source]) -> dict[str, list[Path]]:
    """Names of classes at the top of a module that more than one class has."""
    places = defaultdict(list)
    for source in sources:
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(source.path)
    return repeated(places)


def figures(sources: list[Source]) -> dict[str, str]:
    """Every figure by its name."""
    lines = sum(source.lines for source in sources)
    file_lines = [source.lines for source in sources]
    lengths = [f.end_lineno - f.lineno + 1 for source in sources for f in source.functions if f.end_lineno]
    once = sum(len(helpers_called_once(source)) for source in sources)
    typical, ninth = statistics.median(lengths), statistics.quantiles(lengths, n=10)[-1]
    largest, size = folder_sizes(sources).most_common(1)[0]
    return {
        "product lines": f"{lines:,}",
        "product files": f"{len(sources)} ({len(sources) * 10_000 / lines:.0f} per 10,000 lines)",
        "file lines, median / largest": f"{statistics.median(file_lines):.0f} / {max(file_lines)}",
        "function lines, median / p90": f"{typical:.0f} / {ninth:.0f}",
        "private helpers called once": f"{once} ({once * 1000 / lines:.1f} per 1,000 lines)",
        "largest folder": f"{size} ({largest})",
        "imports inside functions": str(sum(len(local_imports(source)) for source in sources)),
        "names of files in use twice": str(len(file_names(sources))),
        "names of classes in use twice": str(len(class_names(sources))),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--names", action="store_true", help="list the names that are in use twice")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to measure")
    given = parser.parse_args()
    sources = product(given.root)
    for name, figure in figures(sources).items():
        print(f"{name:32} {figure}")
    if given.names:
        for name, places in (*file_names(sources).items(), *class_names(sources).items()):
            print(f"  {name:30} {', '.join(map(str, places))}")


if __name__ == "__main__":
    main()
