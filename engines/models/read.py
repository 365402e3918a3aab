"""Reads what a model on disk says of itself, whichever of the two formats it has."""

from pathlib import Path

from engines.failures import ModelUnreadable
from engines.models.card import ModelCard
from engines.models.gguf_card import gguf_card
from engines.models.safetensors_card import safetensors_card


def read_card(path: Path) -> ModelCard:
    """The card of the GGUF file, or of the folder of safetensors, at `path`.

    Nothing of the model is run and no weights are read. Raises ModelUnreadable, which says why it is refused.
    """
    try:
        return safetensors_card(path) if path.is_dir() else gguf_card(path)
    except OSError as error:
        raise ModelUnreadable(path, f"It cannot be read: {error.strerror}.") from error
