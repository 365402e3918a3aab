"""Which format a file has: mostly its ending, else a name that everyone knows or the first line of a script."""

import re
from collections.abc import Mapping
from pathlib import Path

from knowledge.parse.unsupported import head_of

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
