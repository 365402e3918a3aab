"""A model as Hugging Face lays it out: a folder of config.json, tokenizer.json, a chat template and safetensors."""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.failures import ModelUnreadable, PromptEmpty, PromptTooLong, TemplateRefused
from engines.models.safetensors_card import safetensors_card
from engines.protocol import Message
from engines.template import CHATML, ChatTemplate, PromptTokens
from engines.template_stability import described_stability

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class ModelFolder:
    """What engines need of the folder beside its weights. Its code is never run. Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Check the whole folder and read the vocabulary. Raises ModelUnreadable."""
        if not path.is_dir():
            raise ModelUnreadable(path, "It is not a folder with config.json and safetensors.")
        self.card = safetensors_card(path)
        self.path = path
        self.tokenizer = _tokenizer(path)
        self._settings = _json(path / "tokenizer_config.json")
        added = self.tokenizer.get_added_tokens_decoder()
        self._control = {number: token.content for number, token in added.items() if token.special}
        self._template = self._chat_template()
        self.end_tokens = self._end_tokens()
        self._prompts = PromptTokens(self.tokenize, self._control.__contains__)

    def tokenize(self, text: str) -> list[int]:
        """The ids of `text`, control tokens recognised; what is no Unicode becomes `?`."""
        valid = text.encode("utf-8", "replace").decode()
        return list(self.tokenizer.encode(valid, add_special_tokens=False).ids)

    def prompt(self, messages: Sequence[Message]) -> tuple[str, list[int]]:
        """The rendered prompt and its ids; answers that are remembered keep theirs. Raises TemplateRefused."""
        text = self._template.render(messages)
        return text, self._prompts.of(text)

    def beginning(self, messages: Sequence[Message]) -> tuple[str, list[int]]:
        """What every prompt begins with that goes on after `messages`, the last of which is an answer, and its ids.

        The prompt itself where nothing is sure to be there. Raises TemplateRefused.
        """
        text = self._template.beginning(messages)
        return (text, self._prompts.of(text)) if text else self.prompt(messages)

    @property
    def stability(self) -> str:
        """A sentence for people on what its chat template rewrites as a conversation goes on."""
        return described_stability(self._template)

    def remember(self, text: str, ids: Sequence[int]) -> None:
        """See PromptTokens.remember."""
        self._prompts.remember(text, ids)

    def context_tokens(self, wanted: int) -> int:
        """The window: as wanted, or the model's own if shorter."""
        return min(wanted, self.card.context_tokens or wanted)

    def _chat_template(self) -> ChatTemplate:
        bos, eos = (self._named(kind) for kind in ("bos_token", "eos_token"))
        try:
            return ChatTemplate(self._template_source(), bos=bos, eos=eos, control=tuple(self._control.values()))
        except TemplateRefused as error:
            raise ModelUnreadable(self.path, f"Its chat template is broken: {error.hint}") from error

    def _template_source(self) -> str:
        file = self.path / "chat_template.jinja"
        if file.is_file():
            return file.read_text("utf-8", "replace")
        source = self._settings.get("chat_template") or _json(self.path / "chat_template.json").get("chat_template")
        if isinstance(source, list):  # several, by name
            named = {entry.get("name"): entry.get("template") for entry in source if isinstance(entry, dict)}
            source = named.get("default")
        return source if isinstance(source, str) else CHATML

    def _named(self, kind: str) -> str:
        """A token of the tokenizer's settings, which write it as a text or as an object."""
        token = self._settings.get(kind)
        token = token.get("content") if isinstance(token, dict) else token
        return token if isinstance(token, str) else ""

    def _end_tokens(self) -> frozenset[int]:
        """The tokens that end a message, by any of the files that name them."""
        ends: set[int] = set()
        for name in ("config.json", "generation_config.json"):
            said = _json(self.path / name).get("eos_token_id")
            ends.update(number for number in (said if isinstance(said, list) else [said]) if type(number) is int)
        end = self.tokenizer.token_to_id(self._named("eos_token"))
        return frozenset(ends if end is None else ends | {end})


def _tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

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


_log = logging.getLogger("carrel.engines")


class FolderEngine(ABC):
    """The part of `Engine` that needs the folder alone. What computes is the adapter's."""

    def __init__(self, path: Path, context_tokens: int) -> None:
        """`context_tokens`: the window wanted. Raises ModelUnreadable."""
        self._folder = ModelFolder(path)
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

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` with no template around it."""
        self._require_open()
        return len(self._folder.tokenize(text))

    def count_prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt that `reply` would read. An answer of this engine counts as it was written."""
        return len(self._folder.prompt(messages)[1])

    @property
    @abstractmethod
    def _closed(self) -> bool:
        """Whether `close` has been called."""

    def _prompt(self, messages: Sequence[Message], *, ahead: bool) -> tuple[str, list[int]]:
        """The text and the tokens to read: of a prompt, or `ahead` of one. Raises as `Engine.reply` does."""
        self._require_open()
        if not messages:
            raise PromptEmpty
        is_answered = ahead and messages[-1].role == "assistant"
        text, tokens = self._folder.beginning(messages) if is_answered else self._folder.prompt(messages)
        if len(tokens) >= self._context_tokens:
            raise PromptTooLong(len(tokens), self._context_tokens)
        return text, tokens

    def _require_open(self) -> None:
        if self._closed:
            raise RuntimeError("the model has been closed")
