"""Formats of files, by their names and by their first bytes, and a description of those that are not read."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.parse.input import Unreadable

HEAD_BYTES = 4096
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_GENERATED_NAMES = re.compile(
    r"(?:package-lock|npm-shrinkwrap|composer\.lock|packages\.lock)\.json|pnpm-lock\.yaml|.*\.lock|go\.sum",
    re.IGNORECASE,
)
_OFFICE_LOCK = "~$"
_MINIFIED_NAMES = re.compile(r".*\.min\.\w+|.*\.(?:js|css)\.map", re.IGNORECASE)
_NAMES: Mapping[str, str] = {
    **dict.fromkeys(
        "authors changelog changes contributing contributors copying copyright faq history install license licence "
        "manifest news notes notice readme thanks todo".split(),
        ".txt",
    ),
    **dict.fromkeys("makefile gnumakefile dockerfile containerfile procfile justfile caddyfile".split(), ".mk"),
    **dict.fromkeys("rakefile gemfile vagrantfile podfile brewfile".split(), ".rb"),
    "jenkinsfile": ".groovy",
}
_SHEBANG = re.compile(
    rb"#![ \t]*\S{0,200}?(?:/env[ \t]+(?:-S[ \t]+)?)?([a-z]{1,20})[\d.]*(?:[ \t]|\r?\n|\Z)", re.IGNORECASE
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_INTERPRETERS: Mapping[bytes, str] = {
    **dict.fromkeys((b"sh", b"bash", b"zsh", b"dash", b"ksh", b"fish"), ".sh"),
    **dict.fromkeys((b"python", b"pypy"), ".py"),
    **dict.fromkeys((b"node", b"deno", b"bun"), ".js"),
    b"perl": ".pl",
    b"ruby": ".rb",
    b"rscript": ".r",
    b"lua": ".lua",
    b"php": ".php",
    b"awk": ".awk",
    b"julia": ".jl",
}


def format_of(path: Path) -> str:
    """The ending, in lower case, that files of this format have; "" for a file without one that nothing identifies."""
    if path.suffix:
        return path.suffix.lower()
    known = _NAMES.get(path.name.lower(), "")
    if known or path.name.startswith("."):
        return known
    head = _head_of(path)
    if shebang := _SHEBANG.match(head):
        return _INTERPRETERS.get(shebang[1].lower().rpartition(b"/")[2], ".sh")
    return ".txt" if _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    """True for UTF-8 without control characters, and of no format that bytes announce; a cut character may end it."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except ValueError:
        return False
    return bool(text.strip()) and not _CONTROL.search(text) and content_of(head) is None


