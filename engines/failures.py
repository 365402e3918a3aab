"""What can go wrong between a person, a model file and the machine.

AppError
├── EngineMissing      the engine's library is not installed, or does not load on this machine
├── ModelUnreadable    missing, not a GGUF file, cut short, damaged, or not a model that chats
├── RepositoryUnusable a repository of the hub holds no model that can be used
├── QuantizationUnknown a repository has no such quantisation
├── PromptEmpty        no message to answer
├── PromptTooLong      the messages leave no room for an answer
├── TemplateRefused    the model's own chat template does not accept these messages
├── SamplingUnsupported this engine cannot hold an answer to a grammar
├── GrammarInvalid     the grammar for an answer is not valid
├── EngineBusy         more is asked at once than waits in line
├── SamplingRefused    a number by which tokens are to be chosen is out of its range
├── GenerationFailed   the engine gave up in the middle of a computation
├── ComputationFailed  as before, by an engine that says why in words
├── EngineDied         what the engine computes with has ended
├── AddressRefused     what should lead to a server does not, or would send the question unprotected
├── ServerUnreachable  a server cannot be reached, is silent, or broke off
├── ServerRefused      a server answered, but not with what was asked for
└── KeyUnusable        the system's keyring, or the key in it, cannot be used
"""

from collections.abc import Sequence
from pathlib import Path

from errors import AppError


class EngineMissing(AppError):
    """The engine cannot be used on this machine as it is set up."""


class ModelUnreadable(AppError):
    """The file cannot be used as a chat model; `hint` says why and what to do."""

    def __init__(self, path: Path, hint: str) -> None:
        super().__init__(f"{path.name or path} cannot be opened as a model", hint)
        self.path = path


class RepositoryUnusable(AppError):
    """The repository has neither GGUF files nor safetensors."""

    def __init__(self, repository: str) -> None:
        hint = "Pickles are not brought, as they can run code. Look for a version in GGUF or safetensors."
        super().__init__(f"{repository} holds no model in GGUF or safetensors", hint)


class QuantizationUnknown(AppError):
    """The repository does not offer it."""

    def __init__(self, repository: str, wanted: str, offered: Sequence[str]) -> None:
        hint = (
            f"It has: {', '.join(offered)}." if offered else "It has one version only: name it without a quantisation."
        )
        super().__init__(f"{repository} has no {wanted}", hint)


class PromptEmpty(AppError):
    """There is no message to answer."""

    def __init__(self) -> None:
        super().__init__("There is nothing to answer", "Ask a question first.")


class PromptTooLong(AppError):
    """The prompt fills the model's window."""

    def __init__(self, prompt_tokens: int, context_tokens: int) -> None:
        super().__init__(
            "The question and its sources do not fit into the model's window",
            f"They take {prompt_tokens:,} tokens of {context_tokens:,}. Use fewer passages, begin a new conversation, "
            "or choose a larger window in the settings.",
        )
        self.prompt_tokens = prompt_tokens
        self.context_tokens = context_tokens


class TemplateRefused(AppError):
    """The chat template inside the model file failed on these messages."""

    def __init__(self, reason: str) -> None:
        super().__init__("The model's chat template does not accept this conversation", reason)


class SamplingUnsupported(AppError):
    """The engine cannot hold an answer to a grammar."""

    def __init__(self, engine: str) -> None:
        super().__init__(f"{engine} cannot hold an answer to a grammar", "Choose a model of another kind for this.")


class GrammarInvalid(AppError):
    """No answer can be held to this grammar; `hint` says why."""

    def __init__(self, hint: str) -> None:
        super().__init__("The grammar for the answer cannot be used", hint)


class EngineBusy(AppError):
    """Too many requests wait for this model."""

    def __init__(self, waiting: int) -> None:
        super().__init__("The model is busy", f"{waiting} questions wait for it already. Try again in a moment.")


class GenerationFailed(AppError):
    """llama.cpp reported an error while computing. What the model remembered is forgotten; the engine stays usable."""

    def __init__(self, code: int) -> None:
        super().__init__("The model stopped working", f"llama.cpp reported error {code}. Try again, or open it anew.")


class AddressRefused(AppError):
    """The address is none, or the question would travel unprotected."""


class ServerUnreachable(AppError):
    """The server cannot be reached, says nothing, or broke off."""

    def __init__(self, host: str, why: str, hint: str = "Check the address, the network and the server.") -> None:
        super().__init__(f"{host} {why}", hint)


class ServerRefused(AppError):
    """The server answered with an error, or with something that is no answer."""


class KeyUnusable(AppError):
    """The system's keyring, or the key in it, cannot be used."""


class SamplingRefused(AppError):
    """A setting by which the next token is chosen makes no sense."""

    def __init__(self, reason: str) -> None:
        super().__init__("The answer cannot be written with these settings", reason)


class EngineDied(AppError):
    """What computed has ended, and every answer under way with it. `restarts`: the next question finds it anew."""

    def __init__(self, engine: str, *, restarts: bool) -> None:
        again = "It is being started again: ask once more." if restarts else "It died again. Open the model anew."
        super().__init__(f"{engine} stopped in the middle of its work", again)
        self.restarts = restarts


class ComputationFailed(AppError):
    """A computation broke off. What the model remembered is forgotten; the engine stays usable."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__("The model stopped working", f"{engine} says: {reason} Try again, or open it anew.")
