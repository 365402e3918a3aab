"""Share of attacks and of harmless prompts that are flagged, over files of labelled prompts.

    python -m benchmarks.injection PATH

PATH: a folder of JSON files, each a list of objects with `prompt` and, where some are attacks, `label` 1.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from assistant.guards import find_injection


def main() -> None:
    """Print a line for each file, and with --show the prompts that were judged wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    for file in sorted(arguments.path.glob("*.json")):
        rows = [(str(row["prompt"]), int(row.get("label", 0)) == 1) for row in json.loads(file.read_text("utf-8"))]
        begun = time.perf_counter()
        flagged = [bool(find_injection(prompt)) for prompt, _ in rows]
        milliseconds = (time.perf_counter() - begun) * 1000 / len(rows)
        for attack, name in ((True, "attacks flagged"), (False, "harmless flagged")):
            of = [flag for flag, (_, is_attack) in zip(flagged, rows, strict=True) if is_attack == attack]
            if of:
                share = sum(of) / len(of)
                print(f"{file.name}: {name} {sum(of)} of {len(of)} ({share:.1%}), {milliseconds:.2f} ms each")
        if arguments.show:
            wrong = [row for row, flag in zip(rows, flagged, strict=True) if flag != row[1]]
            for prompt, is_attack in wrong:
                print("  missed" if is_attack else "  false", repr(prompt[:200]))


if __name__ == "__main__":
    main()
