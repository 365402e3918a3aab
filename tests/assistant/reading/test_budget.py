from dataclasses import replace

from assistant.reading.budget import Budget, build_beginning, build_prompt, fit_passages
from assistant.reading.prompt import question_message
from assistant.values import PromptContext, Turn
from engines.protocol import Message
from knowledge.passage import Passage, StageScores
from tests.assistant.samples import make_passage, make_turn


def words(text: str) -> int:
    return len(text.split())


def budget(window: int, passages: int = 3000) -> Budget:
    return Budget(window_tokens=window, answer_tokens=100, passage_tokens=passages, count=words)


def long_passage(sentence_count: int, start: int = 0) -> Passage:
    return make_passage(" ".join(f"Sentence {n} has exactly six words." for n in range(sentence_count)), start=start)


def long_talk(length: int) -> list[Turn]:
    return [replace(make_turn(n), answer="word " * 60, read_whole=()) for n in range(length)]


def test_passages_that_fit_stay_whole() -> None:
    passages = [long_passage(10), long_passage(10, start=1000)]
    assert fit_passages("Q?", "P", passages, budget(8192)) == tuple(passages)


def test_passage_that_does_not_fit_is_cut_after_a_sentence() -> None:
    fitted = fit_passages("Q?", "P", [long_passage(100, start=50)], budget(8192, passages=200))
    (cut,) = fitted
    assert long_passage(100).text.startswith(cut.text)
    assert cut.text.endswith("six words.")
    assert (cut.start, cut.end) == (50, 50 + len(cut.text))


def test_passages_keep_within_their_budget() -> None:
    fitted = fit_passages("Q?", "P", [long_passage(20, start=n) for n in range(9)], budget(8192, passages=300))
    assert 200 < sum(words(passage.text) for passage in fitted) <= 300


def test_relevance_keeps_within_their_budget_too() -> None:
    short = make_passage("Oak is hard.", scores=StageScores(relevance=0.5))
    fitted = fit_passages("Q?", "P", [short] * 99, budget(8192, passages=300))
    assert len(fitted) > 20 and words(question_message("Q?", PromptContext(fitted)).text) <= 310


def test_a_cut_too_short_to_be_useful_is_left_out() -> None:
    passages = [long_passage(20), long_passage(20, start=1000)]
    assert fit_passages("Q?", "P", passages, budget(8192, passages=160)) == (passages[0],)


def test_passages_take_at_most_half_of_a_small_window() -> None:
    fitted = fit_passages("Q?", "P", [long_passage(200)], budget(600))
    assert words(fitted[0].text) <= 300


def test_prompt_begins_with_the_previous_prompt_and_its_answer() -> None:
    first = build_prompt("P", [], "One?", PromptContext((long_passage(2),)), budget(8192))
    turn = replace(make_turn(1), question="One?", passages=(long_passage(2),), read_whole=(), answer="An answer.")
    second = build_prompt("P", [turn], "Two?", PromptContext(), budget(8192))
    assert second[: len(first) + 1] == (*first, Message("assistant", "An answer."))


def test_whole_history_is_kept_while_it_fits() -> None:
    assert len(build_prompt("P", long_talk(5), "Q?", PromptContext(), budget(8192))) == 1 + 2 * 5 + 1


def test_oldest_turns_are_dropped_from_a_short_window() -> None:
    prompt = build_prompt("P", long_talk(30), "Q?", PromptContext(), budget(1000))
    assert "Question 29?" in prompt[-3].text
    assert sum(words(message.text) for message in prompt) <= 900


def test_prompts_beginning_changes_seldom_once_the_window_is_full() -> None:
    talk = long_talk(40)
    beginnings = [build_prompt("P", talk[:n], "Q?", PromptContext(), budget(1000))[1].text for n in range(1, 40)]
    assert len(set(beginnings)) < 40 / 3


def test_prefilled_beginning_matches_the_next_prompt_in_a_full_window() -> None:
    talk = long_talk(40)
    for length in range(1, 40):
        beginning = build_beginning("P", talk[:length], budget(1000))
        assert build_prompt("P", talk[:length], "Q?", PromptContext(), budget(1000))[:-1] == beginning


def test_beginning_has_room_for_a_question_as_long_as_the_last() -> None:
    long_question = replace(make_turn(0), passages=(long_passage(100),), answer="word " * 60, read_whole=())
    talk = [*long_talk(3), long_question]
    beginning = build_beginning("P", talk, budget(1400))
    again = build_prompt("P", talk, "Q?", PromptContext((long_passage(100),)), budget(1400))
    assert again[:-1] == beginning
    assert len(beginning) < 1 + 2 * len(talk)


def test_last_turn_stays_for_a_long_follow_up() -> None:
    prompt = build_prompt("P", long_talk(3), "Q?", PromptContext((long_passage(100),)), budget(1000))
    assert [message.role for message in prompt] == ["system", "user", "assistant", "user"]
    assert "Question 2?" in prompt[1].text
