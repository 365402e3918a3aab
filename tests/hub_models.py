"""Small models as the hub would serve them, with their entry in a catalogue."""

import hashlib
from dataclasses import replace
from pathlib import Path

from knowledge.encoders.encoder_catalogue import EncoderModel, find_encoder
from tests.hub_server import Hub
from tests.models import tiny_bert, tiny_xlm_roberta


def embedder_hub(folder: Path) -> tuple[Hub, EncoderModel]:
    """A hub with an embedder of two layers in place of bge-small-en-v1.5, and its entry."""
    tiny_bert.write_model(folder)
    return _hub(folder, "bge-small-en-v1.5")


def reranker_hub(folder: Path) -> tuple[Hub, EncoderModel]:
    """A hub with a reranker of two layers in place of bge-reranker-base, and its entry."""
    tiny_xlm_roberta.write_reranker(folder)
    return _hub(folder, "bge-reranker-base")


def _hub(folder: Path, name: str) -> tuple[Hub, EncoderModel]:
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    weights = hashlib.sha256(files["model.safetensors"]).hexdigest()
    model = replace(find_encoder(name), sha256=weights)
    files["pytorch_model.bin"] = files["README.md"] = b"not asked for"
    return Hub(model.repository, model.revision, files), model
