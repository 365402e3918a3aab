"""A question that follows another is searched for within its conversation, and one on another topic alone."""

from collections.abc import Iterator

import pytest

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder
from knowledge.library import Library

pytestmark = pytest.mark.timeout(60)  # the embedder takes a second to open
NOTES = {
    "raku.md": "Raku firing takes the pot from the kiln. It needs a gas kiln, tongs and a metal bin with sawdust.",
    "wheel.md": "Throwing on the wheel needs a centred lump of clay, water and a sponge. The wheel turns at 200 rpm.",
    "glaze.md": "A celadon glaze holds one per cent of iron oxide. The hardware shop sells no oxides.",
    "mietrecht.md": "Das Mietrecht begrenzt die Kaution auf drei Monatsmieten. Es gilt seit 2001 für alle Wohnungen.",
    "baurecht.md": "Das Baurecht verlangt einen Abstand von drei Metern. Es gilt seit 1960 für alle Gebäude.",
    "김치.md": "김치를 담글 때는 배추를 소금에 절인다. 절이는 데는 여덟 시간이 걸린다.",
    "된장.md": "된장을 만들 때는 콩을 삶아 메주를 빚는다. 숙성 시간은 여섯 달이 걸린다.",
    "bread.md": "Rye bread is baked at 240 degrees. The dough rests for twelve hours in the cellar.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("notes")
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    library = Library(
        tmp_path_factory.mktemp("home"),
        lambda name: open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders()),
    )
    library.add_folder(folder)
    library.sync()
    yield library
    library.close()


@pytest.mark.parametrize(
    ("topic", "question", "name"),
    [
        ("Raku firing?", "What hardware does the method require?", "raku.md"),
        ("Mietrecht?", "Seit wann gilt dieses Gesetz?", "mietrecht.md"),
        ("Baurecht?", "Seit wann gilt dieses Gesetz?", "baurecht.md"),
        ("김치?", "그 방법은 시간이 얼마나 걸려요?", "김치.md"),
        ("된장?", "그 방법은 시간이 얼마나 걸려요?", "된장.md"),
        ("Rye bread?", "And how hot?", "bread.md"),
    ],
)
def test_what_follows_is_found_within_the_conversation(library: Library, topic: str, question: str, name: str) -> None:
    found = library.searcher.search(question, in_context=f"{topic}\n{question}")
    assert found.passages[0].path.name == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("At how many degrees is rye bread baked?", "bread.md"),
        ("What is it that a celadon glaze holds?", "glaze.md"),
        ("Wie hoch darf die Kaution sein?", "mietrecht.md"),
        ("Celadon?", "glaze.md"),
    ],
)
def test_another_topic_is_searched_for_alone(library: Library, question: str, name: str) -> None:
    found = library.searcher.search(question, in_context=f"Raku firing?\n{question}")
    assert (found.passages[0].path.name, found.searched_for) == (name, "")


def test_what_nothing_answers_is_not_answered_from_the_conversation(library: Library) -> None:
    question = "Who won the football world championship in Sweden?"
    assert library.searcher.search(question, in_context=f"Raku firing?\n{question}").passages == ()


def test_what_was_searched_for_is_told(library: Library) -> None:
    asked = "Mietrecht?\nSeit wann gilt dieses Gesetz?"
    assert library.searcher.search("Seit wann gilt dieses Gesetz?", in_context=asked).searched_for == asked


def test_what_was_anticipated_in_a_conversation_is_there_at_once(library: Library) -> None:
    question, asked = "What does the work need besides?", "Throwing on the wheel?\nWhat does the work need besides?"
    first = library.searcher.search(question, in_context=asked)
    again = library.searcher.search(question, in_context=asked)
    assert (again.cached, again.passages, again.searched_for) == (True, first.passages, first.searched_for)
