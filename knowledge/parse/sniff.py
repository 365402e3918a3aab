"""What a file really is, by its first bytes, against what its name says."""

import io
import re
import zipfile
from dataclasses import dataclass

from knowledge.parse.input import Unreadable

# PDF readers accept junk of this many bytes before the header (Adobe's implementation notes to PDF 1.7, H.3).
_PDF_HEADER_WITHIN_BYTES = 1024
_HTML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_MAGIC = (
    (b"%PDF-", "a PDF", ".pdf"),
    (b"{\\rtf", "an RTF document", ".rtf"),
    (b"\x89PNG\r\n", "a PNG image", ".png"),
    (b"\xff\xd8\xff", "a JPEG image", ".jpg"),
    (b"GIF87a", "a GIF image", ".gif"),
    (b"GIF89a", "a GIF image", ".gif"),
    (b"\x1f\x8b", "a gzip archive", ".gz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", ".7z"),
    (b"Rar!\x1a\x07", "a RAR archive", ".rar"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", ".zst"),
    (b"\xfd7zXZ\0", "an XZ archive", ".xz"),
    (b"BZh91AY&SY", "a bzip2 archive", ".bz2"),
    (b"OggS\0", "an Ogg recording", ".ogg"),
    (b"ID3\x03", "an MP3 recording", ".mp3"),
    (b"ID3\x04", "an MP3 recording", ".mp3"),
    (b"II*\0", "a TIFF image", ".tif"),
    (b"MM\0*", "a TIFF image", ".tif"),
    (b"SQLite format 3\0", "an SQLite database", ".sqlite"),
    (b"\x7fELF", "a program", ""),
)
_PACKAGES = (
    ("word/", "a Word document", ".docx"),
    ("xl/", "an Excel workbook", ".xlsx"),
    ("ppt/", "a PowerPoint presentation", ".pptx"),
)
# A package of the OpenDocument family begins with its media type, uncompressed (OpenDocument 1.3, part 2, 3.3).
_MIMETYPE = re.compile(rb".{30}mimetypeapplication/vnd\.oasis\.opendocument\.([a-z]+)", re.DOTALL)
_OPEN_DOCUMENTS = {
    b"text": ("an OpenDocument text", ".odt"),
    b"spreadsheet": ("an OpenDocument spreadsheet", ".ods"),
    b"presentation": ("an OpenDocument presentation", ".odp"),
}
# What the name of a file in these formats promises.
_PROMISES = {
    ".pdf": "a PDF",
    ".epub": "an EPUB book",
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), "a Word document"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), "an Excel workbook"),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), "a PowerPoint presentation"),
    **dict.fromkeys((".odt", ".ott"), "an OpenDocument text"),
    **dict.fromkeys((".ods", ".ots"), "an OpenDocument spreadsheet"),
    **dict.fromkeys((".odp", ".otp"), "an OpenDocument presentation"),
}
# Formats that are told from others as they are read.
_LENIENT = frozenset({".rtf", ".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps", ".msg", ".oft"}) | {
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".bmp",
    ".gif",
    ".tif",
    ".tiff",
}
_TAR_MARK_AT = 257  # POSIX.1-1988, ustar
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_MESSAGE = "__properties_version1.0".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Content:
    """What the bytes are: a noun for people, and the suffix such files bear ("" when none fits)."""

    noun: str
    suffix: str
    encrypted: bool = False


def refuse_misnamed(data: bytes, suffix: str) -> None:
    """Raise Unreadable when the bytes are certainly not what a name ending in `suffix` promises."""
    if suffix in _LENIENT or (suffix == ".pdf" and b"%PDF-" in data[:_PDF_HEADER_WITHIN_BYTES]):
        return
    content = content_of(data)
    if suffix in _PROMISES:
        _expect(content, _PROMISES[suffix])
    elif content and content.suffix != ".html":
        raise Unreadable(f"{content.noun} although its name ends in {suffix}", _rename_hint(content))


def content_of(data: bytes) -> Content | None:
    """The format that the bytes themselves announce; None for text and for what is not known here."""
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    if data.startswith(_OLE):
        return _ole(data)
    if data[_TAR_MARK_AT : _TAR_MARK_AT + 5] == b"ustar":
        return Content("a tar archive", ".tar")
    for magic, noun, suffix in _MAGIC:
        if data.startswith(magic):
            return Content(noun, suffix)
    return Content("a web page", ".html") if _HTML.match(data[:4096]) else None


def _expect(content: Content | None, noun: str) -> None:
    if content and content.noun == noun:
        return
    if content and content.encrypted:
        raise Unreadable(f"encrypted {noun.partition(' ')[2]}: it needs a password", "Save a copy without a password.")
    raise Unreadable(f"not {noun} although it is named so", _rename_hint(content) if content else "It may be damaged.")


def _rename_hint(content: Content) -> str:
    return (
        f"It is {content.noun}. Rename it to end in {content.suffix}." if content.suffix else f"It is {content.noun}."
    )


def _package(data: bytes) -> Content:
    if stated := _MIMETYPE.match(data):
        return Content(*_OPEN_DOCUMENTS.get(stated[1], ("an OpenDocument file of a kind that is not read", "")))
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        # The directory stands at the end; a file that was cut off still has the names of its first parts.
        names = re.findall(r"(?:word|xl|ppt)/|META-INF/container\.xml", data.decode("latin-1"))
    if "META-INF/container.xml" in names:
        return Content("an EPUB book", ".epub")
    for folder, noun, suffix in _PACKAGES:
        if any(name.startswith(folder) for name in names):
            return Content(noun, suffix)
    return Content("a zip archive", ".zip")


def _ole(data: bytes) -> Content:
    if _OLE_MESSAGE in data:
        return Content("an Outlook message", ".msg")
    if _OLE_ENCRYPTED in data:
        return Content("an encrypted Office document", "", encrypted=True)
    return Content("an old Office document", ".doc")
