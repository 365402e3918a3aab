"""The check of examples: what is wrong, in which line, before any time is spent."""

import json
from pathlib import Path

import pytest

from engines.chat_tokens import ChatTokens
from engines.template import CHATML, ChatTemplate
from tuning.example_check import CheckedFile, ExamplesInvalid, check_files, refuse_problems
from tuning.examples import ExamplesUnreadable
from tuning.plan import DataPlan

TOKENS = ChatTokens(ChatTemplate(CHATML), lambda text: list(map(ord, text)), lambda text: list(map(ord, text)))
GOOD = (("user", "Who?"), ("assistant", "Ada."))


def line(*messages: tuple[str, str]) -> str:
    return json.dumps({"messages": [{"role": role, "content": text} for role, text in messages]})


def check(folder: Path, *lines: str, held_out: tuple[str, ...] = (), **fields: object) -> list[CheckedFile]:
    (folder / "train.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "held-out.jsonl").write_text("\n".join(held_out), "utf-8")
    data = DataPlan(
        train=folder / "train.jsonl",
        held_out=folder / "held-out.jsonl" if held_out else None,
        **fields,  # type: ignore[arg-type]
    )
    return [file for file in check_files(data, TOKENS) if file]


@pytest.mark.parametrize(
    ("wrong", "problem", "detail"),
    [
        ("{", "not JSON", "Write it as"),
        ("[]", "no messages", "Write it as"),
        ('{"messages": []}', "no messages", "Write it as"),
        ('{"messages": [{"role": "user"}]}', "no messages", "Write it as"),
        (line(("human", "Who?"), ("assistant", "Ada.")), "roles", "“human” is no role"),
        (line(("user", "Who?")), "roles", "does not end with an answer"),
        (line(("assistant", "Ada.")), "roles", "does not begin with a question"),
        (line(("system", "Be brief.")), "roles", "does not begin with a question"),
        (line(("user", "Who?"), ("user", "When?"), ("assistant", "Ada.")), "roles", "user follow each other"),
        (line(("user", "Who?"), ("system", "Be brief."), ("assistant", "A")), "roles", "comes first"),
        (line(("user", "Who?"), ("assistant", " \n")), "empty text", "assistant says nothing"),
        (line(("user", "Who? " * 300), ("assistant", "Ada.")), "too long", "raise max_tokens"),
        (line(("user", "Who is ada@lovelace.org?"), ("assistant", "Ada.")), "personal data", "1 EMAIL"),
    ],
)
def test_each_problem_is_found_in_its_line_and_stops(tmp_path: Path, wrong: str, problem: str, detail: str) -> None:
    (file,) = check(tmp_path, line(*GOOD), "", wrong)
    (found,) = file.problems
    assert (found.line, found.problem, found.stops) == (3, problem, True)
    assert detail in found.detail
    with pytest.raises(ExamplesInvalid, match="1 problems"):
        refuse_problems(file)


def test_a_duplicate_is_named_and_does_not_stop(tmp_path: Path) -> None:
    (file,) = check(tmp_path, line(*GOOD), line(*GOOD))
    assert [(one.line, one.problem, one.stops) for one in file.problems] == [(2, "duplicate", False)]
    refuse_problems(file)


def test_what_is_held_out_may_not_be_trained_on(tmp_path: Path) -> None:
    _, held_out = check(tmp_path, line(*GOOD), held_out=(line(*GOOD),))
    assert [one.problem for one in held_out.problems] == ["held out"]


def test_personal_data_that_the_plan_allows_does_not_stop(tmp_path: Path) -> None:
    mail = line(("user", "Who is ada@lovelace.org?"), ("assistant", "Ada."))
    (file,) = check(tmp_path, mail, personal_data="allow")
    assert [(one.problem, one.stops) for one in file.problems] == [("personal data", False)]
    assert "lovelace" not in file.problems[0].detail


def test_lengths_are_those_of_the_whole_conversation_and_of_its_answers(tmp_path: Path) -> None:
    (file,) = check(tmp_path, line(*GOOD))
    rendered = "<|im_start|>user\nWho?<|im_end|>\n<|im_start|>assistant\nAda."
    assert file.lengths == (len(rendered),) * 3
    assert file.answer_tokens == len("Ada.")


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xff\xfe"])
def test_an_empty_file_and_one_that_is_no_text_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "train.jsonl").write_bytes(content)
    with pytest.raises(ExamplesUnreadable):
        check_files(DataPlan(train=tmp_path / "train.jsonl"), TOKENS)
