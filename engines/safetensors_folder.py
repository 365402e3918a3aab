"""The parts that vLLM and transformers share: a folder of safetensors as the hub lays it out, and its engine's base."""

from __future__ import annotations

import json
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from engines.errors import ModelUnreadable, PromptEmpty, PromptTooLong, TemplateRefused
from engines.models.safetensors import safetensors_card
from engines.protocol import Message, Sampling
from engines.sampling_choice import SamplingChoice, folder_sampling
from engines.template import CHATML, ChatTemplate, PromptTokens, describe_stability
from engines.thought_markers import is_part_of_marker
from engines.thoughts import ThoughtSplitter, thought_room

_log = logging.getLogger("carrel.engines")
_NO_REPORTS = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables of the whole process within the block; they are restored after it."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def offline() -> Iterator[None]:
    """Turn telemetry off for good; within the block, hub libraries and child processes start offline.

    Import the libraries inside of it. Offline mode ends with the block, as downloads on request run in child processes.
    """
    os.environ.update(_NO_REPORTS)
    with environment({"HF_HUB_OFFLINE": "1"}):
        yield


class SafetensorsFolder:
    """The config, tokenizer and chat template beside the weights of a model. Its code is never run. Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Check the whole folder and load the vocabulary. Raises ModelUnreadable."""
        if not path.is_dir():
            raise ModelUnreadable(path, "It is not a folder with config.json and safetensors.")
        self.card = safetensors_card(path)
        self.path = path
        self.tokenizer = _load_tokenizer(path)
        self._settings = _json(path / "tokenizer_config.json")
        added = self.tokenizer.get_added_tokens_decoder()
        self._control = {number: token.content for number, token in added.items() if token.special}
        bos, eos = (self._named_token(kind) for kind in ("bos_token", "eos_token"))
        try:
            self._template = ChatTemplate(
                self._template_source(), bos=bos, eos=eos, control=tuple(self._control.values())
            )
        except TemplateRefused as error:
            raise ModelUnreadable(path, f"Its chat template is broken: {error.hint}") from error
        end = self.tokenizer.token_to_id(eos)
        ends = set() if end is None else {end}
        for name in ("config.json", "generation_config.json"):
            ids = _json(path / name).get("eos_token_id")
            ends.update(number for number in (ids if isinstance(ids, list) else [ids]) if type(number) is int)
        self.end_tokens = frozenset(ends)
        self._prompts = PromptTokens(self.tokenize, self._control.__contains__)

    def tokenize(self, text: str) -> list[int]:
        """The ids of `text`, control tokens recognised; invalid Unicode becomes `?`."""
        valid = text.encode("utf-8", "replace").decode()
        return list(self.tokenizer.encode(valid, add_special_tokens=False).ids)

    @property
    def template(self) -> ChatTemplate:
        """Its chat template."""
        return self._template

    @property
    def may_think(self) -> bool:
        """True if its model may write thoughts."""
        return self._template.may_think

    @property
    def keeps_thoughts(self) -> bool:
        """True if its template keeps the thoughts of earlier answers."""
        return self._template.keeps_thoughts

    @property
    def hidden_tokens(self) -> frozenset[int]:
        """The control tokens that are not shown: all but those that mark thoughts, where the model may write any."""
        shown = [token for token, text in self._control.items() if self.may_think and is_part_of_marker(text)]
        return frozenset(self._control).difference(shown)

    def prompt(
        self, messages: Sequence[Message], *, thinks: bool = False, closed: bool = False
    ) -> tuple[str, list[int]]:
        """The rendered prompt and its ids; remembered answers keep theirs. Raises TemplateRefused.

        `thinks`: the model may think first. `closed`: no thought is open at its end.
        """
        text = self._template.render(messages, thinks=thinks)
        if closed:
            text += ThoughtSplitter(text).closing
        return text, self._prompts.encode(text)

    def stable_prefix(self, messages: Sequence[Message], *, thinks: bool = False) -> tuple[str, list[int]]:
        """The beginning of every prompt that continues `messages`, the last of which is an answer, and its ids.

        The prompt itself where there is no such beginning. Raises TemplateRefused.
        """
        text = self._template.stable_prefix(messages, thinks=thinks)
        return (text, self._prompts.encode(text)) if text else self.prompt(messages, thinks=thinks)

    @property
    def stability(self) -> str:
        """A sentence for people on what its chat template rewrites as a conversation goes on."""
        return describe_stability(self._template)

    def remember(self, text: str, ids: Sequence[int]) -> None:
        """Store the ids of a prompt and its answer; see PromptTokens.remember."""
        self._prompts.remember(text, ids)

    def context_tokens(self, wanted: int) -> int:
        """The window: as wanted, or the model's own if shorter."""
        return min(wanted, self.card.context_tokens or wanted)

    def _template_source(self) -> str:
        file = self.path / "chat_template.jinja"
        if file.is_file():
            return file.read_text("utf-8", "replace")
        source = self._settings.get("chat_template") or _json(self.path / "chat_template.json").get("chat_template")
        if isinstance(source, list):  # several, by name
            named = {entry.get("name"): entry.get("template") for entry in source if isinstance(entry, dict)}
            source = named.get("default")
        return source if isinstance(source, str) else CHATML

    def _named_token(self, kind: str) -> str:
        """A token of the tokenizer's settings, which write it as a string or as an object."""
        token = self._settings.get(kind)
        token = token.get("content") if isinstance(token, dict) else token
        return token if isinstance(token, str) else ""