def _head_of(path: Path) -> bytes:
    """The first HEAD_BYTES of a regular file; empty where it cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""


# What the file is, what to do to have it read, and the endings of such files.
_UNSUPPORTED = (
    ("an archive: its contents are not read", "Unpack it into the folder.",
     "zip 7z rar gz tgz bz2 tbz2 xz txz zst tar lz lz4 lzma z cab jar war ear apk ipa whl egg deb rpm crx xpi"),
    ("a disk image: its contents are not read", "Copy what you need into the folder.",
     "dmg iso img vhd vhdx vmdk vdi qcow2"),
    ("an image in an unsupported format", "Save it as PNG or JPEG.",
     "heic heif avif raw cr2 cr3 nef arw dng orf rw2 psd psb ai eps ico icns xcf kra jp2 jxl tga exr"),
    ("an audio file: speech is not transcribed", "Put a transcript into the folder.",
     "mp3 wav flac m4a m4b ogg oga opus aac wma aif aiff mid midi amr"),
    ("a video: it is not transcribed", "Put a transcript into the folder.",
     "mp4 m4v mkv mov avi webm wmv mpg mpeg flv 3gp ogv mts m2ts vob"),
    ("a font", "", "ttf otf ttc woff woff2 eot pfb"),
    ("a database: its tables are not read", "Export what you need as CSV.",
     "sqlite sqlite3 db db3 mdb accdb dbf frm ibd fdb"),
    ("a program", "", "exe dll so dylib app msi com sys o obj a lib ko class pyc pyo pyd wasm bin dex"),
    ("a shortcut: its target is not read", "Put the file itself into the folder.", "lnk url webloc desktop alias"),
    ("a certificate or signature", "", "crt cer der p7b p7c p7s p7m csr crl asc sig gpg pgp"),
    ("model weights", "", "safetensors gguf ggml onnx pt pth ckpt tflite pb keras"),
    ("a data file in an unsupported format", "Export what you need as CSV or JSON.",
     "npy npz pkl pickle parquet feather arrow h5 hdf5 mat rds rdata sav dta orc avro"),
    ("an iWork document, which is not supported", "Export it as PDF or in an Office format.", "pages numbers key"),
    ("an e-book in an unsupported format", "Convert it to EPUB.", "mobi azw azw3 azw4 kfx prc lit fb2 djvu djv"),
    ("an Outlook data file: its messages are not read", "Save them one by one as .msg or .eml.", "pst ost"),
    ("a OneNote section, which is not supported", "Export it as PDF or Word.", "one onetoc2"),
    ("a drawing in an unsupported format", "Export it as PDF or SVG.",
     "dwg dxf stl step stp iges igs 3ds blend skp fbx vsd vsdx sketch cdr"),
    ("a temporary or backup file", "", "tmp temp part partial crdownload download bak old orig swp swo cache"),
)  # fmt: skip
_UNSUPPORTED_BY_ENDING = {ending: (noun, hint) for noun, hint, endings in _UNSUPPORTED for ending in endings.split()}


def generated_reason(path: Path) -> str:
    """Say why a file is left out that a program wrote for programs, though its format is read; "" for any other."""
    if path.name.startswith(_OFFICE_LOCK):
        return "a lock file, written by Office while a document is open"
    if _GENERATED_NAMES.fullmatch(path.name):
        return "a lock file, written by a package manager"
    return "minified or generated code" if _MINIFIED_NAMES.fullmatch(path.name) else ""


def describe_unsupported(path: Path) -> tuple[str, str]:
    """A noun for `path` and a hint, by its ending or else by its first bytes; both "" where neither is known."""
    if known := _UNSUPPORTED_BY_ENDING.get(path.suffix.lower().lstrip(".")):
        return known
    content = content_of(_head_of(path))
    return (content.noun, f"Rename it to end in {content.suffix}." if content.suffix else "") if content else ("", "")


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
# A package of the OpenDocument family begins with its media type, uncompressed (OpenDocument 1.3, part 2, 3.3). Some
# programs write it elsewhere, or in the manifest alone.
_OPEN_DOCUMENT = re.compile(rb"application/vnd\.oasis\.opendocument\.([a-z]+)")
_MIMETYPE = re.compile(rb".{30}mimetype" + _OPEN_DOCUMENT.pattern, re.DOTALL)
_TYPE_PARTS = frozenset({"mimetype", "META-INF/manifest.xml"})
_OPEN_DOCUMENTS = {
    b"text": ("an OpenDocument text", ".odt"),
    b"spreadsheet": ("an OpenDocument spreadsheet", ".ods"),
    b"presentation": ("an OpenDocument presentation", ".odp"),
}
# The content that a name with one of these endings must have.
_EXPECTED = {
    f".{ending}": noun
    for noun, endings in {
        "a PDF": "pdf",
        "an EPUB book": "epub",
        "a Word document": "docx docm dotx dotm",
        "an Excel binary workbook": "xlsb",
        "an Excel workbook": "xlsx xlsm xltx xltm",
        "a PowerPoint presentation": "pptx pptm ppsx ppsm potx potm",
        "an OpenDocument text": "odt ott",
        "an OpenDocument spreadsheet": "ods ots",
        "an OpenDocument presentation": "odp otp",
    }.items()
    for ending in endings.split()
}
# The parsers of these formats check the content themselves.
_UNCHECKED = frozenset(
    ".rtf .doc .dot .xls .xlt .ppt .pps .pot .msg .oft .png .jpg .jpeg .webp .bmp .gif .tif .tiff".split()
)
_TAR_MARK_AT = 257  # POSIX.1-1988, ustar
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_MESSAGE = "__properties_version1.0".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Content:
    """The kind of content that the bytes announce: its noun and the suffix of such files ("" when none fits)."""

    noun: str
    suffix: str
    encrypted: bool = False


def refuse_misnamed(data: bytes, suffix: str) -> None:
    """Raise Unreadable when the bytes are certainly not what a name ending in `suffix` promises."""
    if suffix in _UNCHECKED or (suffix == ".pdf" and b"%PDF-" in data[:_PDF_HEADER_WITHIN_BYTES]):
        return
    content, expected = content_of(data), _EXPECTED.get(suffix)
    if content is None:
        if expected:
            raise Unreadable(f"not {expected}, despite its name", "It may be damaged.")
        return
    hint = f"It is {content.noun}." + (f" Rename it to end in {content.suffix}." if content.suffix else "")
    if expected and content.encrypted:
        noun = expected.partition(" ")[2]
        raise Unreadable(f"encrypted {noun}: it needs a password", "Save a copy without a password.")
    if expected and content.noun != expected:
        raise Unreadable(f"not {expected}, despite its name", hint)
    if not expected and content.suffix != ".html":
        raise Unreadable(f"{content.noun}, although its name ends in {suffix}", hint)


def content_of(data: bytes) -> Content | None:
    """The format that the bytes themselves announce; None for text and for what is not known here."""
    if data.startswith(b"PK\x03\x04"):
        return _package_content(data)
    if data.startswith(OLE_MAGIC):
        if _OLE_MESSAGE in data:
            return Content("an Outlook message", ".msg")
        if _OLE_ENCRYPTED in data:
            return Content("an encrypted Office document", "", encrypted=True)
        return Content("an old Office document", ".doc")
    if data[_TAR_MARK_AT : _TAR_MARK_AT + 5] == b"ustar":
        return Content("a tar archive", ".tar")
    for magic, noun, suffix in _MAGIC:
        if data.startswith(magic):
            return Content(noun, suffix)
    return Content("a web page", ".html") if _HTML.match(data[:HEAD_BYTES]) else None


def _package_content(data: bytes) -> Content:
    if stated := _MIMETYPE.match(data):
        return _open_document(stated[1])
    names: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if stated := _OPEN_DOCUMENT.search(b"".join(_beginning(archive, part) for part in _TYPE_PARTS & {*names})):
                return _open_document(stated[1])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        # The directory stands at the end; a file that was cut off still has the names of its first parts.
        names = names or re.findall(r"(?:word|xl|ppt)/|META-INF/container\.xml", data.decode("latin-1"))
    if "xl/workbook.bin" in names:
        return Content("an Excel binary workbook", ".xlsb")
    if "META-INF/container.xml" in names:
        return Content("an EPUB book", ".epub")
    for folder, noun, suffix in _PACKAGES:
        if any(name.startswith(folder) for name in names):
            return Content(noun, suffix)
    return Content("a zip archive", ".zip")


def _open_document(kind: bytes) -> Content:
    return Content(*_OPEN_DOCUMENTS.get(kind, ("an OpenDocument file of an unsupported kind", "")))


def _beginning(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(HEAD_BYTES)
