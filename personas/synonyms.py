"""Words of questions, and the words that the texts of a subject have for them: `synonyms.tsv` of a persona."""

from __future__ import annotations

from pathlib import Path

from personas.persona import PersonaInvalid, Synonyms

SYNONYMS_FILE = "synonyms.tsv"
_MAX_BYTES = 256 * 1024  # some 5,000 rows, each of which is looked for in every question


def read_synonyms(folder: Path) -> Synonyms:
    """Read a persona's synonyms; none where it has no such file. Raises PersonaInvalid.

    A row is a phrase, a tab, and words with spaces between; `#` begins a comment.
    """
    path = folder / SYNONYMS_FILE
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        lines = data.decode("utf-8-sig").splitlines()
    except FileNotFoundError:
        return Synonyms()
    except OSError as error:
        raise PersonaInvalid(path, f"{SYNONYMS_FILE} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise PersonaInvalid(path, f"{SYNONYMS_FILE} is not UTF-8 text") from error
    if len(data) > _MAX_BYTES:
        raise PersonaInvalid(path, f"{SYNONYMS_FILE} is longer than {_MAX_BYTES // 1024} KiB")
    return Synonyms(tuple(_row(path, n, line) for n, line in enumerate(lines, 1) if line.strip() and line[0] != "#"))


def _row(path: Path, number: int, line: str) -> tuple[str, tuple[str, ...]]:
    phrase, tab, words = line.partition("\t")
    if not (phrase.strip() and tab and words.split()):
        raise PersonaInvalid(path, f"line {number} of {SYNONYMS_FILE} is no phrase, tab and words")
    return phrase.strip().lower(), tuple(words.split())
