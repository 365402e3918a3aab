"""The answer from whole documents without a model: exact, cited, and labelled as what it is."""

from pathlib import Path

from assistant.answers.whole_answer import WholeAnswer, answer_from_whole
from assistant.values import Citation
from knowledge.passage import Passage
from knowledge.whole.outline import outline, whole_passages
from knowledge.whole.outline_facts import outline_facts
from knowledge.whole.question import whole_intent
from knowledge.whole.table_facts import table_facts
from knowledge.whole.tables import find_tables
from knowledge.whole.whole import WholeDocument, WholeReading
from knowledge.whole.words.words import words_for

TABLE = "| name | state |\n| --- | --- |\n" + "".join(
    f"| Part {n} | {'new' if n % 2 else 'old'} |\n" for n in range(62)
)
REPORT = "# Report\n\n" + "".join(f"## Chapter {n}\n\nIt begins with {n}. It goes on.\n\n" for n in range(20))


def document(question: str, text: str, name: str, meant: bool = True) -> WholeDocument:
    intent = whole_intent(question)
    assert intent is not None
    blank = Passage(chunk_id=0, path=Path("/notes") / name, text="", start=0, end=0)
    sections = outline(text)
    facts = [
        fact
        for table in find_tables(text)
        for fact in table_facts(question, table, [name], words_for(question.casefold()))
    ]
    facts += outline_facts(question, intent.rest, text, outline(text), [name])
    passages = tuple(whole_passages(text, sections, blank))
    return WholeDocument(path=blank.path, passages=passages, sections=tuple(sections), facts=tuple(facts), meant=meant)


def answered(question: str, *texts: tuple[str, str], meant: bool = True) -> WholeAnswer | None:
    intent = whole_intent(question)
    assert intent is not None
    return answer_from_whole(WholeReading(intent, tuple(document(question, text, name, meant) for name, text in texts)))


def markdown(answer: WholeAnswer | None) -> str:
    assert answer is not None
    return "".join(part.markdown for part in answer.parts)


def citations(answer: WholeAnswer | None) -> list[Citation]:
    assert answer is not None
    return [citation for part in answer.parts for citation in part.citations]


def test_count_is_the_exact_number_with_its_source() -> None:
    answer = answered("How many parts are new?", ("parts.csv", TABLE))
    assert "**31 of 62 rows where state = new** [1]" in markdown(answer)
    assert citations(answer)[0].quote.startswith("| name | state |")


def test_list_is_bounded_and_every_item_cites_its_own_row() -> None:
    answer = answered("List all parts", ("parts.csv", TABLE))
    assert "- Part 0 · old [1]" in markdown(answer)
    assert "- and 42 more\n" in markdown(answer)
    assert citations(answer)[1].quote == "| Part 0 | old |"


def test_summary_is_labelled_and_shows_sections_from_all_of_it() -> None:
    answer = answered("Summarise report.md", ("report.md", REPORT))
    assert "how 12 of 20 sections begin, word for word. No model has summarised it." in markdown(answer)
    assert "> It begins with 0. [1]" in markdown(answer)
    assert "> It begins with 19." in markdown(answer)


def test_comparison_shows_what_differs_side_by_side() -> None:
    other = REPORT.replace("It begins with 3.", "It opens with 3.").replace(
        "## Chapter 5\n\nIt begins with 5.", "## Chapter 5\n\n"
    )
    answer = answered("Compare a.md and b.md", ("a.md", REPORT), ("b.md", other))
    rows = [line for line in markdown(answer).splitlines() if line.startswith("| It")]
    assert rows[0].startswith("| It begins with 3. [1] | It opens with 3. [2]")
    assert rows[1].startswith("| It begins with 5. [1] | —")


def test_every_citation_is_the_text_at_its_span_in_the_passage_of_its_number() -> None:
    for question, name, text in (("List all parts", "parts.csv", TABLE), ("Summarise report.md", "report.md", REPORT)):
        answer = answered(question, (name, text))
        assert answer is not None
        for citation in citations(answer):
            assert citation.quote == text[citation.start : citation.end]
            passage = answer.context.passages[citation.n - 1]
            assert passage.start <= citation.start < citation.end <= passage.end


def test_markdown_in_a_cell_stays_text() -> None:
    answer = answered("List all rows", ("a.csv", "| name |\n|---|\n| **x** [1] <b> |\n"))
    assert r"- \*\*x\*\* \[1\] \<b> [1]" in markdown(answer)


def test_nothing_is_answered_where_nothing_was_counted() -> None:
    assert answered("How many wheels are there?", ("report.md", REPORT)) is None


def test_document_that_is_only_found_most_is_not_summarised() -> None:
    assert answered("Summarise the wheels", ("report.md", REPORT), meant=False) is None


def test_same_documents_have_no_difference_to_show() -> None:
    assert answered("Compare a.md and b.md", ("a.md", REPORT), ("b.md", REPORT)) is None


def test_summary_says_how_much_was_read() -> None:
    answer = answered("How many parts are new?", ("parts.csv", TABLE))
    assert answer is not None
    (read,) = answer.context.read_whole
    assert (read.path.name, read.complete, read.sections, read.share) == ("parts.csv", True, 1, 1.0)


def test_summary_of_a_table_says_what_it_holds() -> None:
    answer = answered("Summarise parts.csv", ("parts.csv", TABLE))
    assert "62 rows; columns: name, state; state: old 31, new 31** [1]" in markdown(answer)


def test_comparison_that_ends_early_says_so() -> None:
    long = "".join(f"Line number {n}.\n\n" for n in range(3100))
    answer = answered("Compare a.md and b.md", ("a.md", long), ("b.md", f"New.\n\n{long}"))
    assert "Only the first 3,000 sentences of each were compared." in markdown(answer)
