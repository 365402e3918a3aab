"""Errors of engines, model files and servers that a person can act on.

AppError
├── EngineMissing      the engine's library is not installed, or does not load here
├── ModelUnreadable    missing, not a GGUF file, cut short, damaged, or not a model that chats
│   └── OpeningCrashed opening it ended the engine's process
├── RepositoryUnusable a repository has neither GGUF files nor safetensors
├── QuantizationUnknown a repository has no such quantisation
├── PromptEmpty        no message to answer
├── PromptTooLong      the messages leave no room for an answer
├── TemplateRefused    the model's own chat template does not accept these messages
│   └── TemplateUnbounded  it takes too long, or writes too much
├── SamplingUnsupported the engine supports no grammar
├── GrammarInvalid     the grammar for an answer is not valid
├── EngineBusy         too many requests are waiting
├── SamplingInvalid    a sampling parameter is out of its range
├── GenerationFailed   llama.cpp reported an error while computing
├── ComputationFailed  a computation broke off, for a reason in words
├── EngineDied         the process or thread that computes has ended
├── AddressRefused     a server's address is not valid, or would send the question unencrypted
├── ServerUnreachable  a server cannot be reached, is silent, or broke off
├── ServerRefused      a server answered with an error, or with something unexpected
└── KeyUnusable        the system's keyring, or the key in it, cannot be used
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from errors import AppError


class EngineMissing(AppError):
    """The engine's library is not installed, or does not load on this machine."""


class ModelUnreadable(AppError):
    """The file cannot be used as a chat model; `hint` says why and what to do."""

    def __init__(self, path: Path, hint: str) -> None:
        super().__init__(f"{path.name or path} cannot be opened as a model", hint)
        self.path = path


class OpeningCrashed(ModelUnreadable):
    """The engine's process ended while it opened the model: a crash, too little memory, or a hang."""

    def __init__(self, path: Path, engine: str) -> None:
        hint = (
            f"{engine} stopped while opening it: the file is damaged, or too large for the free memory. "
            "Download it again, close other programs, or choose another model."
        )
        super().__init__(path, hint)


class RepositoryUnusable(AppError):
    """The repository has neither GGUF files nor safetensors."""

    def __init__(self, repository: str) -> None:
        hint = "Pickle files can run code and are never downloaded. Look for a version in GGUF or safetensors."
        super().__init__(f"{repository} has no model in GGUF or safetensors", hint)


class QuantizationUnknown(AppError):
    """The repository does not offer the quantisation."""

    def __init__(self, repository: str, wanted: str, offered: Sequence[str]) -> None:
        hint = f"It has: {', '.join(offered)}." if offered else "It has only one version: leave the quantisation out."
        super().__init__(f"{repository} has no {wanted}", hint)


class PromptEmpty(AppError):
    """There is no message to answer."""

    def __init__(self) -> None:
        super().__init__("There is nothing to answer", "Ask a question first.")


class PromptTooLong(AppError):
    """The prompt fills the model's window."""

    def __init__(self, prompt_tokens: int, context_tokens: int) -> None:
        super().__init__(
            "The question and its sources do not fit into the model's context window",
            f"They take {prompt_tokens:,} of {context_tokens:,} tokens. Use fewer passages, start a new conversation, "
            "or set a larger window.",
        )
        self.prompt_tokens = prompt_tokens
        self.context_tokens = context_tokens


class TemplateRefused(AppError):
    """The chat template inside the model file failed on these messages."""

    def __init__(self, reason: str) -> None:
        super().__init__("The model's chat template does not accept this conversation", reason)


class TemplateUnbounded(TemplateRefused):
    """The chat template inside the model file takes too long, or writes too much."""

    def __init__(self) -> None:
        super().__init__("It takes too long, or writes too much. The model's file is damaged, or not to be trusted.")


class SamplingUnsupported(AppError):
    """The engine supports no grammar."""

    def __init__(self, engine: str) -> None:
        super().__init__(f"{engine} does not support grammars for answers", "Use a GGUF model instead.")


class ThinkingUnlimited(AppError):
    """The engine cannot end a thought."""

    def __init__(self, engine: str) -> None:
        hint = "Set it to on or off, or use a GGUF model."
        super().__init__(f"{engine} does not support a limit on how long a model thinks", hint)


class GrammarInvalid(AppError):
    """The grammar is not valid or not supported; `hint` says why."""

    def __init__(self, hint: str) -> None:
        super().__init__("The grammar for the answer is not valid", hint)


class EngineBusy(AppError):
    """Too many requests are waiting for this model."""

    def __init__(self, waiting: int) -> None:
        super().__init__("The model is busy", f"{waiting} questions are already waiting for it. Try again in a moment.")


class GenerationFailed(AppError):
    """llama.cpp reported an error while computing. The cache is lost; the engine stays usable."""

    def __init__(self, code: int) -> None:
        super().__init__(
            "The model stopped working", f"llama.cpp reported error {code}. Try again, or reopen the model."
        )


class AddressRefused(AppError):
    """The address is not valid, or the question would travel unencrypted."""


class ServerUnreachable(AppError):
    """The server cannot be reached, does not respond, or broke off."""

    def __init__(self, host: str, why: str, hint: str = "Check the address, the network and the server.") -> None:
        super().__init__(f"{host} {why}", hint)


class ServerRefused(AppError):
    """The server answered with an error, or with something unexpected."""


class QuestionRefused(ServerRefused):
    """The server does not accept this question; another server of its kind would not either."""


class KeyUnusable(AppError):
    """The system's keyring, or the key in it, cannot be used."""


class SamplingInvalid(AppError):
    """A sampling parameter is out of its range."""

    def __init__(self, reason: str) -> None:
        super().__init__("The model cannot answer with these sampling settings", reason)


class EngineDied(AppError):
    """The process or thread that computes has ended, and every running answer with it. `restarts`: it is replaced."""

    def __init__(self, engine: str, *, restarts: bool) -> None:
        again = (
            "It is restarting: ask again." if restarts else "It crashed twice and was closed. Choose the model again."
        )
        super().__init__(f"{engine} stopped unexpectedly", again)
        self.restarts = restarts


class ComputationFailed(AppError):
    """A computation broke off. The cache is lost; the engine stays usable."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__("The model stopped working", f"{engine} says: {reason} Try again, or reopen the model.")
