"""Messages and errors arrive as what they were, and nothing else does."""

from pathlib import Path

import pytest

from engines import errors
from engines.engine_settings import EngineSettings, LlamaSettings
from engines.process.failures import carried, failure
from engines.process.wire import (
    Ended,
    Forget,
    Malformed,
    Open,
    Owners,
    Prepare,
    Request,
    Response,
    Text,
    decode_request,
    decode_response,
    encode,
)
from engines.protocol import Message, Sampling, Usage
from errors import AppError

MODEL = Path("model.gguf")
CHAT = (Message("system", "Be brief."), Message("user", "\0 \ud800 \U0010ffff 你"))


@pytest.mark.parametrize(
    "request_",
    [
        Open(
            "llama.cpp",
            MODEL,
            EngineSettings(llama=LlamaSettings(snapshot_folder=Path("chats"), kv_type="q8_0", snapshot_key="ab" * 32)),
        ),
        Prepare(1, CHAT, Sampling(seed=3, stop=("a", "b"))),
        Prepare(2, CHAT, None, keep=False),
        Forget(3, ()),
    ],
)
def test_request_arrives_as_it_was(request_: Request) -> None:
    assert decode_request(encode(request_)) == request_


@pytest.mark.parametrize(
    "response",
    [Text(1, "é\ud800", 2, Usage(decode_seconds=0.25)), Ended(1, "length", Usage()), Owners(2, {"kv": 2**40})],
)
def test_response_arrives_as_it_was(response: Response) -> None:
    assert decode_response(encode(response)) == response


@pytest.mark.parametrize(
    "error",
    [
        errors.PromptTooLong(9000, 8192),
        errors.PromptEmpty(),
        errors.ModelUnreadable(MODEL, "It is damaged."),
        errors.EngineBusy(16),
        errors.GrammarInvalid("A rule is missing."),
        errors.TemplateRefused("No spells."),
        errors.TemplateUnbounded(),
        errors.SamplingUnsupported("transformers"),
        errors.EngineMissing("llama.cpp is not installed", "Install it."),
        errors.GenerationFailed(-3),
        errors.ComputationFailed("transformers", "It overflowed."),
        AppError("Something else", "Try again."),
    ],
)
def test_error_arrives_as_what_it_was(error: AppError) -> None:
    told = decode_response(encode(failure(1, error)))
    back = carried(told, MODEL)  # type: ignore[arg-type]
    assert (type(back), back.title, back.hint, str(back)) == (type(error), error.title, error.hint, str(error))
    for name in ("prompt_tokens", "context_tokens", "path"):
        assert getattr(back, name, None) == getattr(error, name, None)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"null",
        b'["Text"]',
        b'["Open", {}]',
        b'["Text", {"id": 1}]',
        b'["Done", {"id": "1"}]',
        b'["Done", {"id": true}]',
        b'["Done", {"id": 1, "more": 2}]',
        b'["Progress", {"share": NaN}]',
        b'["Owners", {"id": 1, "bytes": {"kv": 1.5}}]',
        b'["Ended", {"id": 1, "finish": "bang", "usage": {}}]',
        b'["Ended", {"id": 1, "finish": [], "usage": {}}]',
    ],
)
def test_anything_else_is_malformed(payload: bytes) -> None:
    with pytest.raises(Malformed):
        decode_response(payload)
