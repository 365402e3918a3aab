"""The embedder and the reranker that were chosen, opened where they are installed."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.home import Home
from assistant.settings import Settings
from knowledge.embed import EmbedderMissing
from knowledge.rerank import RerankerMissing

if TYPE_CHECKING:
    from knowledge.encoders.graph import Precision
    from knowledge.encoders.open_encoders import InstalledEmbedder, InstalledReranker

log = logging.getLogger("carrel.assistant")


def model_folders(home: Home, settings: Settings) -> tuple[Path, ...]:
    """Where models lie: first where the person said, then the home's own folder, then beside the environment."""
    from knowledge.encoders.wheel import default_embedder_folders

    return (*settings.search.embedder_folders, home.models, *default_embedder_folders())


def open_embedder(home: Home, settings: Settings, name: str | None) -> "InstalledEmbedder | None":
    """The embedder of that name; None: the one in the settings.

    Where it cannot be had, the default stands in for it, and where that is missing too there is none: then search is
    by keyword alone. Raises ModelDamaged or WeightsUnreadable.
    """
    from knowledge.encoders import open_encoders as installed
    from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER, ModelUnknown

    chosen = chosen_precision(settings)
    # An embedder of a name has the precision that the name says, or its model's own: its vectors are kept.
    first: tuple[str, Precision | None] = (name, "float32") if name else (settings.search.embedder, chosen)
    for wanted, precision in dict.fromkeys((first, (DEFAULT_EMBEDDER, chosen))):
        try:
            return installed.open_embedder(wanted, model_folders(home, settings), precision)
        except (EmbedderMissing, ModelUnknown) as missing:
            log.warning("%s %s", missing.title, missing.hint)
    return None


def open_reranker(home: Home, settings: Settings) -> "InstalledReranker | None":
    """The reranker in the settings; None where it is off, missing or damaged: then the fused order stands."""
    from knowledge.encoders import open_encoders as installed
    from knowledge.encoders.encoder_folder import ModelDamaged, WeightsUnreadable

    name = chosen_reranker(home, settings)
    if name is None:
        return None
    try:
        return installed.open_reranker(name, model_folders(home, settings), chosen_precision(settings))
    except (RerankerMissing, ModelDamaged, WeightsUnreadable) as problem:
        log.warning("%s %s", problem.title, problem.hint)
        return None


def chosen_reranker(home: Home, settings: Settings) -> str | None:
    """The reranker's name; `auto` takes the smallest that is installed. None: none."""
    from knowledge.encoders.encoder_catalogue import known
    from knowledge.encoders.open_encoders import installed

    if settings.search.reranker == "off":
        return None
    if settings.search.reranker != "auto":
        return settings.search.reranker
    folders = model_folders(home, settings)
    found = [model for model in known("reranker") if installed(model.name, folders)]
    return min(found, key=lambda model: model.weights_bytes).name if found else None


def chosen_precision(settings: Settings) -> "Precision | None":
    """None: what was measured or checked for the model at hand."""
    return None if settings.search.precision == "auto" else settings.search.precision
