"""Where the embedder's files are looked for."""

from pathlib import Path

from assistant.home import Home
from assistant.settings import Settings


def embedder_folders(home: Home, settings: Settings) -> tuple[Path, ...]:
    """First those that the person chose, then the home's own, then those beside the environment."""
    from knowledge.encoders.wheel import default_embedder_folders

    return (*settings.search.embedder_folders, home.models, *default_embedder_folders())
