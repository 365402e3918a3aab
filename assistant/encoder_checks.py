"""Are the chosen embedder and reranker there, and are their files the official ones?"""

import hashlib
import json
from pathlib import Path

from assistant.check import Check
from assistant.encoders import chosen_reranker, model_folders
from assistant.home import Home
from assistant.settings import Settings


def check_embedder(home: Home, settings: Settings) -> Check:
    """The embedder in the settings."""
    name = settings.search.embedder
    folder = _folder(name, home, settings)
    if folder is None:
        bring = "`make` brings the embedder's files" if name == "all-MiniLM-L6-v2" else f"`carrel models pull {name}`"
        hint = f"Search works by keyword alone, or with the default embedder. {bring}."
        return Check(name="embedder", ok=False, detail=f"{name} is not installed", hint=hint)
    return _verified("embedder", folder)


def check_reranker(home: Home, settings: Settings) -> Check:
    """The reranker in the settings; none at all is well too."""
    name = chosen_reranker(home, settings)
    if name is None:
        detail = (
            "off" if settings.search.reranker == "off" else "none: `carrel models pull bge-reranker-base` brings one"
        )
        return Check(name="reranker", ok=True, detail=detail)
    folder = _folder(name, home, settings)
    if folder is None:
        hint = f"The order of passages stands as found. `carrel models pull {name}` brings it."
        return Check(name="reranker", ok=False, detail=f"{name} is not installed", hint=hint)
    return _verified("reranker", folder)


def _folder(name: str, home: Home, settings: Settings) -> Path | None:
    from knowledge.encoders.open import installed

    return installed(name, model_folders(home, settings))


def _verified(kind: str, folder: Path) -> Check:
    from knowledge.encoders.model_folder import WEIGHTS
    from knowledge.encoders.open import checked_precision

    expected = _checksum(folder)
    if expected is None:
        return Check(name=kind, ok=True, detail=f"{folder}, {checked_precision(folder)}, made from the hub's file")
    with (folder / WEIGHTS).open("rb") as file:
        ok = hashlib.file_digest(file, "sha256").hexdigest() == expected
    hint = "" if ok else f"The file is not the official one. Delete {folder} and bring it again."
    return Check(name=kind, ok=ok, detail=f"{folder}, checksum {'right' if ok else 'wrong'}", hint=hint)


def _checksum(folder: Path) -> str | None:
    """The official sha256 of the weights; None where they were made from a file of another format."""
    from knowledge.encoders.catalogue import find_model
    from knowledge.encoders.model_folder import WEIGHTS
    from knowledge.encoders.open import PROVENANCE

    model = find_model(folder.name)
    if model.weights != WEIGHTS or model.sha256:
        return model.sha256 if model.weights == WEIGHTS else None
    try:
        return str(json.loads((folder / PROVENANCE).read_text("utf-8"))["checksums"][WEIGHTS])
    except (OSError, ValueError, KeyError, TypeError):
        return None
