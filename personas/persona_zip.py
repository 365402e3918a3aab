"""A persona as one file: a zip archive of its folder, with `persona.md` and `knowledge/`."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from errors import AppError
from personas.catalogue import FILE_NAME, KNOWLEDGE, is_id
from personas.editing import free_id, remove_persona, staged_folder, writing
from personas.persona import PersonaInvalid, read_persona_file
from personas.synonyms import SYNONYMS_FILE, read_synonyms

# Personas with 100 MB of knowledge are what the design asks for; both bounds leave room, and stop a zip bomb.
MAX_FILES = 10_000
MAX_BYTES = 500_000_000
_READ_BYTES = 1 << 20
_FORBIDDEN = set('<>:"\\|?*')  # in a name on one of the systems that Carrel runs on


class ArchiveInvalid(AppError):
    """A file is not the archive of a persona, or not a safe one. `path`: the file; `problem`: the reason."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path.name} cannot be imported: {problem}.", "Choose a file that Carrel exported.")


@dataclass(frozen=True, slots=True)
class Imported:
    """An imported persona's folder. `replaced`: where the one of the same id was moved to, if there was one."""

    folder: Path
    replaced: Path | None = None


def export_persona(folder: Path, target: Path) -> Path:
    """Write a persona to one file; return it. Hidden files and links are left out.

    Raises PersonaInvalid where the persona cannot be used, AppError where the file cannot be written.
    """
    read_persona_file(folder / FILE_NAME)
    fresh = target.with_name(f".{target.name}.new")
    with writing(target):
        try:
            with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
                for path in (folder / FILE_NAME, *_synonyms(folder), *_shown_files(folder / KNOWLEDGE)):
                    archive.write(path, PurePosixPath(folder.name, *path.relative_to(folder).parts))
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    return target


def import_persona(file: Path, personas: Path, *, replace: bool = False) -> Imported:
    """Unpack an exported persona into `personas`, under its own id; under a free one where that is taken.

    `replace`: put it in the place of the person's own one of that id, which `restore_persona` brings back. Nothing is
    changed before the archive is unpacked and its persona is valid. Raises ArchiveInvalid, PersonaInvalid, and AppError
    where the folder cannot be written.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(file, archive)
            own_id = _id_of(file, members)
            with writing(personas / own_id), staged_folder(personas, own_id) as staged:
                _unpack(file, archive, members, staged)
                front, prompt = read_persona_file(staged / FILE_NAME)
                if not prompt:
                    raise PersonaInvalid(staged / FILE_NAME, "it has no prompt below its front matter")
                read_synonyms(staged)
                taken = [place.name for place in personas.iterdir() if is_id(place.name)]
                is_new = own_id not in taken
                folder = personas / (own_id if is_new or replace else free_id(taken, front.name))
                replaced = None if is_new or not replace else remove_persona(folder)
                staged.replace(folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, UnicodeError) as error:
        raise ArchiveInvalid(file, "it is not a zip archive, or a damaged one") from error
    except FileNotFoundError as error:
        raise ArchiveInvalid(file, "it is not there") from error
    return Imported(folder, replaced)


def _synonyms(folder: Path) -> Iterator[Path]:
    if (folder / SYNONYMS_FILE).is_file():
        yield folder / SYNONYMS_FILE


def _shown_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not is_hidden:
            yield path


def _members(file: Path, archive: zipfile.ZipFile) -> Mapping[PurePosixPath, zipfile.ZipInfo]:
    """The files to unpack, by their places in the archive. Raises ArchiveInvalid for an unsafe one."""
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    if len(infos) > MAX_FILES:
        raise ArchiveInvalid(file, f"it holds more than {MAX_FILES:,} files")
    if sum(info.file_size for info in infos) > MAX_BYTES:
        raise ArchiveInvalid(file, f"it is over {MAX_BYTES // 1_000_000} MB")
    members: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for info in infos:
        place = PurePosixPath(info.filename)
        if not _is_safe(info):
            raise ArchiveInvalid(file, f"it holds an unsafe name or a link, {info.filename!r}")
        members[place] = info
    if len({str(place).casefold() for place in members}) < len(infos):
        raise ArchiveInvalid(file, "it holds a file twice")
    return members


def _is_litter(name: str) -> bool:
    """True for what file managers add."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in (".DS_Store", "Thumbs.db", "desktop.ini")


def _is_safe(info: zipfile.ZipInfo) -> bool:
    name, mode = info.filename, info.external_attr >> 16
    parts = name.split("/")
    is_plain = all(part not in ("", ".", "..") and not _FORBIDDEN & set(part) and part.isprintable() for part in parts)
    return is_plain and (not mode or stat.S_IFMT(mode) in (0, stat.S_IFREG)) and not info.flag_bits & 1


def _id_of(file: Path, members: Mapping[PurePosixPath, zipfile.ZipInfo]) -> str:
    """The persona's id: the one folder of the archive, or the archive's name. Raises ArchiveInvalid."""
    heads = [place for place in members if place.name == FILE_NAME and len(place.parts) <= 2]
    if len(heads) != 1:
        raise ArchiveInvalid(file, f"it holds no {FILE_NAME}" if not heads else "it holds more than one persona")
    base = heads[0].parent
    for place in members:
        inside = place.relative_to(base).parts if place.is_relative_to(base) else ()
        if inside not in ((FILE_NAME,), (SYNONYMS_FILE,)) and (len(inside) < 2 or inside[0] != KNOWLEDGE):
            raise ArchiveInvalid(file, f"it holds {str(place)!r} besides a persona and its {KNOWLEDGE}/")
    named = base.name or file.stem
    if base.name and not is_id(base.name):
        raise ArchiveInvalid(file, f"its folder {base.name!r} is not named like a persona, such as 410-llm-engineer")
    return named if is_id(named) else free_id((), named)


def _unpack(
    file: Path, archive: zipfile.ZipFile, members: Mapping[PurePosixPath, zipfile.ZipInfo], folder: Path
) -> None:
    """Write the members below `folder`, counting what really comes out of each."""
    folder.mkdir()
    base = next(place.parent for place in members if place.name == FILE_NAME and len(place.parts) <= 2)
    left = MAX_BYTES
    for place, info in members.items():
        target = folder.joinpath(*place.relative_to(base).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(info) as packed, target.open("xb") as unpacked:
            while data := packed.read(_READ_BYTES):
                left -= len(data)
                if left < 0:
                    raise ArchiveInvalid(file, f"it is over {MAX_BYTES // 1_000_000} MB")
                unpacked.write(data)
