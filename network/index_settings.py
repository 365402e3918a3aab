"""The package indexes that a person has configured for pip or uv, or else the one that pip asks by itself.

pip: its environment variables, then its files, of which a later one prevails (pip's documentation, "Configuration").
uv: its environment variables (its documentation, "Environment variables"). What comes is checked by its hash, so every
index may be asked.
"""

from __future__ import annotations

import configparser
import os
import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import platformdirs

_SECTIONS = ("global", "install", "download")  # the last that has a key prevails
_PIP_INDEX = re.compile(r'^PyPI\s*=\s*PackageIndex\(\s*"([^"]+)"', re.MULTILINE)
_INDEX_MODULE = "_internal/models/index.py"


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """`pages`: URLs of indexes, to which a package's name is added. `links`: folders, or URLs of lists of files."""

    pages: tuple[str, ...]
    links: tuple[str, ...]


def find_index_settings(environment: Mapping[str, str] = os.environ) -> IndexSettings:
    """Read the configured indexes; where only others are to be asked beside the usual one, that is among them."""
    configured = _pip_settings(environment)

    def words(*names: str) -> tuple[str, ...]:
        """Return what the first of these variables or keys that is there holds."""
        found = (environment.get(name) or configured.get(name) for name in names)
        return tuple(next(filter(None, found), "").replace(",", " ").split())

    links = (*words("UV_FIND_LINKS"), *words("PIP_FIND_LINKS", "find-links"))
    if words("UV_NO_INDEX", "PIP_NO_INDEX", "no-index")[:1] not in ((), ("0",), ("false",)):
        return IndexSettings((), links)
    main = words("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL", "index-url") or tuple(_pip_index())
    more = (*words("UV_INDEX"), *words("UV_EXTRA_INDEX_URL"), *words("PIP_EXTRA_INDEX_URL", "extra-index-url"))
    pages = (re.sub(r"^[\w-]+=", "", page) for page in (*main, *more))  # uv lets an index have a name
    return IndexSettings(tuple(dict.fromkeys(pages)), links)


def _pip_settings(environment: Mapping[str, str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for file in _pip_files(environment):
        parser = configparser.RawConfigParser()
        with suppress(OSError, configparser.Error, UnicodeDecodeError):
            parser.read_string(file.read_text("utf-8"))
            for section in filter(parser.has_section, _SECTIONS):
                found |= {key.replace("_", "-"): value for key, value in parser.items(section)}
    return found


def _pip_files(environment: Mapping[str, str]) -> Iterator[Path]:
    name = "pip.ini" if sys.platform == "win32" else "pip.conf"
    chosen = environment.get("PIP_CONFIG_FILE", "")
    if chosen != os.devnull:
        shared = platformdirs.site_config_dir("pip", appauthor=False, multipath=True).split(os.pathsep)
        yield from (Path(folder, name) for folder in reversed(shared))
        yield Path("/etc", name)
        yield Path.home() / ("pip" if sys.platform == "win32" else ".pip") / name
        yield Path(platformdirs.user_config_dir("pip", appauthor=False, roaming=True), name)
        yield Path(sys.prefix, name)
    if chosen:
        yield Path(chosen)


def _pip_index() -> Iterator[str]:
    """Yield the index that pip asks where nothing is configured, as its own source has it.

    pip is installed, or waits beside Python for environments to be made.
    """
    for source in _pip_sources():
        if named := _PIP_INDEX.search(source):
            yield f"{named[1].rstrip('/')}/simple"
            return


def _pip_sources() -> Iterator[str]:
    with suppress(OSError):
        if (pip := find_spec("pip")) and pip.origin:
            yield Path(pip.origin).with_name("_internal").joinpath("models", "index.py").read_text("utf-8")
    for folder in _wheel_folders():
        for wheel in sorted(folder.glob("pip-*.whl")):
            with suppress(OSError, KeyError, zipfile.BadZipFile), zipfile.ZipFile(wheel) as archive:
                yield archive.read(f"pip/{_INDEX_MODULE}").decode()


def _wheel_folders() -> Iterator[Path]:
    if (ensurepip := find_spec("ensurepip")) and ensurepip.origin:
        yield Path(ensurepip.origin).with_name("_bundled")
    if shared := sysconfig.get_config_var("WHEEL_PKG_DIR"):  # where distributions keep it
        yield Path(shared)
