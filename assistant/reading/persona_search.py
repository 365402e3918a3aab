"""How a persona searches: where it looks, and what is found for many questions at once."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.composing.reach import ALL_FOLDERS, Reach
from assistant.reading.retrieval import Find
from knowledge import Library, Retrieval, Scope, all_filters
from personas import Persona


def persona_scope(reach: Reach, persona: Persona) -> Scope:
    """What to search. Of single files the answer is to come from them alone, without what the persona knows."""
    return Scope(reach.paths or None, None if reach.files else persona.id)


def find_many(
    library: Library,
    persona: Persona,
    questions: Sequence[str],
    *,
    passages: int,
    where: str | None = None,
    reach: Reach = ALL_FOLDERS,
) -> Sequence[Retrieval | None]:
    """What a persona finds for each question, in less time than one by one; None where it reads no files.

    `passages`: the most for each. `where`: a filter besides the persona's. `reach`: where to search. Raises
    FilterInvalid.
    """
    if not persona.files:
        return [None] * len(questions)
    found = library.searcher.search_many(
        questions,
        scope=persona_scope(reach, persona),
        k=passages,
        where=all_filters((persona.where, where)),
        also=[persona.synonyms.words_for(question) for question in questions],
    )
    return list(found)


def already_found(found: Retrieval) -> Find:
    """A search that has been done."""
    return lambda question, *, in_context: found


def find_nothing(question: str, *, in_context: str) -> Retrieval:
    """A search that is not to be done."""
    return Retrieval((), {})
