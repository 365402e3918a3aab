"""Arguments of the tools, typed and described for the models that call them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_PASSAGES, MOST_FILES, MOST_CHARACTERS = 50, 500, 100_000

Question = Annotated[str, Field(min_length=1, max_length=4_000)]
PersonaName = Annotated[
    str,
    Field("", description="a persona by number, id or name: its own pages are searched too, and its filter applies"),
]
Folders = Annotated[
    list[str], Field(default_factory=list, description="only in these watched folders, or folders inside them")
]
Where = Annotated[str, Field("", description="a filter over front matter, such as: year >= 2020")]
FilePath = Annotated[str, Field(min_length=1, description="the path of a file, as another tool gave it")]
Offset = Annotated[int, Field(0, ge=0, description="where to begin: `next_offset` of the page before")]


class Arguments(BaseModel):
    """Arguments of a tool; others than it names are refused."""

    model_config = ConfigDict(extra="forbid")

    @property
    def asks(self) -> str:
        """What is asked for, for the log of connections."""
        return next((value for value in self.__dict__.values() if isinstance(value, str) and value), "")


class SearchArguments(Arguments):
    """Arguments of `search`."""

    question: Annotated[Question, Field(description="a question or words, in any language")]
    persona: PersonaName
    folders: Folders
    where: Where
    passages: Annotated[int, Field(8, ge=1, le=MOST_PASSAGES, description="how many passages to return at most")]


class OpenArguments(Arguments):
    """Arguments of `open_passage`."""

    path: FilePath
    start: Annotated[int, Field(ge=0, description="`start` of the passage, as `search` gave it")]
    end: Annotated[int, Field(ge=1, description="`end` of the passage, as `search` gave it")]


class ReadArguments(Arguments):
    """Arguments of `read_document`."""

    path: FilePath
    offset: Offset
    characters: Annotated[int, Field(20_000, ge=100, le=MOST_CHARACTERS, description="the length of a page at most")]


class ListArguments(Arguments):
    """Arguments of `list_files`."""

    name: Annotated[str, Field("", description="only files whose names have one of these words")]
    folders: Folders
    status: Annotated[
        Literal["", "indexed", "waiting", "skipped", "failed"], Field("", description="only files in this state")
    ]
    where: Where
    offset: Offset
    files: Annotated[int, Field(100, ge=1, le=MOST_FILES, description="how many files to return at most")]


class CountArguments(Arguments):
    """Arguments of `count`."""

    question: Annotated[
        Question, Field(description="what to count, list or add up, such as: How many invoices are open?")
    ]
    persona: PersonaName
    folders: Folders
    where: Where


class PersonasArguments(Arguments):
    """Arguments of `personas`."""

    words: Annotated[str, Field("", description="only personas whose names, summaries or tags have all of these words")]
    offset: Offset
    personas: Annotated[int, Field(100, ge=1, le=MOST_FILES, description="how many personas to return at most")]


class DocumentsArguments(Arguments):
    """A page of the documents. `cursor`: "", or that of the page before."""

    cursor: str = ""


class DocumentArguments(Arguments):
    """A document, by its address."""

    uri: str
