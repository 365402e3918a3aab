"""Files as a person has them: written some time ago."""

import os
from pathlib import Path


def write(folder: Path, name: str, text: str) -> Path:
    """The file, with a time that a sync need not doubt."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    old = path.stat().st_mtime_ns - 10**9
    os.utime(path, ns=(old, old))
    return path
