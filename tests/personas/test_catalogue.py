import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from personas.catalogue import BUILTIN_PERSONAS, DEFAULT_PERSONA, Catalogue
from personas.persona import PersonaInvalid, PersonaNotFound

WritePersona = Callable[..., Path]


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue([tmp_path / "builtin", tmp_path / "own"])


@contextmanager
def reads() -> Iterator[list[int]]:
    """The sizes of all reads of files, in bytes, as the system's calls count them."""
    counted: list[int] = []
    real = io.FileIO.read

    class CountedFile(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = real(self, size)
            counted.append(len(data))
            return data

    def opened(self: Path, mode: str = "r", buffering: int = -1) -> CountedFile:
        assert (mode, buffering) == ("rb", 0)
        return CountedFile(self, "rb")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", opened)
        yield counted


def head(name: str) -> str:
    return f"name: {name}\nsummary: Answers as {name}.\ntags: [a, b]"


def test_headers_are_sorted_by_id(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("410-llm-engineer", folder="own")
    write_persona("001-reader", folder="own")
    write_persona("108-devops-engineer", folder="builtin")
    assert [h.id for h in catalogue.headers()] == ["001-reader", "108-devops-engineer", "410-llm-engineer"]


def test_a_header_carries_what_a_list_shows(catalogue: Catalogue, write_persona: WritePersona) -> None:
    file = write_persona("410-llm-engineer", head("LLM engineer"))
    header = catalogue.find("410")
    assert (header.name, header.summary, header.tags) == ("LLM engineer", "Answers as LLM engineer.", ("a", "b"))
    assert header.folder == file.parent


@pytest.mark.parametrize(
    "wanted", ["410", "410-llm-engineer", "410-LLM-Engineer", "llm-engineer", "LLM engineer", " llm ENGINEER "]
)
def test_a_persona_is_found_by_number_id_or_name(
    catalogue: Catalogue, write_persona: WritePersona, wanted: str
) -> None:
    write_persona("410-llm-engineer", head("LLM engineer"))
    write_persona("411-cook", head("Cook"))
    assert catalogue.find(wanted).id == "410-llm-engineer"


def test_a_number_needs_no_leading_zeros(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("001-reader")
    assert catalogue.find("1").id == "001-reader"


def test_an_unknown_name_is_refused_with_the_nearest(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("410-llm-engineer", head("LLM engineer"))
    write_persona("001-reader", head("Reader"))
    with pytest.raises(PersonaNotFound) as caught:
        catalogue.find("llm enginer")
    assert caught.value.title == "There is no persona 'llm enginer'."
    assert caught.value.hint == "The nearest are: 410-llm-engineer (LLM engineer)"


def test_a_name_like_no_other_is_refused_with_some_that_exist(
    catalogue: Catalogue, write_persona: WritePersona
) -> None:
    write_persona("001-reader", head("Reader"))
    with pytest.raises(PersonaNotFound) as caught:
        catalogue.find("xyzzy")
    assert caught.value.hint == "There are: 001-reader (Reader)"


def test_a_number_of_two_personas_is_refused_with_both(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("410-llm-engineer", folder="builtin")
    write_persona("410-my-engineer")
    with pytest.raises(PersonaNotFound, match="of 2 personas") as caught:
        catalogue.find("410")
    assert caught.value.hint == "Choose one of these: 410-llm-engineer, 410-my-engineer"


def test_no_personas_at_all_is_a_plain_refusal(catalogue: Catalogue) -> None:
    with pytest.raises(PersonaNotFound):
        catalogue.find("1")


def test_the_persons_own_persona_overrides_the_built_in(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("001-reader", head("Built in"), folder="builtin")
    write_persona("001-reader", head("Mine"), folder="own")
    assert [h.name for h in catalogue.headers()] == ["Mine"]
    assert catalogue.load("001-reader").name == "Mine"


def test_a_broken_override_is_reported_and_not_replaced_in_silence(
    catalogue: Catalogue, write_persona: WritePersona
) -> None:
    write_persona("001-reader", head("Built in"), folder="builtin")
    file = write_persona("001-reader", "name: Mine", folder="own")
    assert catalogue.headers() == []
    [(path, problem)] = catalogue.problems()
    assert path == file
    assert problem.startswith("`summary` is missing")
    with pytest.raises(PersonaInvalid, match="`summary` is missing"):
        catalogue.find("001")


def test_a_broken_persona_leaves_the_others_in_the_list(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("001-reader")
    write_persona("002-broken", "nme: x")
    assert [h.id for h in catalogue.headers()] == ["001-reader"]
    assert "did you mean `name`" in catalogue.problems()[0][1]


def test_a_persona_in_a_misnamed_folder_is_reported(catalogue: Catalogue, write_persona: WritePersona) -> None:
    file = write_persona("cook")
    assert catalogue.headers() == []
    assert catalogue.problems() == [(file, "its folder needs a name such as `410-llm-engineer`")]


def test_an_empty_folder_of_a_personas_name_is_reported(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "own" / "005-empty").mkdir(parents=True)
    assert "it cannot be read" in catalogue.problems()[0][1]


def test_other_files_and_folders_are_no_problem(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "own" / "notes").mkdir(parents=True)
    (tmp_path / "own" / ".DS_Store").write_text("x")
    assert (catalogue.headers(), catalogue.problems()) == ([], [])


def test_a_persona_written_later_is_seen(catalogue: Catalogue, write_persona: WritePersona) -> None:
    assert catalogue.headers() == []
    write_persona("001-reader")
    assert len(catalogue.headers()) == 1


def test_load_brings_the_prompt_and_the_knowledge_folder(catalogue: Catalogue, write_persona: WritePersona) -> None:
    file = write_persona("410-llm-engineer", head("LLM engineer") + "\npassages: 9\ntemperature: 0.1\nmax_tokens: 99")
    (file.parent / "knowledge").mkdir()
    persona = catalogue.load("410")
    assert persona.prompt == "You cook."
    assert persona.knowledge == file.parent / "knowledge"
    assert (persona.passages, persona.temperature, persona.max_tokens) == (9, 0.1, 99)


def test_without_a_knowledge_folder_there_is_none(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("001-reader")
    assert catalogue.load("001").knowledge is None


@pytest.mark.parametrize(("said", "thinking"), [("off", "off"), ("on", "on"), ('"on"', "on"), ("2000", "2000")])
def test_a_persona_says_whether_its_model_thinks(
    catalogue: Catalogue, write_persona: WritePersona, said: str, thinking: str
) -> None:
    write_persona("410-llm-engineer", head("LLM engineer") + f"\nthinking: {said}")
    assert catalogue.load("410-llm-engineer").thinking == thinking


@pytest.mark.parametrize("said", ["maybe", "0", "-1", "1.5", "[on]", "99999"])
def test_thinking_that_is_none_of_these_is_refused(
    catalogue: Catalogue, write_persona: WritePersona, said: str
) -> None:
    write_persona("410-llm-engineer", head("LLM engineer") + f"\nthinking: {said}")
    with pytest.raises(PersonaInvalid, match="`thinking` must be off, on, or a number of tokens"):
        catalogue.load("410-llm-engineer")


@pytest.mark.parametrize(("said", "look_again"), [("off", "off"), ("on", "on"), ("auto", "auto")])
def test_a_persona_says_whether_its_model_looks_again(
    catalogue: Catalogue, write_persona: WritePersona, said: str, look_again: str
) -> None:
    write_persona("410-llm-engineer", head("LLM engineer") + f"\nlook_again: {said}")
    assert catalogue.load("410-llm-engineer").look_again == look_again


def test_looking_again_that_is_none_of_these_is_refused(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("410-llm-engineer", head("LLM engineer") + "\nlook_again: maybe")
    with pytest.raises(PersonaInvalid, match="`look_again` must be auto, on or off"):
        catalogue.load("410-llm-engineer")


def test_an_empty_prompt_is_refused(catalogue: Catalogue, write_persona: WritePersona) -> None:
    write_persona("001-reader", body="\n")
    with pytest.raises(PersonaInvalid, match="it has no prompt"):
        catalogue.load("001")


def test_a_catalogue_of_142_is_listed_quickly(catalogue: Catalogue, write_persona: WritePersona) -> None:
    for number in range(142):
        write_persona(f"{number:03}-persona", head(f"Persona {number}"), body="Prompt. " * 2000)
    durations = []
    for _ in range(5):
        start = time.perf_counter()
        assert len(catalogue.headers()) == 142
        durations.append(time.perf_counter() - start)
    # 7 ms measured the first time, 1 ms then; the reach is 50 ms.
    assert min(durations) < 0.05


def test_a_catalogue_of_1000_is_listed_again_quickly(catalogue: Catalogue, write_persona: WritePersona) -> None:
    for number in range(1000):
        write_persona(f"{number:03}-persona", head(f"Persona {number}"))
    catalogue.headers()
    durations = []
    for _ in range(10):
        start = time.perf_counter()
        assert len(catalogue.headers()) == 1000
        durations.append(time.perf_counter() - start)
    assert min(durations) < 0.05


def test_a_list_of_142_reads_one_kilobyte_of_each(catalogue: Catalogue, write_persona: WritePersona) -> None:
    for number in range(142):
        write_persona(f"{number:03}-persona", head(f"Persona {number}"), body="Prompt. " * 2000)
    with reads() as counted:
        catalogue.headers()
        assert counted == [1024] * 142
        catalogue.headers()
    assert len(counted) == 142, "what has not changed is not read again"


def test_the_heads_of_built_in_personas_fit_into_one_read() -> None:
    with reads() as counted:
        headers = Catalogue([BUILTIN_PERSONAS]).headers()
    assert len(counted) == len(headers)


def test_a_changed_file_is_read_again(catalogue: Catalogue, write_persona: WritePersona) -> None:
    file = write_persona("001-reader", head("Reader"))
    assert catalogue.find("1").name == "Reader"
    file.write_text(file.read_text().replace("Reader", "Writer"))
    assert catalogue.find("1").name == "Writer"
    file.unlink()
    assert catalogue.headers() == []


def test_the_default_persona_is_built_in() -> None:
    assert Catalogue([BUILTIN_PERSONAS]).load(DEFAULT_PERSONA).prompt
