"""Folders that a person may want to add first: Documents, Obsidian vaults, and what GPT4All reads."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from assistant.first_run.gpt4all import localdocs_folders
from engines import find_app_locations

VAULT_MARK = ".obsidian"  # the folder with which Obsidian marks a vault
_MAX_LOOKED_AT = 2_000  # entries in which vaults are looked for, some 20 ms
_MAX_OFFERS = 6


@dataclass(frozen=True, slots=True)
class FolderOffer:
    """A folder, and where it comes from, for people: `Documents`, `Obsidian vault`, `GPT4All`."""

    path: Path
    origin: str


def folder_offers(
    home: Path, documents: Path | None, watched: Sequence[Path], environment: Mapping[str, str] = os.environ
) -> tuple[FolderOffer, ...]:
    """Return the folders to offer, those of other programs first, each once, without those that are watched.

    `home`: the person's home folder, which is never offered itself; `documents`: of the system, None where there is
    none. Some 20 ms; other programs' files are only read.
    """
    data = [place.folder for place in find_app_locations(home, environment) if place.owner == "GPT4All"]
    found = [FolderOffer(path, "GPT4All") for folder in data for path in localdocs_folders(folder)]
    found += [FolderOffer(path, "Obsidian vault") for path in _vaults(home, documents, environment)]
    if documents is not None and documents != home and documents.is_dir():
        found.append(FolderOffer(documents, "Documents"))
    offers: dict[Path, FolderOffer] = {}
    for offer in found:
        real = Path(os.path.realpath(offer.path))
        if not any(real.is_relative_to(folder) for folder in watched):
            offers.setdefault(real, offer)
    return tuple(offers.values())[:_MAX_OFFERS]


def _vaults(home: Path, documents: Path | None, environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the vaults that Obsidian lists, then those one or two folders below home and Documents."""
    for vault in _listed_vaults(home, environment):
        if (vault / VAULT_MARK).is_dir():
            yield vault
    left = _MAX_LOOKED_AT
    for folder in filter(None, (documents, home)):
        waiting = [(folder, 0)]
        while waiting and left > 0:
            at, depth = waiting.pop(0)
            if at != home and (at / VAULT_MARK).is_dir():
                yield at
            elif depth < 2:
                inner = _folders_in(at)
                left -= len(inner)
                waiting += [(each, depth + 1) for each in inner]


def _listed_vaults(home: Path, environment: Mapping[str, str]) -> list[Path]:
    settings = home / ("Library/Application Support" if sys.platform == "darwin" else ".config")
    settings = Path(environment.get("XDG_CONFIG_HOME") or environment.get("APPDATA") or settings)
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        listed = json.loads((settings / "obsidian" / "obsidian.json").read_text("utf-8"))["vaults"].values()
        return [Path(vault["path"]) for vault in listed]
    return []


def _folders_in(folder: Path) -> list[Path]:
    with suppress(OSError), os.scandir(folder) as entries:
        names = [each.name for each in entries if each.is_dir(follow_symlinks=False) and not each.name.startswith(".")]
        return [folder / name for name in sorted(names)]
    return []
