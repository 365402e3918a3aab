"""The workspace: all parts below the window put together, one per process, for window and command line alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.asking import Asking
from assistant.conversations.conversations import Conversations
from assistant.conversations.erasing import erase_lines
from assistant.home import Home
from assistant.models.chat_models import ChatModels
from assistant.models.encoders import Encoders
from assistant.models.memory_ledger import memory_by_owner
from assistant.models.model_library import measured_machine
from assistant.models.open_models import Progress
from assistant.passphrase.protection import Protection
from assistant.reading.prompt import FROM_FILES, PLAIN
from assistant.saving.switches import NO_SHORTCUTS, Shortcut
from assistant.settings import SettingProblem, Settings
from assistant.settings_file import SettingsFile
from assistant.tools.computed_writer import recomputed
from assistant.tools.computing import Computer
from assistant.traces.trace_store import TraceStore
from assistant.values import Turn
from engines import Engine
from errors import AppError
from knowledge import IN_MEMORY, Library, Repair, SyncProgress
from network import Connections
from personas import BUILTIN_PERSONAS, VECTORS, Catalogue, purge_removed, remove_persona, restore_persona

_DAY_SECONDS = 86_400


class Workspace:
    """Owns everything that a turn needs; each part opens when it is first used.

    `models`: the chat models. `asking`: questions and the turns that answer them. `encoders`: embedder and reranker.
    `traces`: where the time of the last questions went. Safe to use from any thread; call blocking methods on a worker.
    """

    models_type = ChatModels
    encoders_type = Encoders

    def __init__(
        self, home: Home, protection: Protection | None = None, without: frozenset[Shortcut] = NO_SHORTCUTS
    ) -> None:
        """`protection`: what opens a home with a passphrase; by default nobody is asked for it. `without`: what is not
        to save computing, for comparison."""
        self.home = home.create()
        self.protection = protection or Protection(home)
        self._lock = threading.RLock()
        self._settings_file = SettingsFile(home.settings)
        self._announced_index = ""
        self._deleted: set[str] = set()
        self._closed = False
        self._before_closing: list[Callable[[], None]] = []
        self.connections = Connections(home.connection_log, lambda: self.settings.network.offline)
        self.encoders = self.encoders_type(home, lambda: self.settings)
        self.library = Library(
            home.library,
            self.encoders.open_embedder,
            self.encoders.open_reranker,
            self._index_uri,
            self.protection.database_key,
            self.encoders.limits,
        )
        self.catalogue = Catalogue((BUILTIN_PERSONAS, home.personas))
        self._computer = Computer(partial(measured_machine, home))
        self.models = self.models_type(home, lambda: self.settings, self.connections, self.protection, without)
        self.traces = TraceStore(home.traces, self.protection.database_key)
        self.asking = Asking(
            self.library,
            self.catalogue,
            self.models,
            lambda: self.conversations,
            lambda: self.settings,
            self.encoders.passages,
            self._computer,
            without,
            self.traces.keep,
        )

    @property
    def settings(self) -> Settings:
        """The person's settings. Setting them writes the keys that differ; raises AppError where that fails."""
        with self._lock:
            return self._settings_file.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        with self._lock:
            self._settings_file.save(settings)

    def reread_settings(self) -> Settings:
        """The settings as their file has them now, with edits that were made by hand."""
        with self._lock:
            self._settings_file.reread()
            return self._settings_file.settings

    @property
    def setting_problems(self) -> tuple[SettingProblem, ...]:
        """The mistakes in the settings file, for the person to correct."""
        with self._lock:
            return self._settings_file.problems

    @property
    def conversations(self) -> Conversations:
        """The saved conversations. Raises ConversationsDamaged, ConversationsUnavailable."""
        with self._lock:
            return self._opened_conversations

    def open_model(
        self, path: Path | None, *, remember: bool = True, on_progress: Progress = lambda share: None
    ) -> Engine | None:
        """Choose the model that answers, as `ChatModels.choose` does. `remember`: for the next start too."""
        self.asking.stop_prefill()
        engine = self.models.choose(path, on_progress)
        self.asking.stop_prefill()  # for what was typed meanwhile, on the previous model
        if remember:
            with self._lock:
                self.settings = replace(self.settings, model=replace(self.settings.model, path=path))
        return engine

    def unload_model(self, path: Path) -> None:
        """Free the memory of a model; the chosen one is loaded again by the next question."""
        self.asking.stop_prefill()
        self.models.unload(path)

    def choose_offline(self, offline: bool) -> None:
        """Refuse every connection to another machine from now on, or allow them again."""
        with self._lock:
            self.settings = replace(self.settings, network=replace(self.settings.network, offline=offline))

    def prepare_persona(
        self, persona_id: str, on_progress: Callable[[SyncProgress], None] = lambda progress: None
    ) -> None:
        """Register the persona's own knowledge and index it if a file changed; remove its old folder if it moved.

        Waits while another sync runs.
        """
        persona = self.catalogue.load(persona_id)
        here = persona.knowledge.resolve() if persona.knowledge else None
        for folder in self.library.folders():
            if folder.persona_id == persona.id and folder.path != here:
                self.library.remove_folder(folder.path)
        if here is None or not here.is_dir():  # removed meanwhile
            return
        self.library.add_folder(here, persona_id=persona.id)
        if not _is_indexed(self.library, here):
            if here.is_relative_to(BUILTIN_PERSONAS.resolve()):
                self.library.add_vectors(here.with_name(VECTORS))
            self.library.sync([here], on_progress=on_progress)

    def remove_persona(self, persona_id: str) -> None:
        """Move one of the person's own personas aside, and forget its knowledge; `restore_persona` brings it back.

        It is erased after `chats.trash_days`. Raises PersonaNotFound, and AppError for a built-in one.
        """
        folders = self.catalogue.folders(persona_id)
        folder = folders[persona_id] if persona_id in folders else self.catalogue.find(persona_id).folder
        remove_persona(folder)
        for known in self.library.folders():
            if known.persona_id == folder.name and known.path.is_relative_to(folder.resolve()):
                self.library.remove_folder(known.path)

    def restore_persona(self, persona_id: str) -> Path:
        """Bring back a removed persona; its knowledge is indexed when it is asked next. Raises PersonaNotFound."""
        return restore_persona(self.home.personas, persona_id)

    def delete_conversation(self, conversation_id: str, *, in_trash: bool = True) -> None:
        """Move a conversation to the trash, and delete its KV cache in memory and on disk. Raises ConversationNotFound.

        `conversations.restore` brings it back; its prompt is then prefilled again. Erased for good it is after
        `chats.trash_days`; with 0 of them, or without `in_trash`, when the workspace closes at the latest.
        """
        turns = self.conversations.every_turn(conversation_id)
        self.conversations.delete(conversation_id)
        if not in_trash or not self.settings.chats.trash_days:
            with self._lock:
                self._deleted.add(conversation_id)
        erase_lines(self.home.chat_history, {turn.question for turn in turns})
        self._forget(turns)

    def purge_conversations(self, *ids: str) -> None:
        """Erase deleted conversations for good; nothing happens to one that was restored."""
        turns = {one: self.conversations.every_turn(one) for one in ids}
        purged = self.conversations.purge(*ids)
        self.traces.flush()
        self.traces.erase(purged)
        for gone in purged:
            self._forget(turns[gone])  # with what was answered since it was deleted

    def end_undo(self, conversation_id: str) -> None:
        """Erase a conversation whose deletion was not taken back, where the settings keep no trash."""
        if not self.settings.chats.trash_days:
            self.purge_conversations(conversation_id)

    def empty_old_trash(self) -> None:
        """Erase for good what has been in the trash for longer than the settings say."""
        self.traces.erase(self.conversations.purge_old(self.settings.chats.trash_days * _DAY_SECONDS))

    def count_gone_quotes(self) -> int:
        """The number of answers that hold text of files which are no longer in the library."""
        return len(self.conversations.quoting(self._is_gone()))

    def forget_gone_quotes(self) -> int:
        """Erase from saved answers what they quote from files that are no longer in the library; count the answers."""
        turns = self.conversations.forget_quotes(self._is_gone())
        self._forget(turns)
        return len(turns)

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """What was damaged and has been repaired since this workspace was made, among the parts opened so far."""
        with self._lock:
            opened = self.__dict__.get("_opened_conversations")
        found = (opened.repair if opened else None, self.library.repair)
        return tuple(repair for repair in found if repair)

    def recompute(self, turn: Turn, arguments: Mapping[str, Any]) -> Turn:
        """The turn with its computed answer for other arguments, saved. Raises ToolArgumentInvalid."""
        use = turn.tools[0]
        changed = recomputed(turn, self._computer.compute(use.name, arguments, use.wanted))
        self.conversations.lengthen(changed)
        return changed

    def keep_copy(self) -> None:
        """Make the day's copy of the conversations, if it is due. Raises ConversationsUnavailable."""
        self.conversations.keep_copy()

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner: the `process` in total, and within it each part that uses any; see `memory_by_owner`.

        `weights`, `kv`, `kv_parked`, `compute` of the models; `embedder`; `reranker`; `index`; and the rest.
        """
        parts = {**self.models.memory(), **self.encoders.memory(), **self.library.memory()}
        return memory_by_owner(parts, self.library.parser_ids())

    def before_closing(self, do: Callable[[], None]) -> None:
        """Call `do` before anything is closed."""
        self._before_closing.append(do)

    def close(self) -> None:
        """Stop the running turns and close whatever was opened. May be called twice."""
        while self._before_closing:
            self._before_closing.pop()()
        self.asking.stop()
        self.traces.flush()  # who listens to it may need the lock
        self.models.close()
        self.library.close()
        purge_removed(self.home.personas, self.settings.chats.trash_days)
        with self._lock:
            conversations = self.__dict__.get("_opened_conversations")
            if conversations is not None and not self._closed:
                with suppress(AppError):  # a full disk, perhaps: the next start does both
                    self.traces.erase(conversations.purge(*self._deleted))
                    conversations.keep_copy()
                conversations.close()
            self._closed = True
        self.traces.close()

    def _index_uri(self) -> str:
        """The place of the index: with a passphrase in memory alone, as no file of it is encrypted.

        Its host is announced here, as LanceDB connects outside of Python.
        """
        if self.protection.is_set:
            return IN_MEMORY
        uri = self.settings.search.index_uri
        host = urlsplit(uri).netloc
        if host and (self.connections.offline or uri != self._announced_index):
            self.connections.note("index on object storage", host, 443)
            self._announced_index = uri
        return uri

    @cached_property
    def _opened_conversations(self) -> Conversations:
        conversations = Conversations(self.home.conversations, self.protection.database_key)
        with suppress(AppError):
            self.traces.erase(conversations.purge_old(self.settings.chats.trash_days * _DAY_SECONDS))
        return conversations

    def _is_gone(self) -> Callable[[Path], bool]:
        """A test of paths: gone is what no watched folder holds; of one that is not there now, nothing is gone."""
        known = {row.path for row in self.library.files()}
        folders = [folder.path for folder in self.library.folders()]

        @cache
        def is_gone(path: Path) -> bool:
            around = [folder for folder in folders if path.is_relative_to(folder)]
            return path not in known and not any(path.exists() or not folder.is_dir() for folder in around)

        return is_gone

    def _forget(self, turns: Sequence[Turn]) -> None:
        """Delete the KV caches of chats with these turns."""
        self.asking.stop_prefill()
        asked = [wording.asked(turn.question, turn.context)[0] for turn in turns for wording in (FROM_FILES, PLAIN)]
        self.models.forget(asked)


def _is_indexed(library: Library, folder: Path) -> bool:
    """True if the ledger has every file as it is now, judged by names, sizes and times: no sync is waited for."""
    known = {row.path: row for row in library.files(folder) if row.status != "waiting"}
    try:
        found = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    except FileNotFoundError:  # removed meanwhile
        return False
    return found.keys() == known.keys() and all(
        stat.st_size == known[path].size_bytes and stat.st_mtime < (known[path].indexed_at or 0.0)
        for path, stat in found.items()
    )
