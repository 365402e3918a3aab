"""What files are whose formats are not read: a noun for the reason, so that nobody wonders why one is left out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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


HEAD_BYTES = 4096

_GENERATED_NAMES = re.compile(
    r"(?:package-lock|npm-shrinkwrap|composer\.lock|packages\.lock)\.json|pnpm-lock\.yaml|.*\.lock|go\.sum",
    re.IGNORECASE,
)
_MINIFIED_NAMES = re.compile(r".*\.min\.\w+|.*\.(?:js|css)\.map", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the files are, and what to do to have them read."""

    noun: str
    hint: str
    endings: str


_KINDS = (
    _Kind("an archive: what it holds is not read", "Unpack it into the folder.",
          "zip 7z rar gz tgz bz2 tbz2 xz txz zst tar lz lz4 lzma z cab jar war ear apk ipa whl egg deb rpm crx xpi"),
    _Kind("a disk image: what it holds is not read", "Copy what you need into the folder.",
          "dmg iso img vhd vhdx vmdk vdi qcow2"),
    _Kind("a picture in a form that is not read", "Save it as PNG or JPEG.",
          "heic heif avif raw cr2 cr3 nef arw dng orf rw2 psd psb ai eps ico icns xcf kra jp2 jxl tga exr"),
    _Kind("a sound recording: what is said in it is not read", "Put a transcript of it into the folder.",
          "mp3 wav flac m4a m4b ogg oga opus aac wma aif aiff mid midi amr"),
    _Kind("a film: what is said and shown in it is not read", "Put a transcript of it into the folder.",
          "mp4 m4v mkv mov avi webm wmv mpg mpeg flv 3gp ogv mts m2ts vob"),
    _Kind("a font", "", "ttf otf ttc woff woff2 eot pfb"),
    _Kind("a database: its tables are not read", "Export what you need as CSV.",
          "sqlite sqlite3 db db3 mdb accdb dbf frm ibd fdb"),
    _Kind("a program", "", "exe dll so dylib app msi com sys o obj a lib ko class pyc pyo pyd wasm bin dex"),
    _Kind("a shortcut: what it leads to is not read", "Put the file itself into the folder.",
          "lnk url webloc desktop alias"),
    _Kind("a certificate or signature", "", "crt cer der p7b p7c p7s p7m csr crl asc sig gpg pgp"),
    _Kind("a model's weights", "", "safetensors gguf ggml onnx pt pth ckpt tflite pb keras"),
    _Kind("data in a program's own form", "Export what you need as CSV or JSON.",
          "npy npz pkl pickle parquet feather arrow h5 hdf5 mat rds rdata sav dta orc avro"),
    _Kind("an iWork document: these are not read", "Export it as PDF or in an Office format.", "pages numbers key"),
    _Kind("an e-book in a form that is not read", "Convert it to EPUB.", "mobi azw azw3 azw4 kfx prc lit fb2 djvu djv"),
    _Kind("an Outlook data file: its messages are not read", "Save them one by one as .msg or .eml.", "pst ost"),
    _Kind("a OneNote section: these are not read", "Export it as PDF or Word.", "one onetoc2"),
    _Kind("a drawing in a form that is not read", "Export it as PDF or SVG.",
          "dwg dxf stl step stp iges igs 3ds blend skp fbx vsd vsdx sketch cdr"),
    _Kind("a temporary or backup file", "", "tmp temp part partial crdownload download bak old orig swp swo cache"),
)  # fmt: skip
_BY_ENDING: Mapping[str, _Kind] = {ending: kind for kind in _KINDS for ending in kind.endings.split()}


def machine_written(path: Path) -> str:
    """Why a file is left out though its format is read: programs write such files, and nobody reads them."""
    if _GENERATED_NAMES.fullmatch(path.name):
        return "a lock file: a package manager wrote it"
    return "minified or generated code" if _MINIFIED_NAMES.fullmatch(path.name) else ""


def unsupported_noun(path: Path) -> tuple[str, str]:
    """What `path` is, and a hint, by its ending or else by its first bytes; both "" where neither is known."""
    kind = _BY_ENDING.get(path.suffix.lower().lstrip("."))
    if kind:
        return kind.noun, kind.hint
    content = content_of(head_of(path))
    return (content.noun, f"Rename it to end in {content.suffix}." if content.suffix else "") if content else ("", "")


def head_of(path: Path) -> bytes:
    """The first HEAD_BYTES of a regular file; none of what cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""


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
_SHEBANG = re.compile(rb"#![ \t]*\S*?(?:/env[ \t]+(?:-S[ \t]+)?)?([a-z]+)[\d.]*(?:[ \t]|\r?\n|\Z)", re.IGNORECASE)
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
    """The ending, in lower case, that files of this format bear; "" where a file without one does not tell."""
    if path.suffix:
        return path.suffix.lower()
    known = _NAMES.get(path.name.lower(), "")
    if known or path.name.startswith("."):
        return known
    shebang = _SHEBANG.match(head_of(path))
    interpreter = shebang[1].lower() if shebang else b""
    return _INTERPRETERS.get(interpreter.rpartition(b"/")[2], ".sh" if shebang else "")
