"""Puts the parts together below the window: one workspace per process, for the window and the command line alike."""

import threading
import uuid
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from assistant import encoders, persona_knowledge
from assistant.conversations import Conversations
from assistant.followup import search_text
from assistant.home import Home
from assistant.settings import Settings, load_settings, save_settings
from assistant.sources import LibrarySources
from assistant.turn import Question, RunningTurn
from assistant.values import Turn
from assistant.writer import ModelWriter, QuotesWriter, Writer
from engines.protocol import Engine
from errors import AppError
from knowledge.embed import Embedder
from knowledge.library import Library, Scope
from knowledge.rerank import Reranker
from knowledge.search.retrieve import ALL_STAGES, Stage
from knowledge.sync.sync import SyncProgress
from knowledge.whole.whole import read_whole
from personas.catalogue import BUILTIN, Catalogue
from personas.persona import Persona


class Workspace:
    """Everything a turn needs. Made without opening anything; each part opens when it is first used.

    Safe to use from any thread; what blocks belongs on a worker.
    """

    def __init__(self, home: Home) -> None:
        self.home = home.create()
        self.library = Library(
            home.library, self.open_embedder, self.open_reranker, lambda: self.settings.search.index_uri
        )
        self.catalogue = Catalogue((BUILTIN, home.personas))
        self._searches = ThreadPoolExecutor(2, thread_name_prefix="carrel-search")
        self._lock = threading.RLock()
        self._loading = threading.Lock()
        self._engine: Engine | None = None
        self._running = weakref.WeakSet[RunningTurn]()

    @property
    def settings(self) -> Settings:
        """What the person has chosen. Raises SettingsInvalid, SettingsDamaged."""
        with self._lock:
            return self._kept_settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        with self._lock:
            save_settings(self.home.settings, settings)
            self._kept_settings = settings

    @property
    def conversations(self) -> Conversations:
        """Everything asked and answered. Raises ConversationsDamaged, ConversationsUnavailable."""
        with self._lock:
            return self._kept_conversations

    @property
    def engine(self) -> Engine | None:
        """The loaded model; None: answers are quotes."""
        return self._engine

    def open_model(self, path: Path | None, *, remember: bool = True) -> Engine | None:
        """Load a model in place of the one that is loaded; None: answer with quotes. Blocks for seconds.

        `remember`: choose it for the next start too. On failure, an AppError, the old model stays. An answer that the
        old model is writing ends as stopped.
        """
        with self._loading:
            engine = self._load(path) if path else None
            old, self._engine = self._engine, engine
            self._stop_turns()
            if old:
                old.close()
        if remember:
            self.settings = replace(self.settings, model=replace(self.settings.model, path=path))
        return engine

    def prepare_persona(
        self, persona_id: str, on_progress: Callable[[SyncProgress], None] = lambda progress: None
    ) -> None:
        """Register the persona's own knowledge and index it if it changed. Waits while another sync runs."""
        persona_knowledge.prepare(self.library, self.catalogue.load(persona_id), on_progress)

    def open_embedder(self, name: str | None = None) -> Embedder | None:
        """An embedder, anew, as `assistant.encoders.open_embedder` finds it."""
        return encoders.open_embedder(self.home, self.settings, name)

    def open_reranker(self) -> Reranker | None:
        """The reranker in the settings, anew; None where it is off or missing."""
        return encoders.open_reranker(self.home, self.settings)

    def ask(
        self,
        question: str,
        *,
        persona: str,
        conversation_id: str | None = None,
        parent_id: str | None = None,
        folders: Sequence[Path] | None = None,
        passages: int | None = None,
        stages: frozenset[Stage] = ALL_STAGES,
        whole: bool = True,
    ) -> RunningTurn:
        """A turn, not yet running. `parent_id`: the turn to follow; None: none, it begins its conversation.

        `folders`: those of the person's own to look in; None: all. `passages`: how many to retrieve; None: as many as
        the persona wants. `whole`: read the documents whole that a question is about as a whole. Raises
        PersonaNotFound, ConversationNotFound, and AppError when there is no question.
        """
        answering = self.catalogue.load(persona)
        scope = Scope(folders=None if folders is None else tuple(folders), persona_id=answering.id)
        search = partial(self.library.search, scope=scope, k=passages or answering.passages, stages=stages)
        read = partial(read_whole, self.library, scope) if whole else None
        sources = LibrarySources(self._searches, search, read, self.library.pace.answering)
        asked = self._question(question, answering, conversation_id, parent_id)
        turn = RunningTurn(asked, sources, self._writer(answering, asked.history), self.conversations.save)
        with self._lock:
            self._running.add(turn)
        return turn

    def anticipate(
        self, half_typed: str, *, persona: str, conversation_id: str | None = None, parent_id: str | None = None
    ) -> None:
        """Find passages for what is being typed, so that `ask` has them at once. Returns before that is done.

        Raises as `ask` does.
        """
        answering = self.catalogue.load(persona)
        asked = self._question(half_typed, answering, conversation_id, parent_id)
        scope = Scope(persona_id=answering.id)
        self.library.anticipate(search_text(asked.text, asked.history), scope=scope, k=answering.passages)

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner: the whole process, and within it the engine's own weights, kv, compute."""
        import psutil

        engine = self._engine
        return {"process": psutil.Process().memory_info().rss, **(engine.memory() if engine else {})}

    def close(self) -> None:
        """Stop the running turns and close whatever was opened. May be called twice."""
        self._stop_turns()
        self._searches.shutdown(cancel_futures=True)
        with self._loading:
            if self._engine:
                self._engine.close()
                self._engine = None
        self.library.close()
        with self._lock:
            if "_kept_conversations" in self.__dict__:
                self._kept_conversations.close()

    def _stop_turns(self) -> None:
        with self._lock:
            running = tuple(self._running)
        for turn in running:
            turn.stop()

    @cached_property
    def _kept_settings(self) -> Settings:
        return load_settings(self.home.settings)

    @cached_property
    def _kept_conversations(self) -> Conversations:
        return Conversations(self.home.conversations)

    def _question(self, text: str, persona: Persona, conversation_id: str | None, parent_id: str | None) -> Question:
        # Command lines and clipboards can hold halves of characters, which neither SQLite nor a model can read.
        clean = text.encode("utf-8", "replace").decode("utf-8").strip()
        if not clean:
            raise AppError("There is no question", "Write one and ask again.")
        history: tuple[Turn, ...] = ()
        if conversation_id and parent_id:
            history = self.conversations.turns(conversation_id, parent_id)
        return Question(
            text=clean, persona_id=persona.id, conversation_id=conversation_id or uuid.uuid4().hex, history=history
        )

    def _writer(self, persona: Persona, history: Sequence[Turn]) -> Writer:
        if engine := self._engine:
            return ModelWriter(engine, persona, history, self.settings.answers.passage_tokens)
        return QuotesWriter(history)

    def _load(self, path: Path) -> Engine:
        from engines.open import open_engine
        from engines.settings import LlamaSettings

        model = self.settings.model
        return open_engine(path, LlamaSettings(context_tokens=model.context_tokens, threads=model.threads))
