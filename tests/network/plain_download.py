"""A download without a model: every file of a repository, in a module that the job's process can import."""

from dataclasses import dataclass

from errors import AppError
from network.download_job import DownloadSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainSpec(DownloadSpec):
    def select(self, repository):
        return sorted(repository.files, key=lambda file: file.size)

    def check_before(self, file, folder):
        if (folder / "refused").exists():
            raise AppError("Not worth downloading")

    def finish(self, folder, files):
        if (folder / "damaged").exists():
            raise AppError("It does not open")
        (folder / "note").write_text("checked")
