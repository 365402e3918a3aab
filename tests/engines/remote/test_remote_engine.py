"""Good and bad answers of a server, and their outcome; the model behind it is real."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings, RemoteSettings
from engines.errors import AddressRefused, PromptTooLong, ServerRefused, ServerUnreachable
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling
from engines.remote.engine import RemoteEngine
from errors import AppError
from network.connections import Connections, Offline
from tests.engines.listener import listening
from tests.models.tiny_gguf import write_tiny_gguf
from tests.openai_server import OpenAIServer, serving

pytestmark = pytest.mark.engine
ASKED = [Message("user", "At what temperature?")]
GREEDY = Sampling(temperature=0, max_tokens=24)
SAID = "Water boils at 100 °C 🙂 [1]."
KEY = "sk-secret-of-the-test"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    path = write_tiny_gguf(tmp_path_factory.mktemp("models") / "reciting.gguf", says=SAID)
    engine = LlamaEngine(path, LlamaSettings(threads=1))
    yield engine
    engine.close()


@pytest.fixture
def server(model: LlamaEngine) -> Iterator[OpenAIServer]:
    with serving(OpenAIServer(model)) as server:
        yield server


def opened(server: OpenAIServer, connections: Connections, key: str = "", **settings: object) -> RemoteEngine:
    return RemoteEngine(RemoteSettings(url=server.url, **settings), connections, key)  # type: ignore[arg-type]


def said(engine: RemoteEngine, sampling: Sampling = GREEDY) -> str:
    return "".join(piece.text for piece in engine.reply(ASKED, sampling))


@pytest.mark.parametrize("maker", ["vllm", "llamacpp", "somebody"])
def test_every_makers_server_answers(server: OpenAIServer, connections: Connections, maker: str) -> None:
    server.maker = maker
    reply = opened(server, connections).reply(ASKED, GREEDY)
    pieces = list(reply)
    assert "".join(piece.text for piece in pieces) == SAID
    assert (reply.finish, sum(piece.tokens for piece in pieces)) == ("end", reply.usage.output_tokens)


def test_only_makers_that_know_them_get_other_parameters(server: OpenAIServer, connections: Connections) -> None:
    server.maker = "somebody"
    said(opened(server, connections))
    assert {"top_k", "min_p", "repetition_penalty", "repeat_penalty"}.isdisjoint(server.asked[0])
    server.maker = "vllm"
    said(opened(server, connections))
    assert {"top_k", "min_p", "repetition_penalty"} <= server.asked[1].keys()


def test_server_tells_its_model_and_window(server: OpenAIServer, connections: Connections) -> None:
    engine = opened(server, connections)
    assert (engine.name, engine.model) == ("remote", "tiny at 127.0.0.1")
    assert engine.context_tokens == server.engine.context_tokens


def test_tokens_that_the_server_reused_are_reported(server: OpenAIServer, connections: Connections) -> None:
    engine = opened(server, connections)
    list(engine.reply(ASKED, GREEDY))
    second = engine.reply([*ASKED, Message("assistant", SAID), Message("user", "And salted?")], GREEDY)
    list(second)
    assert 0 < second.usage.reused_tokens < second.usage.prompt_tokens


def test_key_is_sent_and_never_written_down(server: OpenAIServer, connections: Connections) -> None:
    server.key = KEY
    assert said(opened(server, connections, KEY)) == SAID
    assert set(server.keys) == {f"Bearer {KEY}"}
    log = connections.log_file.read_text("utf-8")
    assert KEY not in log
    assert ASKED[0].text not in log


def test_every_connection_is_in_the_log(server: OpenAIServer, connections: Connections) -> None:
    said(opened(server, connections))
    last = connections.history()[-1]
    assert (last.purpose, last.host, last.outcome) == ("question to tiny", "127.0.0.1", "done")
    assert last.sent_bytes > 100
    assert last.received_bytes > len(SAID)


def test_wrong_key_is_reported_without_it(server: OpenAIServer, connections: Connections) -> None:
    server.key = "another"
    with pytest.raises(ServerRefused) as refused:
        opened(server, connections, KEY)
    assert "key" in refused.value.title
    assert KEY not in refused.value.title + refused.value.hint + str(refused.getrepr())


def test_missing_model_is_reported_with_the_available_ones(server: OpenAIServer, connections: Connections) -> None:
    with pytest.raises(ServerRefused, match="does not have the model large") as refused:
        opened(server, connections, model="large")
    assert "tiny" in refused.value.hint


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (401, "does not accept the key"),
        (404, "does not have that model"),
        (429, "too many requests"),
        (400, "does not accept the question"),
        (500, "failed"),
        (503, "failed"),
    ],
)
def test_refusals_have_a_hint(server: OpenAIServer, connections: Connections, status: int, title: str) -> None:
    engine = opened(server, connections, KEY)
    server.refuses = (status, f"because\x1b[31m of {KEY}")
    with pytest.raises(ServerRefused, match=title) as refused:
        said(engine)
    assert "because" in refused.value.hint
    assert KEY not in refused.value.hint
    assert "\x1b" not in refused.value.hint


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("cut", ServerUnreachable),
        ("junk", ServerRefused),
        ("error", ServerRefused),
        ("endless", ServerRefused),
        ("unclosed", ServerRefused),
        ("nested", ServerRefused),
        ("page", ServerUnreachable),
        ("elsewhere", ServerRefused),
    ],
)
def test_faults_have_a_hint(server: OpenAIServer, connections: Connections, fault: str, kind: type[AppError]) -> None:
    engine = opened(server, connections)
    server.fault = fault
    with pytest.raises(kind) as refused:
        said(engine)
    assert refused.value.hint
    assert connections.history()[-1].outcome.startswith("failed")


def test_endless_answer_is_cut_off(server: OpenAIServer, connections: Connections) -> None:
    server.fault = "babble"
    reply = opened(server, connections).reply(ASKED, GREEDY)
    written = "".join(piece.text for piece in reply)
    assert reply.finish == "length"
    assert GREEDY.max_tokens < len(written) < 1000 * GREEDY.max_tokens


def test_answer_that_trickles_ends_in_time(server: OpenAIServer, connections: Connections) -> None:
    engine = opened(server, connections, answer_seconds=0.3)
    server.fault = "trickle"
    with pytest.raises(ServerUnreachable, match="takes too long"):
        said(engine)


def test_half_a_character_is_replaced(server: OpenAIServer, connections: Connections) -> None:
    engine = opened(server, connections)
    server.fault = "surrogate"
    assert "<\ufffd>" in said(engine)


def test_redirect_is_not_followed(server: OpenAIServer, connections: Connections) -> None:
    engine = opened(server, connections)
    server.fault = "elsewhere"
    with pytest.raises(ServerRefused, match="redirects") as refused:
        said(engine)
    assert "192.0.2.1" in refused.value.hint
    assert {line.host for line in connections.history()} == {"127.0.0.1"}


@pytest.mark.parametrize("fault", ["hang", "silent"])
def test_silence_ends_in_time(server: OpenAIServer, connections: Connections, fault: str) -> None:
    engine = opened(server, connections, silence_seconds=0.3)
    server.fault = fault
    begun = time.perf_counter()
    with pytest.raises(ServerUnreachable, match="did not answer in time"):
        said(engine)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("fault", ["hang", "silent"])
def test_stop_does_not_wait_for_a_silent_server(server: OpenAIServer, connections: Connections, fault: str) -> None:
    engine = opened(server, connections)
    server.fault = fault
    reply = engine.reply(ASKED, GREEDY)
    with listening(reply) as listener:
        time.sleep(0.1)
        assert listener.seconds_to_end(reply.stop) < 0.1
    assert reply.finish == "stopped"


def test_stop_hangs_up(server: OpenAIServer, connections: Connections) -> None:
    engine = opened(server, connections)
    server.fault = "silent"
    reply = engine.reply(ASKED, GREEDY)
    next(iter(reply))
    reply.stop()
    deadline = time.perf_counter() + 2
    while connections.history()[-1].outcome == "open" and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert connections.history()[-1].outcome == "stopped"


def test_unreachable_server_is_reported(connections: Connections) -> None:
    with pytest.raises(ServerUnreachable, match="cannot be reached") as refused:
        RemoteEngine(RemoteSettings(url="http://127.0.0.1:9"), connections)
    assert refused.value.hint


def test_server_without_encryption_is_no_https_server(server: OpenAIServer, connections: Connections) -> None:
    with pytest.raises(ServerUnreachable, match="broke off"):
        RemoteEngine(RemoteSettings(url=server.url.replace("http:", "https:")), connections)


def test_unencrypted_text_stays_in_the_private_network(connections: Connections) -> None:
    with pytest.raises(AddressRefused) as refused:
        RemoteEngine(RemoteSettings(url="http://8.8.8.8:8000"), connections)
    assert "https" in refused.value.hint
    assert connections.history() == []


def test_offline_asks_no_other_machine(tmp_path: Path) -> None:
    connections = Connections(tmp_path / "connections.jsonl", lambda: True)
    with pytest.raises(Offline):
        RemoteEngine(RemoteSettings(url="https://server.example"), connections)
    assert [line.outcome for line in connections.history()] == ["refused: offline"]


def test_offline_allows_a_server_on_this_machine(server: OpenAIServer, tmp_path: Path) -> None:
    assert said(opened(server, Connections(tmp_path / "connections.jsonl", lambda: True))) == SAID


def test_prompt_that_only_the_server_finds_too_long_is_reported(server: OpenAIServer, connections: Connections) -> None:
    server.tokenizes = False  # the estimate is then a third of what this model takes
    engine = opened(server, connections)
    prompt = [Message("user", "q" * (server.engine.context_tokens + 10))]
    with pytest.raises(PromptTooLong) as refused:
        list(engine.reply(prompt, GREEDY))
    assert refused.value.prompt_tokens > refused.value.context_tokens == engine.context_tokens


def test_counting_asks_nobody(server: OpenAIServer, connections: Connections) -> None:
    engine = opened(server, connections)
    before = len(connections.history())
    assert engine.count_tokens("x1 x1 x1") >= 3
    assert len(connections.history()) == before
