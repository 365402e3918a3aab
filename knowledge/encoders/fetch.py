"""Brings a model's files from the hub, in the process that `knowledge.encoders.download` starts and may end.

Each file is read on where an earlier try stopped, and believed once its checksum is the one that the hub states and,
for the weights, the one that the catalogue knows.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from errors import AppError
from knowledge.encoders.encoder_catalogue import Model
from network.connections import Connections
from network.downloads import DownloadFailed, RemoteFile, bring, check_room

if TYPE_CHECKING:
    import httpx2
    from huggingface_hub import HfFileMetadata

# A tokenizer is one file, tokenizer.json; these only repeat parts of it, and some repositories lack them.
OPTIONAL = frozenset({"tokenizer_config.json", "special_tokens_map.json"})
_SHA256_LENGTH = 64


class ModelNotFetched(AppError):
    """The model's files could not be brought, or are not the official ones."""


def fetch(
    model: Model,
    folder: Path,
    on_total: Callable[[int], None],
    connections: Connections,
    endpoint: str | None = None,
) -> Mapping[str, str]:
    """Bring the model's files into `folder`; returns the checksum of each by name.

    `on_total` is told the bytes that will lie in `folder` at the end. `endpoint`: of the hub; None: the official one,
    or what HF_ENDPOINT names. Raises Offline, ModelNotFetched; what has arrived stays for the next try.
    """
    from httpx2 import HTTPError

    try:
        with _hub_through(connections, f"download of {model.name}") as client:
            files = [file for name in model.hub_files if (file := _look_up(model, name, endpoint))]
            check_room(folder, files)
            on_total(sum(file.size for file in files))
            for file in files:
                bring(client, file, folder)
    except DownloadFailed as error:
        raise ModelNotFetched(error.title, error.hint) from error
    except HTTPError as error:
        raise ModelNotFetched(f"The hub did not deliver {model.name}: {error}", _AGAIN) from error
    except OSError as error:
        raise ModelNotFetched(f"{model.name} could not be brought: {error}", _AGAIN) from error
    return {file.name: file.checksum for file in files}


_AGAIN = "Check the connection and the free space, then pull again: it goes on where it stopped."


@contextmanager
def _hub_through(connections: Connections, purpose: str) -> "Iterator[httpx2.Client]":
    """A client; while the block runs, the hub's library connects as it does."""
    from huggingface_hub.utils import _http as hub

    from network.http import http_client

    hub.set_client_factory(lambda: http_client(connections, purpose))
    try:
        with http_client(connections, purpose) as client:
            yield client
    finally:
        hub.set_client_factory(hub.default_client_factory)


def _look_up(model: Model, name: str, endpoint: str | None) -> RemoteFile | None:
    """What the hub says of a file; None when it may be absent and is."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import RemoteEntryNotFoundError

    url = hf_hub_url(model.repository, name, revision=model.revision, endpoint=endpoint)
    try:
        found = get_hf_file_metadata(url, token=False, endpoint=endpoint, retry_on_errors=True)
    except RemoteEntryNotFoundError:
        if name in OPTIONAL:
            return None
        raise
    return _checked(model, name, found)


def _checked(model: Model, name: str, found: "HfFileMetadata") -> RemoteFile:
    if found.commit_hash != model.revision:
        raise _not_official(f"it is of revision {found.commit_hash}")
    if not found.size or not found.etag or len(found.etag) not in (40, _SHA256_LENGTH):
        raise _not_official(f"the hub states no size or no checksum of {name}")
    if name == model.weights and model.sha256 not in (None, found.etag):
        raise _not_official(f"{name} has sha256 {found.etag}, not {model.sha256}")
    return RemoteFile(name, found.location, found.size, found.etag)


def _not_official(why: str) -> ModelNotFetched:
    return ModelNotFetched(f"What came is not the official model: {why}.", "Nothing was installed. Try again later.")
