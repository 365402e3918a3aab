"""The plan of a tuning: one file, every mistake named."""

from pathlib import Path

import pytest

from tuning.plan import PlanInvalid, TunePlan, read_plan


def plan(folder: Path, *lines: str) -> TunePlan:
    file = folder / "plan.toml"
    file.write_text("\n".join(('name = "mine"', 'base = "tiny"', *lines)), "utf-8")
    return read_plan(file)


def test_paths_count_from_the_folder_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    read = plan(tmp_path, "[data]", 'train = "a.jsonl"', 'held_out = "b.jsonl"')
    assert (read.data.train, read.data.held_out) == (tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert (read.base, read.out) == (str(tmp_path / "tiny"), tmp_path / "mine")


def test_a_base_that_is_no_path_stays_a_name(tmp_path: Path) -> None:
    assert plan(tmp_path).base == "tiny"


def test_every_part_is_read(tmp_path: Path) -> None:
    read = plan(
        tmp_path,
        "[lora]",
        "rank = 4",
        'targets = ["q_proj"]',
        "[training]",
        "learning_rate = 1",
        'schedule = "linear"',
        "[result]",
        'quantisations = ["Q8_0"]',
    )
    assert (read.lora.rank, read.lora.targets, read.training.learning_rate) == (4, ("q_proj",), 1.0)
    assert (read.training.schedule, read.result.quantisations) == ("linear", ("Q8_0",))


@pytest.mark.parametrize(
    ("lines", "title", "hint"),
    [
        (["epoch = 3"], "unknown setting “epoch”", "Known names"),
        (["[trainin]"], "unknown setting “trainin”", "Did you mean “training”?"),
        (["[training]", "learning_rat = 1e-4"], "[training] unknown setting", "Did you mean “learning_rate”?"),
        (["[training]", 'schedule = "cosin"'], "schedule cannot be “cosin”", "Did you mean “cosine”?"),
        (["[lora]", "rank = 0"], "rank must be between", "It is 0"),
        (["[lora]", 'rank = "8"'], "rank must be a whole number", "8"),
        (["lora = 3"], "lora must be a table", ""),
        (["[result]", 'quantisations = ["q4_km"]'], "unknown quantisation “q4_km”", "Did you mean “Q4_K_M”?"),
    ],
)
def test_a_mistake_is_named_with_what_is_right(tmp_path: Path, lines: list[str], title: str, hint: str) -> None:
    with pytest.raises(PlanInvalid) as raised:
        plan(tmp_path, *lines)
    assert title in raised.value.title
    assert hint in raised.value.hint


@pytest.mark.parametrize("text", ["", 'name = "a"', 'name = "../a"\nbase = "b"', "name = ", 'base = "b"'])
def test_a_plan_without_a_name_or_a_base_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "plan.toml").write_text(text)
    with pytest.raises(PlanInvalid):
        read_plan(tmp_path / "plan.toml")


def test_a_missing_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanInvalid, match="cannot be read"):
        read_plan(tmp_path / "none.toml")
