"""The zip package of a Word document: its parts, opened with care."""

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.parse.docx_styles import Styles
from knowledge.parse.transcript import one_line
from knowledge.parse.unreadable import Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_UNPACKED_BYTES = 200_000_000
# A document's XML packs about 20 to 1; what packs far better and is large as well was made to fill memory.
SUSPECT_RATIO = 200
SUSPECT_BYTES = 50_000_000

_HINT = "Open it in Word or LibreOffice and save it anew."
_ENCRYPTED_FLAG = 0x1
_PROPERTIES = {"title": "title", "creator": "author", "subject": "subject", "keywords": "keywords"}
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of a document that hold text. `properties`: title, author, subject, keywords, as far as it says."""

    body: "_Element"
    styles: Styles
    footnotes: "list[_Element]"
    properties: dict[str, str]


def open_package(data: bytes) -> Package:
    """The package of these bytes. Raises Unreadable when it is damaged, encrypted or a zip bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive, len(data))
            parts = _Parts(archive)
            main = parts.related("", "officeDocument") or "word/document.xml"
            return Package(
                body=_body(parts.read(main)),
                styles=Styles(parts.find(parts.related(main, "styles"))),
                footnotes=_footnotes(parts.find(parts.related(main, "footnotes"))),
                properties=_properties(parts.find(parts.related("", "core-properties"))),
            )
    except _DAMAGE as error:
        raise Unreadable("damaged Word document", _HINT) from error


def local(element: "_Element") -> str:
    """The element's name without its namespace, which differs between the two editions of the standard."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Parts:
    """The XML in a package, by name and by relationship."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = frozenset(archive.namelist())

    def related(self, part: str, kind: str) -> str:
        """The name of the part that `part` refers to as its `kind`; "" when there is none."""
        folder, name = posixpath.split(part)
        relations = self.find(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in [] if relations is None else relations:
            if relation.get("Type", "").rpartition("/")[2] == kind and relation.get("TargetMode") != "External":
                return posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        return ""

    def find(self, name: str) -> "_Element | None":
        return self.read(name) if name in self._names else None

    def read(self, name: str) -> "_Element":
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(self._archive.read(name), parser)
        except etree.XMLSyntaxError as error:
            if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
                raise MemoryError from error
            raise Unreadable("damaged Word document", _HINT) from error


def _body(document: "_Element") -> "_Element":
    body = next((element for element in document if local(element) == "body"), None)
    if body is None:
        raise Unreadable("damaged Word document: it has no body", _HINT)
    return body


def _footnotes(part: "_Element | None") -> "list[_Element]":
    """The notes written by people, without the separators that Word keeps among them."""
    notes = [] if part is None else [element for element in part if local(element) == "footnote"]
    return [note for note in notes if not any(str(key).endswith("}type") for key, _ in note.items())]


def _properties(part: "_Element | None") -> dict[str, str]:
    found = [] if part is None else [(_PROPERTIES.get(local(e), ""), one_line(e.text or "")) for e in part]
    return {name: value for name, value in found if name and value}


def _refuse_bomb(archive: zipfile.ZipFile, packed_bytes: int) -> None:
    parts = archive.infolist()
    unpacked_bytes = sum(part.file_size for part in parts)
    suspect = unpacked_bytes > SUSPECT_BYTES and unpacked_bytes > SUSPECT_RATIO * packed_bytes
    if suspect or unpacked_bytes > MAX_UNPACKED_BYTES:
        raise Unreadable(f"it would unpack to {unpacked_bytes // 1_000_000} MB, more than a document needs")
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise Unreadable("encrypted Word document: it needs a password", "Save a copy without a password.")
