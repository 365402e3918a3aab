"""What files are whose formats are not read: a noun for the reason, so that nobody wonders why one is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.parse.sniff import content_of

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
