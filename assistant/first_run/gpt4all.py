"""The folders that GPT4All reads for its LocalDocs, from its own database, which is never written or locked.

Schema: `gpt4all-chat/src/database.cpp`. Version 1 keeps one folder for each row of a collection, later ones a table of
folders and of what belongs to which collection.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

_NAME = re.compile(r"localdocs_v(\d+)\.db")
_FIRST_WITH_ITEMS = 2  # version
_FOLDERS_BEFORE = "SELECT DISTINCT folder_path FROM folders JOIN collections ON folder_id = folders.id"
_FOLDERS = "SELECT DISTINCT path FROM folders JOIN collection_items ON folder_id = folders.id"


def localdocs_folders(data: Path) -> tuple[Path, ...]:
    """Return the folders of every collection that are still there, by path; none where there is no database.

    `data`: GPT4All's folder of models and databases. Of several databases the newest version counts.
    """
    found = sorted(
        (int(name[1]), path) for path in data.glob("localdocs_v*.db") if (name := _NAME.fullmatch(path.name))
    )
    if not found:
        return ()
    version, path = found[-1]
    folders = {Path(folder) for folder in _read(path, _FOLDERS if version >= _FIRST_WITH_ITEMS else _FOLDERS_BEFORE)}
    return tuple(sorted(folder for folder in folders if folder.is_absolute() and folder.is_dir()))


def _read(database: Path, sql: str) -> Sequence[str]:
    """Return the first column; nothing where the file is damaged or being written at this moment."""
    with suppress(sqlite3.Error, OSError, ValueError):
        # `immutable` takes no lock, so that GPT4All may write meanwhile.
        address = f"{database.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return [row[0] for row in connection.execute(sql) if isinstance(row[0], str)]
    return ()
