"""Drafts change how fast an answer comes and nothing else, and are made only where they pay."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings
from engines.llama.context import BatchSlice, LlamaContext
from engines.llama.drafting import MOST_DRAFTED, Drafter, DraftPolicy
from engines.llama.engine import LlamaEngine
from engines.protocol import Message, Sampling
from tests.engines.listener import Listener, listening
from tests.models.tiny_gguf import write_tiny_gguf

STEP = 0.01  # seconds
QUOTED = "Water boils at 100 °C where air presses with 1013 hPa, and after 93 on that hill behind our old mill [1]."


class Writing:
    """Counts what one answer of `written` tokens costs, in single steps, where a batch costs what `costs` says."""

    def __init__(self, prompt: list[int], costs: dict[int, float], policy: DraftPolicy | None = None) -> None:
        self.policy = policy or DraftPolicy()
        self.drafter = Drafter(prompt, self.policy)
        self.costs = {1: 1.0, **costs}
        self.steps = 0.0

    def write(self, written: list[int]) -> float:
        at = 0
        self.drafter.add(written[0])
        while at < len(written) - 1:
            draft = self.drafter.draft(len(written) - at - 1)
            cost = self.costs[1 + len(draft)]
            self.steps += cost
            self.policy.record_batch(1 + len(draft), cost * STEP)
            right = 0
            while right < len(draft) and draft[right] == written[at + 1 + right]:
                right += 1
            for token in written[at + 1 : at + 2 + right]:
                self.drafter.add(token)
            at += 1 + right
        return len(written) / self.steps


CPU = {4: 2.4, 8: 4.2, 16: 6.4}


def numbers(count: int, seed: int) -> list[int]:
    drawn = random.Random(seed)
    return [drawn.randrange(100_000) for _ in range(count)]


def test_quotes_are_written_faster() -> None:
    source = numbers(1_000, 1)
    answer = source[200:260] + numbers(20, 2) + source[500:560] + numbers(20, 3) + source[800:860]
    assert Writing(source, CPU).write(answer) > 1.4


def test_text_of_its_own_costs_nothing() -> None:
    writing = Writing(numbers(1_000, 1), CPU)
    assert writing.write(numbers(500, 2)) == pytest.approx(1.0, abs=0.01)


def test_matches_that_mislead_cost_little() -> None:
    """Runs of five tokens from the source, each of which goes on in another way."""
    source, drawn = numbers(2_000, 1), random.Random(5)
    answer: list[int] = []
    while len(answer) < 2_000:
        at = drawn.randrange(len(source) - 10)
        answer += [*source[at : at + 5], *numbers(3, at)]
    assert Writing(source, CPU).write(answer) > 0.98


def test_batches_that_cost_too_much_are_not_drafted() -> None:
    dear = {4: 4.5, 8: 9.0, 16: 18.0}
    source = numbers(4_000, 1)
    assert Writing(source, dear).write(source[1_000:3_000]) > 0.95


def test_cheap_batches_are_found_out_and_used() -> None:
    cheap = {4: 1.1, 8: 1.2, 16: 1.4}
    source = numbers(4_000, 1)
    assert Writing(source, cheap).write(source[1_000:3_000]) > 8


def test_accuracy_of_one_answer_serves_the_next() -> None:
    source = numbers(1_000, 1)
    dear = {4: 4.5, 8: 9.0, 16: 18.0}
    first = Writing(source, dear)
    alone = first.write(source[100:200])
    assert Writing(source, dear, first.policy).write(source[600:700]) > alone


def test_draft_never_reaches_beyond_the_answer() -> None:
    policy = DraftPolicy()
    drafter = Drafter(list(range(100)), policy)
    for token in range(40):
        drafter.add(token)
    assert len(drafter.draft(100)) == MOST_DRAFTED
    assert [len(drafter.draft(most)) for most in (0, 2, 3, 6, 7)] == [0, 0, 3, 3, 7]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """From how many tokens of each batch the next ones were drawn."""
    sizes: list[int] = []
    decode = LlamaContext.decode

    def counting(context: LlamaContext, slices: list[BatchSlice]) -> bool:
        sizes.append(sum(one.outputs for one in slices))
        return decode(context, slices)

    monkeypatch.setattr(LlamaContext, "decode", counting)
    return sizes


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts wherever something matched, as if they cost nothing: most of them are wrong."""
    monkeypatch.setattr(DraftPolicy, "length", lambda policy, matched, most: min(3, most) if matched else 0)


