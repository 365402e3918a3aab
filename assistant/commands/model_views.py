"""What `carrel models` says of each model."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.home import Home
    from assistant.model_library import FittedModel
    from assistant.settings import Settings
    from engines.models.machine import Machine
    from engines.models.scan import FoundModel
    from knowledge.encoders.catalogue import Model

View = dict[str, Any]
_USES = {"embedder": "finds passages by meaning", "reranker": "sharpens their order"}


def chat_views(models: "Sequence[FoundModel]") -> list[View]:
    """The chat models on this machine, those that cannot be used last."""
    return [_chat_view(model) for model in sorted(models, key=lambda model: model.card is None)]


def download_views(home: "Home") -> list[View]:
    """Chat models on their way."""
    from engines.models.download import unfinished

    views = []
    for one in unfinished(home.models):
        share = f"{one.done_bytes / 1e6:,.0f} of {one.total_bytes / 1e6:,.0f} MB" if one.total_bytes else ""
        view = _view(name=one.name, kind="chat", status=one.stage, bytes=one.total_bytes, reason=one.title)
        views.append({**view, "detail": f"{one.stage} {share}".rstrip(), "done_bytes": one.done_bytes})
    return views


def catalogue_views(here: Sequence[View]) -> list[View]:
    """Chat models that can be pulled and are not here."""
    from engines.models.catalogue import CATALOGUE

    paths = {str(view["path"]) for view in here}
    return [
        {
            **_view(name=model.name, kind="chat", status="available", bytes=model.size, licence=model.licence),
            "parameters": round(model.parameters),
            "quantization": model.quantization,
            "context_tokens": model.context_tokens,
            "repository": model.repository,
            "detail": f"for {model.memory_gb} GB and more",
        }
        for model in CATALOGUE
        if not any(f"/{model.repository}/" in Path(path).as_posix() for path in paths)
    ]


def encoder_views(home: "Home", settings: "Settings") -> list[View]:
    """Embedders and rerankers, installed or not."""
    from assistant.encoders import model_folders
    from knowledge.encoders.catalogue import known
    from knowledge.encoders.open import installed

    folders = model_folders(home, settings)
    return [_encoder_view(model, installed(model.name, folders)) for model in known()]


def fit_view(one: "FittedModel") -> View:
    """How a model fits, with all its numbers."""
    return {"name": one.model.name, "path": str(one.model.path), **asdict(one.fit)}


def machine_view(machine: "Machine") -> View:
    """The machine, with all its numbers."""
    return {**asdict(machine), "instructions": sorted(machine.instructions)}


def _chat_view(model: "FoundModel") -> View:
    if model.card is None:
        view = _view(name=model.name, kind="chat", status="refused", bytes=0, reason=model.reason)
        return {**view, "path": str(model.path), "detail": ""}
    card = model.card
    window = f"{card.context_tokens:,} tokens" if card.context_tokens else "unknown window"
    return {
        **_view(name=model.name, kind="chat", status="installed", bytes=card.weights_bytes, licence=card.licence),
        "path": str(model.path),
        "installed": True,
        "parameters": card.parameters,
        "quantization": card.quantization,
        "context_tokens": card.context_tokens,
        "architecture": card.architecture,
        "format": card.format,
        "has_template": card.has_template,
        "owner": model.owner,
        "detail": f"{card.quantization}, {window}" + ("" if model.owner == "Carrel" else f", of {model.owner}"),
    }


def _encoder_view(model: "Model", folder: Path | None) -> View:
    status, kind = ("available" if folder is None else "installed"), model.kind
    return {
        **_view(name=model.name, kind=kind, status=status, bytes=model.weights_bytes, licence=model.licence),
        "path": str(folder) if folder else None,
        "use": _USES[model.kind],
        "languages": model.languages,
        "dimensions": model.dimensions,
        "repository": model.repository,
        "revision": model.revision,
        "installed": folder is not None,
        "folder": str(folder) if folder else None,
        "detail": f"{model.languages}; {_USES[model.kind]}",
    }


def _view(*, name: str, kind: str, status: str, bytes: int, licence: str | None = None, reason: str = "") -> View:
    """What every model has, with None for what is not known of it."""
    unknown = dict.fromkeys(("path", "parameters", "quantization", "context_tokens"))
    known = {"name": name, "kind": kind, "status": status, "bytes": bytes, "licence": licence, "reason": reason}
    return {**known, **unknown, "installed": False}
