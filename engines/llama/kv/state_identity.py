"""Says which states of a model's memory fit each other: those of one model, computed and laid out in one way."""

import hashlib
import re
from pathlib import Path

_SAMPLES = 64
_SAMPLE_BYTES = 1 << 16
_HEAD_BYTES = 1 << 22  # metadata and vocabulary, or the most of them
_PART = re.compile(r"-\d{5}-of-\d{5}\.gguf$")


def state_identity(model: Path, template: str, state_format: str) -> bytes:
    """32 bytes, equal only where a state may be taken up again.

    A state fits the weights that computed it, `template`, in which its text was written, and `state_format`: the
    library's version and the layout of its memory. Weights are told apart by each file's size, its time of change and
    a hash of its first 4 MiB and of 64 samples spread over it: 8 MiB in all, as to hash a file of 5 GB takes seconds.
    The time of change covers what the samples may miss; a model that is copied or touched loses its snapshots.
    """
    whole = hashlib.blake2b(digest_size=32)
    for text in (template, state_format):
        whole.update(hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
    for part in _parts(model):
        whole.update(_sampled(part))
    return whole.digest()


def _parts(model: Path) -> list[Path]:
    """The files of a model, which may be split as `name-00001-of-00003.gguf`."""
    if not _PART.search(model.name):
        return [model]
    stem = _PART.sub("", model.name)
    return sorted(
        path for path in model.parent.iterdir() if _PART.sub("", path.name) == stem and _PART.search(path.name)
    )


def _sampled(path: Path) -> bytes:
    hashed = hashlib.blake2b()
    found = path.stat()
    hashed.update(f"{found.st_size} {found.st_mtime_ns}".encode())
    with path.open("rb") as file:
        hashed.update(file.read(_HEAD_BYTES))
        for number in range(_SAMPLES):
            file.seek(max(0, found.st_size - _SAMPLE_BYTES) * number // (_SAMPLES - 1))
            hashed.update(file.read(_SAMPLE_BYTES))
    return hashed.digest()
