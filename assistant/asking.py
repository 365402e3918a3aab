"""Asking: from a question to a running turn, and prefilling and titles around it while a person types and reads."""

from __future__ import annotations

import threading
import time
import uuid
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from assistant import guards
from assistant.answers.formatted import FormattedWriter
from assistant.answers.presets import Manner, answer_options
from assistant.answers.quoted import OwnPages
from assistant.answers.refusal import RefusalWriter
from assistant.answers.writer import ModelWriter, PlainWriter, QuotesWriter, UngroundedWriter, Writer
from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.continuing import ContinuedTurn
from assistant.conversations.conversations import Conversations
from assistant.conversations.titles import TitleRequest, TitleWriter, ask_title
from assistant.guards import Rails, refused_topic
from assistant.looking.decision import may_look
from assistant.looking.looking_writer import LookingWriter
from assistant.looking.tools import Toolbox
from assistant.models.chat_models import ChatModels
from assistant.models.routing import NoModelToWrite
from assistant.models.servers import history_texts
from assistant.reading.persona_search import already_found, find_nothing, persona_scope
from assistant.reading.prefill import Prefiller, PrefillRequest
from assistant.reading.prompt import history_messages
from assistant.reading.retrieval import Find, LibraryReader, in_context
from assistant.reading.rewriting import RewritingFind
from assistant.saving.answer_cache import RepeatedTurn, answer_key, is_repeatable
from assistant.saving.saved_tokens import measure_saved
from assistant.saving.switches import NO_SHORTCUTS, Shortcut
from assistant.settings import GuardSettings, Settings
from assistant.tools.computed_writer import ComputedWriter
from assistant.tools.computing import Computer
from assistant.tools.questions.tool_question import tool_call
from assistant.tools.tool_lines import call_line
from assistant.traces.trace import Trace
from assistant.turn import Question, RunningTurn
from assistant.values import Running, Turn
from engines import Engine, Reply
from errors import AppError
from knowledge import ALL_STAGES, Library, Retrieval, Scope, Stage, UnreadFiles, all_filters, read_whole
from personas import Catalogue, LookAgain, Persona, PresetName


