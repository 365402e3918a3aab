"""What a client may ask for: six tools, and the documents as resources; each read-only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from errors import AppError
from serving.mcp.lookups import Lookups
from serving.mcp.results import (
    CountResult,
    DocumentResult,
    DocumentsResult,
    ListResult,
    OpenResult,
    PersonasResult,
    ReadResult,
    Result,
    SearchResult,
)
from serving.mcp.tool_arguments import (
    Arguments,
    CountArguments,
    DocumentArguments,
    DocumentsArguments,
    ListArguments,
    OpenArguments,
    PersonasArguments,
    ReadArguments,
    SearchArguments,
)


@dataclass(frozen=True, slots=True)
class Operation:
    """`verb`: for the log of connections, before what is asked for. `title`, `description`: of a tool, for models."""

    arguments: type[Arguments]
    result: type[Result]
    perform: Callable[[Lookups, Any], Result]
    verb: str
    title: str = ""
    description: str = ""


TOOLS: Mapping[str, Operation] = {
    "search": Operation(
        SearchArguments,
        SearchResult,
        Lookups.search,
        "search for",
        "Search the person's files",
        "Find passages of the person's own files for a question, by meaning and by words, best first, each with its"
        " file, heading, page and relevance. Cite the file and heading of what you use."
        " open_passage shows more around one.",
    ),
    "open_passage": Operation(
        OpenArguments,
        OpenResult,
        Lookups.open_passage,
        "open a passage of",
        "Open a passage",
        "Show a passage that search found together with what stands before and after it in its file.",
    ),
    "read_document": Operation(
        ReadArguments,
        ReadResult,
        Lookups.read_document,
        "read",
        "Read a document",
        "Read the whole text of a file, page by page: go on with next_offset until it is null.",
    ),
    "list_files": Operation(
        ListArguments,
        ListResult,
        Lookups.list_files,
        "list files",
        "List folders and files",
        "List the watched folders and their files with their state: indexed, waiting, skipped or failed, and why.",
    ),
    "count": Operation(
        CountArguments,
        CountResult,
        Lookups.count,
        "count",
        "Count in whole files",
        "Count, add up, average or list things over all of a file or table, by a program and not by a model. Name what"
        " is counted and, where you know it, the file. Rely on these numbers instead of counting passages.",
    ),
    "personas": Operation(
        PersonasArguments,
        PersonasResult,
        Lookups.personas,
        "list personas",
        "List personas",
        "List the personas: each has pages of its own on a subject, which search and count look in too when they are"
        " given it.",
    ),
}
RESOURCES: Mapping[str, Operation] = {
    "documents": Operation(DocumentsArguments, DocumentsResult, Lookups.documents, "list documents"),
    "document": Operation(DocumentArguments, DocumentResult, Lookups.document, "read"),
}
OPERATIONS: Mapping[str, Operation] = {**TOOLS, **RESOURCES}


class ArgumentsInvalid(AppError):
    """Arguments are not what a tool takes."""


def arguments_of(name: str, given: Mapping[str, Any]) -> Arguments:
    """The arguments of an operation. Raises ArgumentsInvalid."""
    try:
        return OPERATIONS[name].arguments.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        named = ".".join(map(str, first["loc"])) or "arguments"
        takes = ", ".join(OPERATIONS[name].arguments.model_fields)
        raise ArgumentsInvalid(f"`{named}` of {name} is not right: {first['msg']}", f"It takes {takes}.") from error


def perform(lookups: Lookups, name: str, given: Mapping[str, Any]) -> Result:
    """The result of an operation. Raises ArgumentsInvalid, and AppError as it does itself."""
    operation = OPERATIONS[name]
    return operation.perform(lookups, arguments_of(name, given))
