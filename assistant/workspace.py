"""Puts the parts together below the window: one workspace per process, for the window and the command line alike."""

import threading
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from urllib.parse import urlsplit

from assistant.answers.writer import ModelWriter, QuotesWriter, Writer
from assistant.conversations.conversations import Conversations
from assistant.conversations.titles import TitleJob, Titles, ask_title
from assistant.home import Home
from assistant.models import encoders
from assistant.models.open_models import OpenModels, Progress, engine_settings
from assistant.models.routing import RoutingRules, route, route_helper
from assistant.models.servers import asked_server, describe, open_server, texts_of
from assistant.reading import persona_knowledge
from assistant.reading.followup import search_text
from assistant.reading.prompt import question_message
from assistant.reading.reading_ahead import Ahead, ReadingAhead
from assistant.reading.sources import LibrarySources
from assistant.settings import SettingProblem, Settings
from assistant.settings_file import SettingsFile
from assistant.turn import Question, RunningTurn
from assistant.values import Turn
from engines.protocol import Engine, Reply
from errors import AppError
from knowledge.embed import Embedder
from knowledge.library import Library, Scope
from knowledge.rerank import Reranker
from knowledge.search.query import ALL_STAGES, Stage
from knowledge.search.retrieve import Retrieval
from knowledge.sync.sync import SyncProgress
from knowledge.whole.whole import read_whole
from network.connections import Connections
from personas.catalogue import BUILTIN, Catalogue
from personas.persona import Persona


