"""Which library of llama.cpp is used here, told by a process that loads it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from engines.errors import EngineMissing
from engines.llama.bindings import llama_library


@dataclass(frozen=True, slots=True)
class LlamaReport:
    """`package`: the one that brought the library, with its version; "": the settings name its file.

    `version`: of llama.cpp. `features`: of the processor, those that the library uses. `trouble`, `hint`: the reason
    why it cannot be used, and what to do.
    """

    package: str = ""
    path: str = ""
    version: str = ""
    features: Sequence[str] = ()
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
        report = LlamaReport(file.package, str(file.path), version, library.features)
    json.dump(asdict(report), sys.stdout)
