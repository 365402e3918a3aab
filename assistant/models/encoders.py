"""The embedder and the reranker chosen in the settings, opened where they are installed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import knowledge
from assistant.home import Home
from assistant.models.unloadable import UnloadableEmbedder, UnloadableReranker
from assistant.settings import Settings
from knowledge import (
    DEFAULT_EMBEDDER,
    CacheLimits,
    Embedder,
    EmbedderMissing,
    EncoderDamaged,
    EncoderUnknown,
    Reranker,
    RerankerMissing,
    RerankLimits,
    SearchLimits,
    WeightsUnreadable,
    default_embedder_folders,
    find_installed_encoder,
    known_encoders,
    open_installed_embedder,
    open_installed_reranker,
)

if TYPE_CHECKING:
    from knowledge import Precision

log = logging.getLogger("carrel.assistant")


def model_folders(home: Home, settings: Settings) -> tuple[Path, ...]:
    """The folders of models: those in the settings, then the home's, then the one beside the environment."""
    return (*settings.search.embedder_folders, home.models, *default_embedder_folders())


def open_embedder(home: Home, settings: Settings, name: str | None) -> UnloadableEmbedder | None:
    """The embedder of that name; None: the one in the settings.

    Falls back to the default embedder, and without that to None: then search is by keyword alone. Raises ModelDamaged
    or WeightsUnreadable.
    """
    unpack_carried_embedder(home, settings)
    chosen = chosen_precision(settings)
    # An embedder asked for by name has the precision in its name, or its model's own: its vectors are kept.
    first: tuple[str, Precision | None] = (name, "float32") if name else (settings.search.embedder, chosen)
    for wanted, precision in dict.fromkeys((first, (DEFAULT_EMBEDDER, chosen))):
        try:
            return UnloadableEmbedder(
                partial(open_installed_embedder, wanted, model_folders(home, settings), precision)
            )
        except (EmbedderMissing, EncoderUnknown) as missing:
            log.warning("%s %s", missing.title, missing.hint)
    return None


def unpack_carried_embedder(home: Home, settings: Settings) -> None:
    """Unpack into the home what a package for a system carries in a quarter of its size, at the first start."""
    carried = knowledge.carried_embedder(DEFAULT_EMBEDDER)  # by its package: what it imports is heavy
    if carried is None or find_installed_encoder(DEFAULT_EMBEDDER, model_folders(home, settings)):
        return
    try:
        knowledge.unpack_embedder(DEFAULT_EMBEDDER, carried, home.models / DEFAULT_EMBEDDER)
    except (EncoderDamaged, OSError) as problem:
        log.warning("The embedder cannot be unpacked: %s", problem)


def open_reranker(home: Home, settings: Settings) -> UnloadableReranker | None:
    """The reranker in the settings; None where it is off, missing or damaged: then the fused order stands."""
    name = chosen_reranker(home, settings)
    if name is None:
        return None
    try:
        folders, precision = model_folders(home, settings), chosen_precision(settings)
        return UnloadableReranker(partial(open_installed_reranker, name, folders, precision))
    except (RerankerMissing, EncoderDamaged, WeightsUnreadable) as problem:
        log.warning("%s %s", problem.title, problem.hint)
        return None


def chosen_reranker(home: Home, settings: Settings) -> str | None:
    """The reranker's name; `auto` takes the smallest that is installed. None: none."""
    if settings.search.reranker == "off":
        return None
    if settings.search.reranker != "auto":
        return settings.search.reranker
    folders = model_folders(home, settings)
    found = [model for model in known_encoders("reranker") if find_installed_encoder(model.name, folders)]
    return min(found, key=lambda model: model.weights_bytes).name if found else None


def chosen_precision(settings: Settings) -> Precision | None:
    """The precision in the settings; None: the one measured or checked for the model."""
    return None if settings.search.precision == "auto" else settings.search.precision


class Encoders:
    """Opens the embedder and the reranker of a workspace, and counts and frees their memory."""

    def __init__(self, home: Home, settings: Callable[[], Settings]) -> None:
        self._home, self._settings = home, settings
        self._embedder: UnloadableEmbedder | None = None
        self._reranker: UnloadableReranker | None = None

    def open_embedder(self, name: str | None = None) -> Embedder | None:
        """Open an embedder again, as the function of this name does."""
        self._embedder = open_embedder(self._home, self._settings(), name)
        return self._embedder

    def open_reranker(self) -> Reranker | None:
        """Open the reranker in the settings again; None where it is off or missing."""
        self._reranker = open_reranker(self._home, self._settings())
        return self._reranker

    def unload(self, owner: Literal["embedder", "reranker"]) -> None:
        """Free the memory of one, until it is needed again."""
        if encoder := self._embedder if owner == "embedder" else self._reranker:
            encoder.held.unload()

    def limits(self) -> SearchLimits:
        """The limits of searching in the settings."""
        search = self._settings().search
        return SearchLimits(
            rerank=RerankLimits(
                candidates=search.rerank_candidates,
                budget_ms=search.rerank_ms,
                least_relevance=search.rerank_least_relevance,
            ),
            cache=CacheLimits(searches=search.cached_searches, similar_cosine=search.cache_similar_cosine),
        )

    def passages(self, wanted: int) -> int:
        """The number of passages to give: at least as many as the settings say, where a reranker is on."""
        settings = self._settings()
        return max(wanted, settings.search.rerank_passages) if chosen_reranker(self._home, settings) else wanted

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner: `embedder`, `reranker`; 0 of one that is not in memory."""
        owners = {"embedder": self._embedder, "reranker": self._reranker}
        return {owner: encoder.held.bytes if encoder else 0 for owner, encoder in owners.items()}