class Workspace:
    """Everything a turn needs. Made without opening anything; each part opens when it is first used.

    Safe to use from any thread; what blocks belongs on a worker.
    """

    def __init__(self, home: Home) -> None:
        self.home = home.create()
        self._settings_file = SettingsFile(home.settings)
        self.connections = Connections(home.connection_log, lambda: self.settings.network.offline)
        self.library = Library(home.library, self.open_embedder, self.open_reranker, self._index_uri)
        self.catalogue = Catalogue((BUILTIN, home.personas))
        self._searches = ThreadPoolExecutor(2, thread_name_prefix="carrel-search")
        self._lock = threading.RLock()
        self._models = OpenModels(self._load, lambda: self.settings.model.memory_bytes)
        self._ahead = ReadingAhead()
        self._titles = Titles(lambda: self._ahead.busy)
        self._tell_title: Callable[[str], None] = lambda conversation_id: None
        self._encoder_bytes: dict[str, int] = {}
        self._engine: Engine | None = None
        self._running = weakref.WeakSet[RunningTurn]()
        self._announced_index = ""

    @property
    def settings(self) -> Settings:
        """The choices of the person. Setting them writes the keys that differ; raises AppError where that fails."""
        with self._lock:
            return self._settings_file.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        with self._lock:
            self._settings_file.save(settings)

    @property
    def setting_problems(self) -> tuple[SettingProblem, ...]:
        """Everything wrong in the settings file, for the person to correct."""
        with self._lock:
            return self._settings_file.problems

    @property
    def conversations(self) -> Conversations:
        """Everything asked and answered. Raises ConversationsDamaged, ConversationsUnavailable."""
        with self._lock:
            return self._kept_conversations

    @property
    def engine(self) -> Engine | None:
        """The loaded model; None: answers are quotes."""
        return self._engine if self._engine in self._models.engines() else None

    def open_model(
        self, path: Path | None, *, remember: bool = True, on_progress: Progress = lambda share: None
    ) -> Engine | None:
        """Let a model write from the next answer on; None: quotes. Blocks for seconds unless it is in memory.

        `remember`: choose it for the next start too. `on_progress`: told the share that is loaded. A running answer is
        written to its end by the model that began it. The model before stays in memory as long as the settings leave
        room for it, or is unloaded for None. Raises the engine's AppErrors; then the model before still writes, unless
        it had to make room: then answers are quotes.
        """
        engine = self._models.open(path, on_progress) if path else None
        self._ahead.stop()
        self._engine = engine
        if path is None:
            self.unload_models()
        if remember:
            with self._lock:
                self.settings = replace(self.settings, model=replace(self.settings.model, path=path))
        return engine

    def unload_models(self) -> None:
        """Free the memory of every model that is not chosen, once the answers that they are writing have ended."""
        for path in self.unchosen_models():
            self._models.unload(path)

    def unchosen_models(self) -> Mapping[Path, int]:
        """The bytes of each model that is in memory and not chosen: what `unload_models` would free."""
        unchosen = [path for path in self._models.paths() if self._models.peek(path) is not self._engine]
        return {path: self._models.held_bytes(path) for path in unchosen}

    def when_titled(self, tell: Callable[[str], None]) -> None:
        """Have `tell` called with the id of each conversation that a model has named, on another thread."""
        self._tell_title = tell

    def choose_offline(self, offline: bool) -> None:
        """Refuse every connection to another machine from now on, or allow them again."""
        with self._lock:
            self.settings = replace(self.settings, network=replace(self.settings.network, offline=offline))

    def prepare_persona(
        self, persona_id: str, on_progress: Callable[[SyncProgress], None] = lambda progress: None
    ) -> None:
        """Register the persona's own knowledge and index it if it changed. Waits while another sync runs."""
        persona_knowledge.prepare(self.library, self.catalogue.load(persona_id), on_progress)

    def open_embedder(self, name: str | None = None) -> Embedder | None:
        """An embedder, anew, as `assistant.models.encoders.open_embedder` finds it."""
        embedder = encoders.open_embedder(self.home, self.settings, name)
        self._encoder_bytes["embedder"] = embedder.weight_bytes if embedder else 0
        return embedder

    def open_reranker(self) -> Reranker | None:
        """The reranker in the settings, anew; None where it is off or missing."""
        reranker = encoders.open_reranker(self.home, self.settings)
        self._encoder_bytes["reranker"] = reranker.weight_bytes if reranker else 0
        return reranker

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
        sources = LibrarySources(self._searches, search, read, self._answering)
        asked = self._question(question, answering, conversation_id, parent_id)
        writer = self._writer(answering, asked)
        turn = RunningTurn(asked, sources, writer, partial(self._save, writer))
        with self._lock:
            self._running.add(turn)
        return turn

    def anticipate(
        self, half_typed: str, *, persona: str, conversation_id: str | None = None, parent_id: str | None = None
    ) -> None:
        """Find passages for what is being typed and let the model read them, so that `ask` has both done.

        Returns before that. Raises as `ask` does. On battery nothing is read ahead.
        """
        answering = self.catalogue.load(persona)
        asked = self._question(half_typed, answering, conversation_id, parent_id)
        self._titles.disturb()
        self.library.anticipate(
            search_text(asked.text, asked.history),
            scope=Scope(persona_id=answering.id),
            k=answering.passages,
            found=partial(self._read_ahead, asked, answering),
        )

    def delete_conversation(self, conversation_id: str) -> None:
        """Hide a conversation; no model remembers it then, neither in memory nor on disk.

        `conversations.restore` brings it back, to be read again. Raises ConversationNotFound.
        """
        from engines.open_engine import delete_snapshots

        turns = self.conversations.every_turn(conversation_id)
        self.conversations.delete(conversation_id)
        self._ahead.stop()
        read = [question_message(turn.question, turn.material) for turn in turns]
        self._models.forget(read)
        delete_snapshots(self.home.snapshots, read)

    def memory(self) -> Mapping[str, int]:
        """Bytes by owner: the whole process, and within it what the parts say of themselves.

        `weights`, `kv`, `kv_parked`, `compute` of the models; `embedder`; `reranker`; `index`. An owner that holds
        nothing is missing. What no part claims is the interpreter's, the window's, LanceDB's and the caches'.
        """
        import psutil

        held = {**self._models.memory(), **self._encoder_bytes, **self.library.memory()}
        return {"process": psutil.Process().memory_info().rss} | {owner: size for owner, size in held.items() if size}

    def close(self) -> None:
        """Stop the running turns and close whatever was opened. May be called twice."""
        self._stop_turns()
        self._searches.shutdown(cancel_futures=True)
        self._titles.close()
        self._ahead.close()
        self._models.close()
        self._engine = None
        self.library.close()
        with self._lock:
            if "_kept_conversations" in self.__dict__:
                self._kept_conversations.close()

    def _index_uri(self) -> str:
        """Where the index is kept. LanceDB connects out of Python's sight, so it is announced here."""
        uri = self.settings.search.index_uri
        host = urlsplit(uri).netloc
        if host and (self.connections.offline or uri != self._announced_index):
            self.connections.note("index on object storage", host, 443)
            self._announced_index = uri
        return uri

    def _stop_turns(self) -> None:
        with self._lock:
            running = tuple(self._running)
        for turn in running:
            turn.stop()

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

    def _writer(self, persona: Persona, asked: Question) -> Writer:
        if self.engine is None:
            return QuotesWriter(asked.history)
        engine, reason = self._routed(asked)
        if engine is None:
            return QuotesWriter(asked.history, reason)
        lease = partial(self._models.lease, engine)
        return ModelWriter(engine, persona, asked.history, self.settings.answers.passage_tokens, lease, reason)

    def _routed(self, asked: Question) -> tuple[Engine | None, str]:
        """Which of the open models answers, and why. What is found for the question is judged when it is sent."""
        engines = self._models.engines()
        available = [describe(engine, chosen=engine is self._engine) for engine in engines]
        settings = self.settings
        rules = RoutingRules(
            stronger_for_complex=settings.routing.stronger_for_complex, personal_data=settings.remote.personal_data
        )
        decided = route(asked.text, tuple(texts_of(asked.history)), available, rules)
        return (engines[available.index(decided.model)] if decided.model else None), decided.reason

    def _read_ahead(self, asked: Question, persona: Persona, found: Retrieval) -> None:
        writer = self._writer(persona, asked)
        if not isinstance(writer, ModelWriter) or self.library.pace.on_battery:
            return
        material = writer.fit(asked.text, found.passages, None)
        begin = partial(writer.prefill, asked.text, material)
        self._ahead.read(Ahead((persona.id, asked.parent_id, material), begin))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """While the block runs an answer is written, and whatever else would compute gives way."""
        with self._titles.held(), self.library.pace.answering():
            yield

    def _save(self, writer: Writer, turn: Turn) -> None:
        """Keep the turn, and have the model read on to where the next question begins, while the person reads."""
        self.conversations.save(turn)
        if not isinstance(writer, ModelWriter) or not turn.answer or self.library.pace.on_battery:
            return
        self._ahead.read(Ahead(turn.id, partial(writer.prefill_next, turn)))
        if turn.parent_id is None:
            self._titles.want(TitleJob(turn, partial(self._asked_title, turn), partial(self._keep_title, turn)))

    @contextmanager
    def _asked_title(self, turn: Turn) -> Iterator[Reply | None]:
        """A helper call to the smallest model that is open; None where that is a server's, and data would leave."""
        engines = self._models.engines()
        available = [describe(engine, chosen=engine is self._engine) for engine in engines]
        decided = route_helper([turn.question, turn.answer], available, RoutingRules(personal_data="refuse"))
        if decided.model is None or self._engine is None:
            yield None
            return
        engine = engines[available.index(decided.model)]
        with self._models.lease(engine):
            yield ask_title(engine, turn)

    def _keep_title(self, turn: Turn, title: str) -> None:
        if self.conversations.suggest_title(turn, title):
            self._tell_title(turn.conversation_id)

    def _load(self, path: Path, on_progress: Progress) -> Engine:
        if server := asked_server(path, self.settings.remote):
            return open_server(server, self.settings.remote, self.connections)
        from engines.open_engine import open_engine

        return open_engine(path, engine_settings(self.home, self.settings), on_progress)
