"""Errors on their way out of an engine's process: each arrives as the class that it was."""

from __future__ import annotations

from pathlib import Path

from engines.errors import (
    ComputationFailed,
    EngineBusy,
    EngineDied,
    EngineMissing,
    GenerationFailed,
    GrammarInvalid,
    ModelUnreadable,
    PromptEmpty,
    PromptTooLong,
    SamplingInvalid,
    SamplingUnsupported,
    TemplateRefused,
    TemplateUnbounded,
    ThinkingUnlimited,
)
from engines.process.wire import Failed
from errors import AppError

_MOST_CHARACTERS = 2_000  # of a title or hint, which may quote a template
_NUMBERS = ("prompt_tokens", "context_tokens")  # attributes of errors that code reads
_CROSSING: dict[str, type[AppError]] = {
    kind.__name__: kind
    for kind in (
        ComputationFailed,
        EngineBusy,
        EngineDied,
        EngineMissing,
        GenerationFailed,
        GrammarInvalid,
        ModelUnreadable,
        PromptEmpty,
        PromptTooLong,
        SamplingInvalid,
        SamplingUnsupported,
        TemplateRefused,
        TemplateUnbounded,
        ThinkingUnlimited,
    )
}


def failure(request: int, error: AppError) -> Failed:
    """The message that carries an error. `request`: the id of the request that failed; 0: the opening."""
    numbers = {name: value for name, value in vars(error).items() if name in _NUMBERS}
    title, hint = error.title[:_MOST_CHARACTERS], error.hint[:_MOST_CHARACTERS]
    return Failed(request, type(error).__name__, title, hint, numbers)


def carried(failed: Failed, path: Path) -> AppError:
    """The error back; of a class that does not cross, a plain AppError. `path`: the model's."""
    kind = _CROSSING.get(failed.kind, AppError)
    error = kind.__new__(kind)
    AppError.__init__(error, failed.title, failed.hint)
    for name in _NUMBERS:
        if name in failed.numbers:
            setattr(error, name, failed.numbers[name])
    if isinstance(error, ModelUnreadable):
        error.path = path
    return error
