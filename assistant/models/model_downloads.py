"""Chat models that can be brought to this machine: what suits it, what is here already, and what is on its way."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.home import Home
from engines.models import download
from engines.models.download import Progress, Wanted
from engines.models.machine import Machine
from engines.models.model_catalogue import (
    CATALOGUE,
    CatalogueModel,
    FitEstimate,
    estimate_fit,
    find_in_catalogue,
    recommended_model,
)
from errors import AppError
from network.connections import Connections

_REPOSITORY = re.compile(r"\w[\w.-]*/\w[\w.-]*(:\w+)?", re.ASCII)  # OWNER/MODEL[:QUANTIZATION]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model of the list, and how it would do here. `path`: where it is, once it has been brought."""

    model: CatalogueModel
    wanted: Wanted
    expectation: FitEstimate
    recommended: bool
    path: Path | None


def listed_models(home: Home, machine: Machine) -> tuple[ListedModel, ...]:
    """The whole list: what is recommended, then what suits the machine, the largest first, then what is too large."""
    best = recommended_model(machine)
    found = [
        ListedModel(
            model=model,
            wanted=_wanted(model),
            expectation=estimate_fit(model, machine),
            recommended=model == best,
            path=brought_model(home, model),
        )
        for model in CATALOGUE
    ]
    fitting = [one for one in found if one.expectation.verdict == "fits"]
    others = [one for one in found if one.expectation.verdict != "fits"]
    fitting.sort(key=lambda one: (not one.recommended, -one.model.size))
    return (*fitting, *sorted(others, key=lambda one: one.model.size))


def brought_model(home: Home, model: CatalogueModel) -> Path | None:
    """The file of a model of the list in the home folder; of one in parts, the first."""
    files = home.models.joinpath(*model.repository.split("/")).rglob("*.gguf")
    return min((file for file in files if model.quantization.lower() in file.name.lower()), default=None)


def wanted_model(name: str) -> Wanted | None:
    """What of the hub is meant: a name of the list, or OWNER/MODEL[:QUANTIZATION]; None: neither."""
    if model := find_in_catalogue(name):
        return _wanted(model)
    repository, _, quantization = name.partition(":")
    if not _REPOSITORY.fullmatch(name):
        return None
    return Wanted(repository=repository, quantization=quantization or None)


def begin(home: Home, wanted: Wanted, connections: Connections) -> None:
    """Begin a download, or go on with it. Returns once it is under way. Raises AppError where nothing can be kept."""
    with _kept_in(home):
        download.start(wanted, home.models, connections)


def go_on(home: Home, name: str, connections: Connections) -> None:
    """Go on with a download that was begun. Raises DownloadUnknown, and AppError where nothing can be kept."""
    with _kept_in(home):
        download.resume(home.models, name, connections)


def give_up(home: Home, name: str) -> None:
    """End a download and delete what has arrived of it. Raises AppError where that is refused."""
    try:
        download.cancel(home.models, name)
    except OSError as error:
        hint = str(error.strerror or error)
        raise AppError(f"What has arrived of {name} cannot be deleted", hint) from error


def on_their_way(home: Home, followed: frozenset[str]) -> tuple[Progress, ...]:
    """Every download that is not done; those of `followed` also when they are, until `give_up` has cleared them."""
    found = {one.name: one for one in download.unfinished(home.models)}
    for name in followed - found.keys():
        if download.scratch_folder(home.models, name).is_dir():
            found[name] = download.progress(home.models, name)
    return tuple(found.values())


def free_bytes(home: Home) -> int:
    """Room on the disk that models are kept on."""
    return shutil.disk_usage(home.path).free


@contextmanager
def _kept_in(home: Home) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "Make room and allow writing there, then try again."
        raise AppError(f"Models cannot be kept in {home.models}: {error.strerror or error}", hint) from error


def _wanted(model: CatalogueModel) -> Wanted:
    return Wanted(repository=model.repository, quantization=model.quantization)
