"""A GGUF model with all that computes on it: its weights, its memory and its worker, opened and closed together."""

import logging
import weakref
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from pathlib import Path

from engines.failures import ModelUnreadable
from engines.llama.calibration import tuning_for
from engines.llama.context import LlamaContext
from engines.llama.kv.chat_disk import ChatDisk
from engines.llama.kv.forgotten import Forgotten
from engines.llama.kv.parked import ParkedChats
from engines.llama.kv.persona_prefix import persona_prefix
from engines.llama.kv.sequences import Sequences
from engines.llama.kv.snapshot_folder import SnapshotFolder
from engines.llama.kv.snapshots import SnapshotStore
from engines.llama.kv.state_identity import state_identity
from engines.llama.library import LlamaLibrary
from engines.llama.model import LlamaModel
from engines.llama.worker import LlamaWorker
from engines.models.gguf_header import check_gguf
from engines.settings import LlamaSettings, Tuning
from engines.template_stability import described_stability

_log = logging.getLogger("carrel.llama")
_PERSONAS = 16  # remembered beginnings of prompts


class LlamaCore:
    """What a `LlamaEngine` consists of until it dies. It ends with the program: native code must not run on then."""

    def __init__(
        self,
        library: LlamaLibrary,
        path: Path,
        settings: LlamaSettings,
        on_progress: Callable[[float], None],
        *,
        restarts: bool,
    ) -> None:
        """Load the model at `path`. `restarts`: another one follows if this one dies. Raises ModelUnreadable."""
        check_gguf(path)
        with library.log.sizes() as sizes:
            self.model = LlamaModel(library, path, on_progress)
            self.context_tokens = min(settings.context_tokens, self.model.trained_tokens or settings.context_tokens)
            self.tuning = tuning_for(library, self.model, settings)
            sizes.clear()
            context = _context(library, self.model, path, settings, self.tuning, self.context_tokens)
        self._bytes = {"weights": self.model.weight_bytes, "kv": sizes.get("kv", 0), "compute": sizes.get("compute", 0)}
        self._folder = _folder(settings)
        disk = _disk(path, self.model, context, self._folder) if self._folder else None
        self._parked = ParkedChats(settings.parked_bytes, disk)
        self.persona_prefix = lru_cache(_PERSONAS)(partial(persona_prefix, self.model))
        _log.info("%s: %s", self.model.name, described_stability(self.model.template))
        sequences = Sequences(context, self.model, self._parked, self.context_tokens)
        self.worker = LlamaWorker(
            self.model, context, sequences, settings, self.tuning, self.context_tokens, restarts=restarts
        )
        weakref.finalize(self, self.worker.close)

    @property
    def memory(self) -> Mapping[str, int]:
        """Bytes by owner, in llama.cpp's own numbers: weights, kv, kv_parked, compute."""
        return {**self._bytes, "kv_parked": self._parked.bytes}

    def forget(self, forgotten: Forgotten) -> None:
        """Let go of chats, in memory and on disk; those being answered go when their answers have ended."""
        self.worker.forget(forgotten)
        if self._folder:
            self._folder.drop_holding(forgotten)
            self.worker.forget(forgotten)  # what was brought back from the disk meanwhile


def _folder(settings: LlamaSettings) -> SnapshotFolder | None:
    return SnapshotFolder(settings.snapshot_folder, settings.snapshot_bytes) if settings.snapshot_folder else None


def _context(
    library: LlamaLibrary, model: LlamaModel, path: Path, settings: LlamaSettings, tuning: Tuning, window: int
) -> LlamaContext:
    try:
        return LlamaContext(library, model, settings, tuning, window)
    except MemoryError as error:
        model.close()
        hint = f"There is no memory for a window of {window:,} tokens. Choose a smaller one in the settings."
        raise ModelUnreadable(path, hint) from error


def _disk(path: Path, model: LlamaModel, context: LlamaContext, folder: SnapshotFolder) -> ChatDisk:
    identity = state_identity(path, model.template.source, context.state_format)
    return ChatDisk(SnapshotStore(folder, identity, rolls_back=context.can_roll_back))
