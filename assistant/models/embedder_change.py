"""Changing a home's embedder, for window and command line alike: what is offered, and what the settings say then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.models.encoders import chosen_precision, model_folders
from knowledge import DEFAULT_EMBEDDER, encoder_model_name, find_installed_encoder, open_installed_embedder

if TYPE_CHECKING:
    from assistant.workspace import Workspace
    from knowledge import SyncProgress

ENGLISH_EMBEDDER = "all-MiniLM-L6-v2"  # the default one before


def more_languages_offered(workspace: Workspace) -> bool:
    """True where search reads English only, and the embedder that reads a hundred languages is installed."""
    names = workspace.library.embedders.names()
    is_english = bool(names.active) and encoder_model_name(names.active or "") == ENGLISH_EMBEDDER
    if not is_english or names.building:
        return False
    return find_installed_encoder(DEFAULT_EMBEDDER, model_folders(workspace.home, workspace.settings)) is not None


def embedder_missing(workspace: Workspace) -> bool:
    """True where neither the embedder in the settings nor the default one is installed: search goes by words alone."""
    folders = model_folders(workspace.home, workspace.settings)
    return not any(
        find_installed_encoder(name, folders) for name in (workspace.settings.search.embedder, DEFAULT_EMBEDDER)
    )


def use_embedder(
    workspace: Workspace,
    name: str,
    on_progress: Callable[[SyncProgress], None],
    cancelled: threading.Event | None = None,
    interrupted: threading.Event | None = None,
) -> bool:
    """Search with this embedder, as `Embedders.change` does; False if stopped. Raises EmbedderMissing, EncoderUnknown,
    LibraryBusy."""
    folders = model_folders(workspace.home, workspace.settings)
    embedder = open_installed_embedder(name, folders, chosen_precision(workspace.settings))
    if embedder.name == workspace.library.embedders.names().active:
        embedder.close()
    elif not workspace.library.embedders.change(embedder, on_progress, cancelled, interrupted):
        return False
    _save_active(workspace)
    return True


def use_previous_embedder(
    workspace: Workspace,
    on_progress: Callable[[SyncProgress], None],
    cancelled: threading.Event | None = None,
    interrupted: threading.Event | None = None,
) -> bool:
    """Return to the embedder before, as `Embedders.revert` does; False if stopped. Raises NoPreviousEmbedder."""
    if not workspace.library.embedders.revert(on_progress, cancelled, interrupted):
        return False
    _save_active(workspace)
    return True


def _save_active(workspace: Workspace) -> None:
    """Save the embedder that is used now, for new indexes."""
    if active := workspace.library.embedders.names().active:
        settings = workspace.settings
        search = replace(settings.search, embedder=encoder_model_name(active))
        workspace.settings = replace(settings, search=search)
