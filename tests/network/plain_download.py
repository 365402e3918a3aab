"""A download without a model: every file of a repository, in a module that the job's process can import."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from errors import AppError
from network.download_job import DownloadSpec
from network.downloads import RemoteFile, Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSpec(DownloadSpec):
    def select(self, repository: Repository) -> Sequence[RemoteFile]:
        return sorted(repository.files, key=lambda file: file.size)

    def check_before(self, file: RemoteFile, folder: Path) -> None:
        if (folder / "refused").exists():
            raise AppError("Not worth downloading")

    def finish(self, folder: Path, files: Sequence[RemoteFile]) -> None:
        if (folder / "damaged").exists():
            raise AppError("It does not open")
        (folder / "note").write_text("checked")
