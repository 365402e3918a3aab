"""Zip packages of XML, the container of every newer office format: their parts, opened with care."""

from __future__ import annotations

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from lxml import etree

from knowledge.parse.document_builder import one_line
from knowledge.parse.input import Unreadable

# A sheet of a million cells unpacks to about 150 MB.
MAX_UNPACKED_BYTES = 400_000_000
# A document's XML packs about 20 to 1; what packs far better and is large as well was made to fill memory.
SUSPECT_RATIO = 200
SUSPECT_BYTES = 50_000_000

_HINT = "Open it in its own program and save it again."
_ENCRYPTED_FLAG = 0x1
_PROPERTIES = {"title": "title", "creator": "author", "subject": "subject", "keywords": "keywords"}
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, KeyError, NotImplementedError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Relation:
    """A reference to another part. `kind`: the last word of its type, as `styles`; `target`: the name of that part."""

    kind: str
    target: str


class Parts:
    """The parts of a package, by name and by relationship. `noun` names the package in errors."""

    def __init__(self, archive: zipfile.ZipFile, noun: str) -> None:
        self._archive = archive
        self._noun = noun
        self.names = frozenset(archive.namelist())
        self._relations: dict[str, list[etree._Element]] = {}

    def related(self, part: str, kind: str) -> str:
        """The name of the part that `part` refers to as its `kind`; "" when there is none."""
        return next((found.target for found in self.relations(part).values() if found.kind == kind), "")

    def relations(self, part: str) -> dict[str, Relation]:
        """The references of `part` within the package, by id; `part` "" is the package itself."""
        folder = posixpath.dirname(part)
        return {
            relation.get("Id", ""): Relation(
                relation.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/"),
            )
            for relation in self._listed_relations(part)
            if relation.get("TargetMode") != "External"
        }

    def addresses(self, part: str) -> dict[str, str]:
        """The addresses outside of the package to which `part` links, by id."""
        return {
            relation.get("Id", ""): relation.get("Target", "")
            for relation in self._listed_relations(part)
            if relation.get("TargetMode") == "External"
        }

    def all_related(self, part: str, *kinds: str) -> list[str]:
        """The names of the parts that are there to which `part` refers as one of these kinds."""
        found = (relation.target for relation in self.relations(part).values() if relation.kind in kinds)
        return [target for target in found if target in self.names]

    def roots(self, part: str, kind: str) -> Iterator[tuple[str, etree._Element]]:
        """Id and root of each part to which `part` refers as its `kind`, without those that are missing or damaged."""
        for number, relation in self.relations(part).items():
            if relation.kind == kind:
                with suppress(Unreadable):
                    yield number, self.read(relation.target)

    def _listed_relations(self, part: str) -> list[etree._Element]:
        if part not in self._relations:
            folder, name = posixpath.split(part)
            element = self.find(posixpath.join(folder, "_rels", f"{name}.rels"))
            listed = [] if element is None else element.iterchildren("{*}Relationship", "Relationship")
            self._relations[part] = list(listed)
        return self._relations[part]

    def find(self, name: str) -> etree._Element | None:
        """The root of the part `name`; None when there is no such part."""
        return self.read(name) if name in self.names else None

    def read(self, name: str) -> etree._Element:
        """The root of the part `name`. Raises Unreadable when it is missing or damaged."""
        with self.reading(name) as stream:
            return etree.fromstring(stream.read(), safe_parser())

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """The bytes of the part `name` as a stream; damage that shows within the block becomes Unreadable."""
        try:
            with self._archive.open(name) as stream:
                yield stream
        except etree.XMLSyntaxError as error:
            if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
                raise MemoryError from error
            raise damaged(self._noun) from error
        except _DAMAGE as error:
            raise damaged(self._noun) from error

    def properties(self) -> dict[str, str]:
        """Title, author, subject and keywords, as far as the package states them."""
        part = self.find(self.related("", "core-properties"))
        found = [] if part is None else [(_PROPERTIES.get(local(e), ""), one_line(e.text or "")) for e in part]
        return {name: value for name, value in found if name and value}


@contextmanager
def opened_package(data: bytes, noun: str) -> Iterator[Parts]:
    """The parts of the package in these bytes. Raises Unreadable when it is damaged, encrypted or a zip bomb."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise damaged(noun) from error
    with archive:
        unpacked_bytes = sum(part.file_size for part in archive.infolist())
        is_suspect = unpacked_bytes > SUSPECT_BYTES and unpacked_bytes > SUSPECT_RATIO * len(data)
        if is_suspect or unpacked_bytes > MAX_UNPACKED_BYTES:
            raise Unreadable(f"it would unpack to {unpacked_bytes // 1_000_000} MB, more than a document needs")
        if any(part.flag_bits & _ENCRYPTED_FLAG for part in archive.infolist()):
            raise encrypted(noun)
        yield Parts(archive, noun)


def safe_parser(*, recover: bool = False) -> etree.XMLParser:
    """A parser that expands no entity and fetches nothing. `recover`: it reads on after a fault."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, recover=recover
    )


def damaged(noun: str, detail: str = "") -> Unreadable:
    """The error for a package that cannot be opened or lacks what every such file has."""
    return Unreadable(f"damaged {noun}{f': {detail}' if detail else ''}", _HINT)


def encrypted(noun: str) -> Unreadable:
    """The error for a package that needs a password."""
    return Unreadable(f"encrypted {noun}: it needs a password", "Save a copy without a password.")


def local(element: etree._Element) -> str:
    """The element's name without its namespace, which differs between the two editions of the standard."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The children of that name, whatever their namespace; none of no element."""
    return [] if element is None else [child for child in element if local(child) == name]


def attribute(element: etree._Element, name: str, default: str = "") -> str:
    """The attribute of that name, whatever its namespace."""
    return next((str(value) for key, value in element.items() if str(key).rpartition("}")[2] == name), default)


def whole_number(text: str, default: int) -> int:
    """`text` as a number where it is a whole one from 0 on, of at most nine digits."""
    return int(text) if text.isdecimal() and len(text) < 10 else default
