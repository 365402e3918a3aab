"""The log that notices speak of: warnings and bugs, in the home folder, never what was asked or answered."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_NAME = "carrel.log"
_MOST_BYTES = 1_000_000
_OLD_FILES = 2


def keep_log(folder: Path) -> None:
    """Write warnings and worse to `folder`/carrel.log from now on, once however often it is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    root = logging.getLogger()
    if any(isinstance(h, RotatingFileHandler) and Path(h.baseFilename) == path.absolute() for h in root.handlers):
        return
    handler = RotatingFileHandler(path, maxBytes=_MOST_BYTES, backupCount=_OLD_FILES, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
