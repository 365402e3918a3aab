"""The zip package of a Word document: its parts, opened with care."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
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

_ENCRYPTED_FLAG = 0x1
_PROPERTIES = {"title": "title", "creator": "author", "subject": "subject", "keywords": "keywords"}
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, ValueError, OSError)


class Package:
    """The parts of a document that hold text. Whatever but the body is missing is empty."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._main = self._related("", "officeDocument") or "word/document.xml"
        self.body = self._body()
        self.styles = Styles(self._optional(self._related(self._main, "styles")))

    @property
    def footnotes(self) -> "list[_Element]":
        """The notes written by people, without the separators that Word keeps among them."""
        part = self._optional(self._related(self._main, "footnotes"))
        notes = [] if part is None else [e for e in part if local(e) == "footnote"]
        return [note for note in notes if not any(key.endswith("}type") for key in note.keys())]  # noqa: SIM118

    @property
    def properties(self) -> dict[str, str]:
        """Title, author, subject, keywords, as far as the document says."""
        part = self._optional(self._related("", "core-properties"))
        found = [] if part is None else [(_PROPERTIES.get(local(e), ""), one_line(e.text or "")) for e in part]
        return {name: value for name, value in found if name and value}

    def _body(self) -> "_Element":
        body = next((e for e in self._part(self._main) if local(e) == "body"), None)
        if body is None:
            raise Unreadable("damaged Word document: it has no body")
        return body

    def _related(self, part: str, kind: str) -> str:
        """The name of the part that `part` refers to as its `kind`; "" when there is none."""
        folder, name = posixpath.split(part)
        for relation in self._relations(posixpath.join(folder, "_rels", f"{name}.rels")):
            if relation.get("Type", "").rpartition("/")[2] == kind and relation.get("TargetMode") != "External":
                return posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        return ""

    def _relations(self, name: str) -> "list[_Element]":
        part = self._optional(name)
        return [] if part is None else list(part)

    def _optional(self, name: str) -> "_Element | None":
        return self._part(name) if name in self._archive.NameToInfo else None

    def _part(self, name: str) -> "_Element":
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(self._archive.read(name), parser)
        except etree.XMLSyntaxError as error:
            if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
                raise MemoryError from error
            raise Unreadable("damaged Word document", "Open it in Word or LibreOffice and save it anew.") from error


@contextmanager
def opened(data: bytes) -> Iterator[Package]:
    """The package of these bytes. Raises Unreadable when it is damaged, encrypted or a zip bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive, len(data))
            yield Package(archive)
    except _DAMAGE as error:
        raise Unreadable("damaged Word document", "Open it in Word or LibreOffice and save it anew.") from error


def local(element: "_Element") -> str:
    """The element's name without its namespace, which differs between the two editions of the standard."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _refuse_bomb(archive: zipfile.ZipFile, packed_bytes: int) -> None:
    parts = archive.infolist()
    unpacked_bytes = sum(part.file_size for part in parts)
    suspect = unpacked_bytes > SUSPECT_BYTES and unpacked_bytes > SUSPECT_RATIO * packed_bytes
    if suspect or unpacked_bytes > MAX_UNPACKED_BYTES:
        raise Unreadable(f"it would unpack to {unpacked_bytes // 1_000_000} MB, more than a document needs")
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise Unreadable("encrypted Word document: it needs a password", "Save a copy without a password.")
