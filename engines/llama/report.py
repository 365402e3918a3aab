"""Which library of llama.cpp is used here, told by a process that loads it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engines.errors import EngineMissing
from engines.llama.bindings import llama_library
from engines.llama.library_file import LlamaDevice


@dataclass(frozen=True, slots=True)
class LlamaReport:
    """`package`: the one that brought the library, with its version; "": the settings name its file.

    `version`: of llama.cpp. `features`: of the processor, those that the library uses. `backends`: what it was built
    for, the processor last; empty where it does not tell. `processor`: the kind that the part in use was compiled for,
    as `zen4`; "": it has one part only. `gpus`: those that it can use, with their memory now.
    `trouble`, `hint`: the reason why it cannot be used, and what to do.
    """

    package: str = ""
    path: str = ""
    version: str = ""
    features: Sequence[str] = ()
    backends: Sequence[str] = ()
    processor: str = ""
    gpus: Sequence[LlamaDevice] = ()
    trouble: str = ""
    hint: str = ""


def write_report(chosen: str) -> None:
    """Load the library, the chosen file or "" for the best, and write the report to standard output as JSON."""
    try:
        library = llama_library(Path(chosen) if chosen else None)
    except EngineMissing as error:
        report = LlamaReport(trouble=error.title, hint=error.hint)
    else:
        file, version = library.file, library.api.llama_version().decode()
        found = library.features, library.backends, library.log.processor, library.gpus
        report = LlamaReport(file.package, str(file.path), version, *found)
    json.dump(asdict(report), sys.stdout)


def read_report(text: str) -> LlamaReport:
    """The report that `write_report` wrote. Raises ValueError, TypeError."""
    fields = json.loads(text)
    gpus = tuple(LlamaDevice(**one) for one in fields.pop("gpus"))
    return LlamaReport(**fields, gpus=gpus)