class Asking:
    """Starts turns, prefills the prompt of a question being typed, and has new conversations titled.

    Safe to use from any thread. `conversations` and `settings` return the current ones.
    """

    def __init__(
        self,
        library: Library,
        catalogue: Catalogue,
        models: ChatModels,
        conversations: Callable[[], Conversations],
        settings: Callable[[], Settings],
        passages: Callable[[int], int],
        computer: Computer,
        without: frozenset[Shortcut] = NO_SHORTCUTS,
        keep_trace: Callable[[Trace], None] = lambda trace: None,
    ) -> None:
        """`passages`: the number of passages to read, given the persona's. `computer`: of personas' tools.

        `without`: what is not to save computing. `keep_trace`: told where the time of each question went.
        """
        self._without, self._computer, self._keep_trace = without, computer, keep_trace
        self._library, self._catalogue, self._models = library, catalogue, models
        self._conversations, self._settings, self._passages = conversations, settings, passages
        self._searches = ThreadPoolExecutor(2, thread_name_prefix="carrel-search")
        self._prefiller = Prefiller()
        self._titles = TitleWriter(lambda: self._prefiller.busy)
        self._on_titled: Callable[[str], None] = lambda conversation_id: None
        self._lock = threading.Lock()
        self._running = weakref.WeakSet[Running]()

    def ask(
        self,
        question: str,
        *,
        persona: str,
        conversation_id: str | None = None,
        parent_id: str | None = None,
        folders: Sequence[Path] | None = None,
        files: Sequence[Path] = (),
        passages: int | None = None,
        where: str | None = None,
        stages: frozenset[Stage] = ALL_STAGES,
        whole: bool = True,
        schema: Mapping[str, Any] | None = None,
        thinking: str | None = None,
        preset: PresetName | None = None,
        look_again: LookAgain | None = None,
        again: bool = False,
        reread: bool = False,
        history: Sequence[Turn] | None = None,
        found: Retrieval | None = None,
    ) -> Running:
        """A turn that has not started. `parent_id`: the turn to follow; None starts the conversation anew.

        `folders`: which of the person's folders to search; None: all, or only `files`, single ones in them, where there
        are any: what the persona knows is left out then. `passages`: how many to retrieve; None: as the
        persona says. `where`: a filter over front matter, besides the persona's. `stages`: of the search; none: the
        model answers alone, as it always does for a persona without files. `whole`: read whole documents where the
        question is about them. `schema`: a JSON Schema that a model's answer must follow. `thinking`: `off`, `on` or a
        number of tokens; None: as the persona or the settings say. `preset`, `look_again`: of this answer, whatever
        they say. `again`: write the answer anew, though it was given before; `reread`: because files were unread then,
        and are read now. `history`: the turns before of a conversation that another program keeps; None: as saved here,
        where the answer is saved too. `found`: what `find_many` found for the question; None: search now. Raises
        PersonaNotFound, ConversationNotFound, SchemaInvalid, FilterInvalid, NoModelToWrite,
        and AppError for an empty question.
        """
        chosen = self._catalogue.load(persona)
        reach = Reach(tuple(folders or ()), tuple(files), no_files=not stages, where=where or "")
        scope = persona_scope(reach, chosen) if folders is None or folders else Scope((), chosen.id)
        k = passages or (self._passages(chosen.passages) if "rerank" in stages else chosen.passages)
        stages = stages if chosen.files or reach.paths else frozenset()
        filtered, whole = all_filters((chosen.where, where)), whole and "whole" not in self._without
        asked = replace(self._question(question, chosen, conversation_id, parent_id), is_reread=reread, reach=reach)
        if history is not None:
            chat = history[-1].conversation_id if history else asked.conversation_id
            asked = replace(asked, conversation_id=chat, history=tuple(history))
        self._library.read_first(asked.text)
        tools = self._tools(chosen, scope, k, filtered, stages)
        looks = "off" if schema is not None or not stages else look_again
        self._models.wake()
        writer = self._writer(
            chosen, asked, Manner(preset, thinking, looks, schema is None), tools, grounded=bool(stages)
        )
        if isinstance(writer, ModelWriter):
            looking = isinstance(writer, LookingWriter)
            reading = (scope, k, filtered, sorted(stages), whole, "rewrite" in self._without, schema, looking)
            asked = replace(asked, answer_key=self._answer_key(writer, chosen, asked, reading))
            if not (again or reread) and (before := self._answered(asked.answer_key)):
                return RepeatedTurn(
                    asked, before, partial(self._save, writer, is_kept=history is None), self._keep_trace
                )
            if schema is not None:
                writer = FormattedWriter(writer, guards.AnswerFormat(schema))
        count_unread: Callable[[], UnreadFiles] = partial(self._library.unread, scope.folders)
        search, read = tools.find if found is None else already_found(found), tools.read if whole else None
        if (
            isinstance(writer, RefusalWriter)
            or not stages
            or (isinstance(writer, ComputedWriter) and not writer.explains)
        ):
            search, read, count_unread = find_nothing, None, UnreadFiles
        sources = LibraryReader(self._searches, self._in_context(search, writer, asked), read, self._pause_background)
        settings = self._settings()
        measure = partial(
            measure_saved, document_text=self._library.document_text, count=writer.count, prices=settings.answers
        )
        save, rails = partial(self._save, writer, is_kept=history is None), _rails(settings.guard)
        turn = RunningTurn(asked, sources, writer, save, rails, measure, count_unread, self._keep_trace)
        with self._lock:
            self._running.add(turn)
        return turn

    def anticipate(
        self,
        half_typed: str,
        *,
        persona: str,
        conversation_id: str | None = None,
        parent_id: str | None = None,
        preset: PresetName | None = None,
        reach: Reach = ALL_FOLDERS,
    ) -> None:
        """Retrieve for a half-typed question and prefill the model's prompt, so that `ask` finds both done.

        Returns at once. Raises as `ask` does. On battery nothing is prefilled, and nothing for a persona without files.
        """
        chosen = self._catalogue.load(persona)
        if "ahead" in self._without or reach.no_files or not (chosen.files or reach.paths):
            return
        asked = self._question(half_typed, chosen, conversation_id, parent_id)
        context = in_context(asked.text, asked.history)
        self._titles.interrupt()
        self._library.searcher.anticipate(
            asked.text,
            scope=persona_scope(reach, chosen),
            k=self._passages(chosen.passages),
            where=all_filters((chosen.where, reach.where)),
            in_context=context,
            also=chosen.synonyms.words_for(f"{asked.text} {context}"),
            on_found=partial(self._prefill, replace(asked, reach=reach), chosen, preset),
        )

    def go_on(self, turn: Turn, preset: PresetName | None = None, look_again: LookAgain | None = None) -> ContinuedTurn:
        """Continue the last answer of a branch, which was cut at its length limit; not started yet.

        `preset`, `look_again`: those that it was asked with. Raises PersonaNotFound, and AppError where no model is
        chosen.
        """
        chosen = self._catalogue.load(turn.persona_id)
        asked = replace(self._question(turn.question, chosen, turn.conversation_id, turn.parent_id), reach=turn.reach)
        self._models.wake()
        manner, tools = Manner(preset, look_again=look_again, computes=False), self._own_tools(chosen, turn.reach)
        writer = self._writer(chosen, asked, manner, tools, grounded=not turn.reach.no_files)
        if not isinstance(writer, ModelWriter):
            raise AppError("No model can continue this answer", "Choose one first: Ctrl+M, or --model.")
        running = ContinuedTurn(turn, writer, partial(self._save_continued, writer), _rails(self._settings().guard))
        with self._lock:
            self._running.add(running)
        return running

    def stop_prefill(self) -> None:
        """Stop prefilling, as the model or the conversation is about to be unloaded or deleted."""
        self._prefiller.stop()

    def when_titled(self, tell: Callable[[str], None]) -> None:
        """Call `tell`, on another thread, with the id of each conversation that a model has titled."""
        self._on_titled = tell

    def stop(self) -> None:
        """Stop the running turns and end every thread. May be called twice."""
        with self._lock:
            running = tuple(self._running)
        for turn in running:
            turn.stop()
        self._searches.shutdown(cancel_futures=True)
        self._titles.close()
        self._prefiller.close()

    def _question(self, text: str, persona: Persona, conversation_id: str | None, parent_id: str | None) -> Question:
        # Command lines and clipboards can hold lone surrogates, which neither SQLite nor a model can read.
        clean = text.encode("utf-8", "replace").decode("utf-8").strip()
        if not clean:
            raise AppError("The question is empty", "Type a question and try again.")
        history: tuple[Turn, ...] = ()
        if conversation_id and parent_id:
            history = self._conversations().turns(conversation_id, parent_id)
        return Question(
            text=clean, persona_id=persona.id, conversation_id=conversation_id or uuid.uuid4().hex, history=history
        )

    def _writer(
        self,
        persona: Persona,
        asked: Question,
        manner: Manner,
        tools: Toolbox,
        *,
        grounded: bool = True,
    ) -> Writer:
        topics = persona.refuse if self._settings().guard.topics else ()
        if topic := refused_topic(asked.text, topics):
            return RefusalWriter(topic, persona.refusal)
        pages = OwnPages(persona.knowledge.resolve() if persona.knowledge else None, persona.name)
        fits = manner.computes and not asked.reach.files  # else the answer is to come from these
        call = tool_call(asked.text, persona.tools) if fits else None
        engine, reason = None, ""
        if self._models.chosen is not None:
            engine, reason = self._models.route(asked.text, tuple(history_texts(asked.history)))
        looks = bool(engine and grounded and persona.files and self._looks(engine, persona, manner.look_again))
        if call and (not looks or call.reads_file):
            compute = partial(self._computer.attempt, call.tool, call.arguments, call.wanted)
            meanings = self._library.searcher.meanings
            return ComputedWriter(
                call.tool, compute, explains=call.explains and grounded, meanings=meanings, pages=pages
            )
        if engine is None and not (persona.files or asked.reach.paths):
            raise NoModelToWrite(persona, reason)
        if engine is None:
            return QuotesWriter(reason, self._library.searcher.meanings, pages, persona.synonyms)
        lease = partial(self._models.lease, engine)
        settings = self._settings().answers
        options = answer_options(persona, settings, engine.recommended, manner.preset, manner.thinking)
        if not (persona.files or asked.reach.paths):
            return PlainWriter(engine, persona, asked.history, options, lease, reason)
        if not grounded:
            return UngroundedWriter(engine, persona, asked.history, options, lease, reason)
        if looks:
            first = f"LOOK tool: {call_line(call.tool, call.arguments)}" if call else ""
            return LookingWriter(engine, persona, asked.history, options, lease, reason, use=tools.use, first=first)
        return ModelWriter(engine, persona, asked.history, options, lease, reason)

    def _own_tools(self, persona: Persona, reach: Reach) -> Toolbox:
        """The tools of a question without options."""
        where = all_filters((persona.where, reach.where))
        return self._tools(persona, persona_scope(reach, persona), self._passages(persona.passages), where, ALL_STAGES)

    def _tools(self, persona: Persona, scope: Scope, k: int, where: str | None, stages: frozenset[Stage]) -> Toolbox:
        search = partial(self._library.searcher.search, scope=scope, k=k, where=where, stages=stages)
        also = persona.synonyms

        def find(question: str, *, in_context: str) -> Retrieval:
            return search(question, in_context=in_context, also=also.words_for(f"{question} {in_context}"))

        read = partial(read_whole, self._library, scope, where=where)
        computer = replace(self._computer, reads_files=False)
        return Toolbox(self._searches, self._library, scope, where, find, read, computer, persona.tools)

    def _looks(self, engine: Engine, persona: Persona, asked: LookAgain | None) -> bool:
        if "look" in self._without:
            return False
        return may_look(persona, self._settings().answers, self._models.parameters(engine), asked)

    def _in_context(self, find: Find, writer: Writer, asked: Question) -> Find:
        """The search, of a follow-up question for what it means."""
        if "rewrite" in self._without:
            return lambda question, *, in_context: find(question, in_context="")
        if isinstance(writer, ModelWriter | FormattedWriter):
            return RewritingFind(find, self._models.helper, asked.history)
        return find

    def _prefill(self, asked: Question, persona: Persona, preset: PresetName | None, found: Retrieval) -> None:
        writer = self._writer(persona, asked, Manner(preset), self._own_tools(persona, asked.reach))
        if not isinstance(writer, ModelWriter) or self._library.pace.on_battery:
            return
        context = writer.fit(asked.text, found.passages, None)
        start = partial(writer.prefill, asked.text, context)
        self._prefiller.submit(PrefillRequest((persona.id, asked.parent_id, context), start))

    def _answer_key(self, writer: ModelWriter, persona: Persona, asked: Question, reading: object) -> str:
        """A digest of what the answer depends on; "" where it is another one each time. `reading`: how files are."""
        settings = self._settings()
        if "answers" in self._without or not settings.answers.cache_hours or not is_repeatable(writer.options.sampling):
            return ""
        model = self._models.file_stamp(writer.source)
        history = [(turn.searched_for, history_messages([turn])) for turn in asked.history]
        return answer_key(
            asked.text, history, persona, model, writer.options, reading, settings, self._library.digest()
        )

    def _answered(self, key: str) -> Turn | None:
        since = time.time() - self._settings().answers.cache_hours * 3600
        return self._conversations().answered(key, since) if key else None

    @contextmanager
    def _pause_background(self) -> Iterator[None]:
        """Pause titles and indexing while the block runs."""
        with self._titles.paused(), self._library.pace.answering():
            yield

    def _save(self, writer: Writer, turn: Turn, *, is_kept: bool = True) -> None:
        """Save the turn, prefill up to the next question while the person reads, and ask for a title.

        `is_kept`: in a conversation of this home; else its answer alone is prefilled.
        """
        if is_kept:
            self._conversations().save(turn)
        if not isinstance(writer, ModelWriter) or not turn.answer or self._library.pace.on_battery:
            return
        if "ahead" not in self._without:
            self._prefiller.submit(PrefillRequest(turn.id, partial(writer.prefill_next, turn)))

        def save_title(title: str) -> None:
            if self._conversations().suggest_title(turn, title):
                self._on_titled(turn.conversation_id)

        if is_kept and turn.parent_id is None:
            self._titles.request(TitleRequest(turn, partial(self._ask_title, turn), save_title))

    def _save_continued(self, writer: ModelWriter, turn: Turn) -> None:
        self._conversations().lengthen(turn)
        if not self._library.pace.on_battery and "ahead" not in self._without:
            self._prefiller.submit(PrefillRequest((turn.id, turn.answer), partial(writer.prefill_next, turn)))

    @contextmanager
    def _ask_title(self, turn: Turn) -> Iterator[Reply | None]:
        with self._models.helper([turn.question, turn.answer]) as engine:
            yield ask_title(engine, turn) if engine else None


def _rails(guard: GuardSettings) -> Rails:
    return Rails(
        question=guard.question,
        sources=guard.sources,
        links=guard.links,
        toxicity=guard.toxicity,
        answer_characters=guard.answer_characters,
    )