def _load_tokenizer(path: Path) -> Tokenizer:
    file = path / "tokenizer.json"
    if not file.is_file():
        raise ModelUnreadable(path, "tokenizer.json is missing. Download the model again, with all its files.")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise ModelUnreadable(path, "tokenizer.json is damaged. Download the model again.") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _json(path: Path) -> Mapping[str, Any]:
    """The object in the file; empty where there is none."""
    try:
        value = json.loads(path.read_bytes().decode("utf-8")) if path.is_file() else {}
    except (OSError, ValueError, RecursionError) as error:
        raise ModelUnreadable(path.parent, f"{path.name} is damaged. Download the model again.") from error
    return value if isinstance(value, dict) else {}


class SafetensorsEngine(ABC):
    """The part of `Engine` that needs the folder alone. The adapter computes."""

    def __init__(self, path: Path, context_tokens: int) -> None:
        """`context_tokens`: the window wanted. Raises ModelUnreadable."""
        self._folder = SafetensorsFolder(path)
        self._context_tokens = self._folder.context_tokens(context_tokens)
        _log.info("%s: %s", self.model, self._folder.stability)

    @property
    def model(self) -> str:
        """The folder's name."""
        return self._folder.card.name

    @property
    def context_tokens(self) -> int:
        """Prompt and output together never exceed this: the window asked for, or the model's own if shorter."""
        return self._context_tokens

    @property
    def keeps_thoughts(self) -> bool:
        """True if the chat template keeps the thoughts of earlier answers."""
        return self._folder.keeps_thoughts

    @property
    def recommended(self) -> SamplingChoice:
        """The sampling in generation_config.json."""
        return folder_sampling(self._folder.path)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        self._require_open()
        return len(self._folder.tokenize(text))

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt that `reply` would compute. Answers of this engine keep their own tokens."""
        return len(self._folder.prompt(messages)[1])

    def forget(self, messages: Sequence[Message]) -> None:  # noqa: B027 - not abstract: there is nothing to delete
        """Do nothing: no chat is on disk, and the next ones displace those in memory."""

    @property
    @abstractmethod
    def _closed(self) -> bool:
        """True once `close` has been called."""

    def _thought_tokens(self, prompt: tuple[str, list[int]], sampling: Sampling) -> int:
        """The most tokens of thoughts, besides the answer's; 0 where the model does not think."""
        room = self._context_tokens - len(prompt[1])
        return thought_room(sampling, prompt[0], room) if self._folder.may_think else 0

    def _prompt(
        self, messages: Sequence[Message], *, ahead: bool, thinks: bool, closed: bool = False
    ) -> tuple[str, list[int]]:
        """The text and the tokens to compute: of a prompt, or `ahead` of one. Raises as `Engine.reply` does."""
        self._require_open()
        if not messages:
            raise PromptEmpty
        is_answered = ahead and messages[-1].role == "assistant"
        if is_answered:
            text, tokens = self._folder.stable_prefix(messages, thinks=thinks)
        else:
            text, tokens = self._folder.prompt(messages, thinks=thinks, closed=closed)
        if len(tokens) >= self._context_tokens:
            raise PromptTooLong(len(tokens), self._context_tokens)
        return text, tokens

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the model has been closed")
