"""Writes THIRD-PARTY.txt: what a package holds of others, under which licence, and the text of each licence."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePath

from shared_objects import PackagingError, output_of, system_library

ROOT = Path(__file__).parents[1]
COMMON = Path("/usr/share/common-licenses")  # Debian's folder of the long texts
_TEXT_NAMES = re.compile(r"^(licen[cs]e|copying|notice|thirdpartynotices|authors)", re.IGNORECASE)
_CONFIGURED = tomllib.loads((Path(__file__).parent / "contents.toml").read_text("utf-8"))["licences"]
_INTRODUCTION = """\
Carrel is licensed under Apache-2.0; see LICENSE. This package also holds what is listed here, each part under its own
licence. The texts follow the list, each once.

Qt and PySide6 are used under the GNU Lesser General Public License, version 3: they are shared libraries of their own,
in `site-packages/PySide6`, and may be replaced by others of the same interface. Their sources are those of the versions
listed, at https://download.qt.io and https://code.qt.io; the code of others in Qt is listed at
https://doc.qt.io/qt-6/licenses-used-in-qt.html.
"""


@dataclass(frozen=True, slots=True)
class Component:
    """Something that is not ours. `texts`: of its licences; `holds`: what was compiled into it, with licences."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]
    holds: tuple[str, ...] = ()


def write_notices(tree: Path, components: list[Component]) -> None:
    """Write the file into the tree's `share/doc/carrel`, and Carrel's own licence beside it."""
    folder = tree / "share" / "doc" / "carrel"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "THIRD-PARTY.txt").write_text(notices(components), "utf-8")
    (folder / "LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())


def notices(components: list[Component]) -> str:
    """The list, what was compiled into each, and each text once. Raises PackagingError: a component has no text."""
    if bare := [component.name for component in components if not component.texts]:
        raise PackagingError(f"No licence text for {', '.join(bare)}: name one in packaging/contents.toml.")
    ordered = sorted(components, key=lambda component: component.name.lower())
    numbers = {text: number for number, text in enumerate(dict.fromkeys(t for c in ordered for t in c.texts), 1)}
    lines = [_INTRODUCTION, "What it holds", "=============", ""]
    for component in ordered:
        places = ", ".join(str(numbers[text]) for text in component.texts)
        lines.append(f"{component.name} {component.version} · {component.licence} · text {places}")
        lines += [f"    holds {part}" for part in component.holds]
    for text, number in numbers.items():
        lines += ["", f"Text {number}", "-" * 40, "", text]
    return "\n".join(lines) + "\n"


def library_components(site: Path) -> Iterator[Component]:
    """The installed libraries of `site`, Carrel left out."""
    for each in distributions(path=[str(site)]):
        if each.metadata["Name"].lower() != "carrel-desktop":
            yield library_component(each)


def library_component(library: Distribution) -> Component:
    """What an installed library says of itself."""
    name, told = library.metadata["Name"], library.metadata
    said = (str(told[key]) if key in told else "" for key in ("License-Expression", "License"))
    licence = next(filter(None, map(_first_line, said)), "") or _classified(told.get_all("Classifier"))
    files = sorted(library.files or [], key=str)
    texts = [_text(Path(str(file.locate()))) for file in files if _is_licence(file)]
    texts += [_named_text(each) for each in _CONFIGURED["texts"].get(name.lower(), [])]
    lists = (file for file in files if "sboms" in file.parts and file.suffix == ".json")
    holds = {part for file in lists for part in _compiled_in(Path(str(file.locate())))}
    return Component(
        name, library.version, licence or "see its text", tuple(dict.fromkeys(texts)), tuple(sorted(holds))
    )


def system_component(name: str) -> Component:
    """A library that was copied from this Debian system."""
    path = system_library(name)
    package = output_of("dpkg-query", "--search", f"*/{path.name}").splitlines()[0].split(":")[0]
    version = output_of("dpkg-query", "--show", "--showformat", "${Version}", package)
    text = _text(Path("/usr/share/doc") / package / "copyright")
    return Component(package, version, "see its text", (text,))


def python_component(library: Path) -> Component:
    """Python, by the licence that its standard library comes with."""
    version = ".".join(map(str, sys.version_info[:3]))
    places = [library / "LICENSE.txt", Path(f"/usr/share/doc/python3.{sys.version_info.minor}/copyright")]
    texts = [_text(path) for path in places if path.is_file()]
    return Component("Python", version, "PSF-2.0", tuple(texts[:1]))


def own_parts() -> Iterator[Component]:
    """The face and the embedder, which come with Carrel."""
    yield Component("Source Sans Pro", "", "OFL-1.1", (_text(ROOT / "desktop" / "fonts" / "LICENSE.txt"),))
    text = _CONFIGURED["mit"].format(holder="the authors of multilingual-e5-small (intfloat)")
    yield Component("multilingual-e5-small", "", "MIT", (text.strip(),))


def _is_licence(file: PurePath) -> bool:
    """A licence beside a library's metadata or at the top of its package."""
    if file.suffix in (".py", ".pyc", ".pyi"):
        return False
    return "licenses" in file.parts[1:] or (len(file.parts) == 2 and bool(_TEXT_NAMES.match(file.name)))


def _named_text(name: str) -> str:
    return _text(ROOT / "LICENSE" if name == "Apache-2.0" else COMMON / name)


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace").strip().replace("\r\n", "\n").replace("\f", "\n")


def _compiled_in(sbom: Path) -> Iterator[str]:
    """Names, versions and licences in a CycloneDX file."""
    for part in json.loads(sbom.read_text("utf-8")).get("components", []):
        named = [each.get("expression") or each.get("license", {}).get("id", "") for each in part.get("licenses", [])]
        yield f"{part['name']} {part.get('version', '')} · {' AND '.join(filter(None, named)) or 'not said'}"


def _classified(classifiers: list[str] | None) -> str:
    found = [each.rpartition(" :: ")[2] for each in classifiers or [] if each.startswith("License")]
    return ", ".join(found)


def _first_line(text: str) -> str:
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 80 else ""