Opened = Callable[..., LlamaEngine]


@pytest.fixture
def open_engine(tmp_path: Path) -> Iterator[Opened]:
    """Opens engines on a model that recites what it `says`, or writes at random."""
    opened: list[LlamaEngine] = []

    def open_one(says: str | None = None, *, drafting: bool) -> LlamaEngine:
        model = write_tiny_gguf(tmp_path / f"{len(opened)}.gguf", says=says)
        opened.append(LlamaEngine(model, LlamaSettings(threads=1, drafting=drafting)))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def told_twice(engine: LlamaEngine, sampling: Sampling) -> list[tuple[str, str, int]]:
    """The text, the finish and the tokens of two answers in one chat, of which the second can repeat the first."""
    messages = [Message("user", "What do the sources say?")]
    told: list[tuple[str, str, int]] = []
    for _ in range(2):
        reply = engine.reply(messages, sampling)
        text = "".join(piece.text for piece in reply)
        told.append((text, reply.finish, reply.usage.output_tokens))
        messages += [Message("assistant", text), Message("user", "Again?")]
    return told


@pytest.mark.engine
def test_repeated_answer_is_the_same_in_fewer_batches(open_engine: Opened, batches: list[int]) -> None:
    """This model looks at nothing but the last token: the shape of a batch changes nothing."""
    plain = told_twice(open_engine(QUOTED, drafting=False), Sampling(temperature=0))
    without = len(batches)
    assert told_twice(open_engine(QUOTED, drafting=True), Sampling(temperature=0)) == plain
    assert plain[1][:2] == (QUOTED, "end")
    assert len(batches) - without < 0.8 * without


@pytest.mark.engine
@pytest.mark.parametrize(
    "sampling",
    [
        Sampling(temperature=0, max_tokens=300),
        Sampling(temperature=0, max_tokens=300, repeat_penalty=1.3),
        Sampling(temperature=1.0, seed=1, max_tokens=300),
        Sampling(temperature=1.0, seed=2, max_tokens=300, stop=("zz", "e e")),
        Sampling(temperature=1.0, seed=3, max_tokens=300, grammar='root ::= ("ab" | "abc" | "b" | "ca")*'),
    ],
    ids=["greedy", "penalty", "seed", "stop", "grammar"],
)
def test_drafts_that_are_wrong_change_nothing(
    open_engine: Opened, batches: list[int], always: None, sampling: Sampling
) -> None:
    plain = told_twice(open_engine(drafting=False), sampling)
    assert max(batches) == 1
    assert told_twice(open_engine(drafting=True), sampling) == plain
    assert max(batches) == 4


@pytest.mark.engine
def test_chats_at_once_are_not_drafted_for(open_engine: Opened, batches: list[int], always: None) -> None:
    engine = open_engine(drafting=True)
    replies = [engine.reply([Message("user", f"Chat {n}?")], Sampling(temperature=0, max_tokens=200)) for n in range(2)]
    threads = [Listener(reply) for reply in replies]
    for thread in threads:
        thread.thread.join()
    assert not [size for size in batches if size == 5]


@pytest.mark.engine
def test_stop_in_the_middle_of_drafts_keeps_accepted_tokens(open_engine: Opened, always: None) -> None:
    engine = open_engine(drafting=True)
    messages = [Message("user", "Stop?")]
    reply = engine.reply(messages, Sampling(temperature=0, max_tokens=10_000))
    with listening(reply) as listener:
        listener.wait(lambda: reply.usage.output_tokens >= 50)
        reply.stop()
    text = "".join(piece.text for piece in listener.pieces)
    following = engine.reply([*messages, Message("assistant", text), Message("user", "On?")], Sampling(max_tokens=5))
    list(following)
    assert following.usage.reused_tokens >= reply.usage.prompt_tokens + reply.usage.output_tokens - 1
