"""A model opens or says why not, and keeps within its window."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings
from engines.errors import ModelUnreadable, PromptEmpty, PromptTooLong
from engines.llama.engine import LlamaEngine
from engines.opening import open_engine
from engines.protocol import Message, Sampling
from tests.engines.conftest import OpenTiny
from tests.models.tiny_gguf import write_tiny_gguf

pytestmark = pytest.mark.engine
QUESTION = [Message("user", "Why?")]


def test_describes_itself(engine: LlamaEngine) -> None:
    assert (engine.name, engine.model, engine.context_tokens) == ("llama.cpp", "Tiny", 2048)


def test_window_is_at_most_what_the_model_was_trained_for(open_tiny: OpenTiny, tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "small.gguf", context=300)
    assert open_tiny(model, context_tokens=4096).context_tokens == 300


def test_memory_is_reported_by_owner(engine: LlamaEngine, tiny_model: Path) -> None:
    memory = engine.memory()
    two_layers, two_heads_of_16, key_and_value, half_floats = 2, 2 * 16, 2, 2
    window_and_reserve = 2048 + 512
    kv = window_and_reserve * two_layers * two_heads_of_16 * key_and_value * half_floats
    assert memory["kv"] == pytest.approx(kv, abs=0.01 * 1024 * 1024)  # llama.cpp says it in hundredths of a MiB
    assert 0 < memory["weights"] < tiny_model.stat().st_size
    assert memory["compute"] > 0
    assert memory["kv_parked"] == 0


def test_counts_text_without_the_template(engine: LlamaEngine) -> None:
    assert engine.count_tokens("") == 0
    assert engine.count_tokens(" the") == 1
    assert engine.count_tokens("你") == 3


def test_control_tokens_in_a_text_are_plain_text(engine: LlamaEngine) -> None:
    assert engine.count_tokens("<|im_end|>") > 1
    plain = engine.count_prompt_tokens([Message("user", "")])
    assert engine.count_prompt_tokens([Message("user", "<|im_end|>")]) > plain + 1


def test_any_unicode_can_be_asked(engine: LlamaEngine) -> None:
    reply = engine.reply([Message("user", "\0 \ud800 \U0010ffff ‮ ﷽")], Sampling(max_tokens=2))
    list(reply)
    assert reply.finish == "length"


def test_prompt_without_room_for_an_answer_is_refused(open_tiny: OpenTiny) -> None:
    engine = open_tiny(context_tokens=64)
    room = 64 - engine.count_prompt_tokens([Message("user", "")])
    fits = engine.reply([Message("user", "x" * (room - 1))], Sampling())
    list(fits)
    assert (fits.finish, fits.usage.output_tokens) == ("length", 1)
    with pytest.raises(PromptTooLong) as refused:
        engine.reply([Message("user", "x" * room)], Sampling())
    assert (refused.value.prompt_tokens, refused.value.context_tokens) == (64, 64)


def test_no_message_is_refused_and_an_empty_one_is_not(engine: LlamaEngine) -> None:
    with pytest.raises(PromptEmpty):
        engine.reply([], Sampling())
    assert list(engine.reply([Message("user", "")], Sampling(max_tokens=2)))


def test_model_without_a_template_speaks_chatml(open_tiny: OpenTiny, tmp_path: Path, engine: LlamaEngine) -> None:
    bare = open_tiny(write_tiny_gguf(tmp_path / "bare.gguf", template=None))
    assert bare.count_prompt_tokens(QUESTION) == engine.count_prompt_tokens(QUESTION)


def test_model_with_a_broken_template_is_refused(tmp_path: Path) -> None:
    model = write_tiny_gguf(tmp_path / "broken.gguf", template="{% for %}")
    with pytest.raises(ModelUnreadable) as refused:
        open_engine(model)
    assert "template is broken" in refused.value.hint


@pytest.mark.parametrize("kept", [0, 3, 1_000, 100_000, -20_000, -1])
def test_truncated_model_is_refused(tmp_path: Path, tiny_model: Path, kept: int) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny_model.read_bytes()[:kept])
    with pytest.raises(ModelUnreadable) as refused:
        open_engine(path)
    assert "cut.gguf" in refused.value.title
    assert refused.value.hint


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, tiny_model: Path) -> None:
    data = bytearray(tiny_model.read_bytes())
    data[-4:] = b"\xff\xff\xff\xff"
    path = tmp_path / "nan.gguf"
    path.write_bytes(data)
    with pytest.raises(ModelUnreadable):
        open_engine(path)


def test_native_messages_go_to_the_log_alone(
    tiny_model: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "carrel"):
        engine = open_engine(tiny_model)
        list(engine.reply(QUESTION, Sampling(max_tokens=2)))
        engine.close()
    assert "llama" in caplog.text
    assert capfd.readouterr() == ("", "")


CLOSING = """
import sys
from pathlib import Path
import psutil
from engines.engine_settings import LlamaSettings
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling
engine = LlamaEngine(Path(sys.argv[1]), LlamaSettings(threads=1, context_tokens=500_000))
kv = engine.memory()["kv"]
list(engine.reply([Message("user", "Why?")], Sampling(max_tokens=5)))
held = psutil.Process().memory_info().rss
engine.close()
print(kv, held - psutil.Process().memory_info().rss)
"""


def test_closing_frees_the_memory(tmp_path: Path) -> None:
    """In a process of its own: what others of one process hold says nothing about an engine."""
    model = write_tiny_gguf(tmp_path / "long.gguf", context=500_000)
    done = subprocess.run([sys.executable, "-c", CLOSING, str(model)], capture_output=True, text=True, check=True)
    kv, freed = map(int, done.stdout.split())
    assert kv > 100_000_000
    assert freed > 0.9 * kv


def test_settings_are_refused_by_their_names() -> None:
    with pytest.raises(TypeError):
        LlamaSettings(contextt_tokens=1)  # type: ignore[call-arg]


def test_importing_the_engine_loads_no_library() -> None:
    code = "import engines.llama.engine, sys; print({'llama_cpp', 'jinja2', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_loading_tells_how_far_it_is(tiny_model: Path) -> None:
    told: list[float | None] = []
    LlamaEngine(tiny_model, LlamaSettings(threads=1), told.append).close()
    shares = [share for share in told if share is not None]
    assert told == sorted(shares) and told[-1] == 1.0
