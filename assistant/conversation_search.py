"""Finding conversations by the words in them."""

import sqlite3

# The trigram tokenizer finds any part of a word in any script, but nothing shorter than this.
_SHORTEST_INDEXED = 3
_CREATE = "CREATE VIRTUAL TABLE IF NOT EXISTS found_turns USING fts5 (text, tokenize = trigram)"


class ConversationSearch:
    """SQL conditions for a search: through a full-text index where SQLite has one, else by looking at every turn."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._indexed = self._build_index()

    def add(self, number: int, question: str, answer: str) -> None:
        """Make a saved turn findable, within the caller's transaction."""
        if self._indexed:
            self._connection.execute(
                "INSERT INTO found_turns (rowid, text) VALUES (?, ?)", (number, f"{question}\n{answer}")
            )

    def condition(self, words: list[str]) -> tuple[str, tuple[str, ...]]:
        """A condition on conversations `c`, true where the title or one turn has every word, and its values."""
        title = " AND ".join(["c.title LIKE ? ESCAPE '\\'"] * len(words))
        if self._indexed and all(len(word) >= _SHORTEST_INDEXED for word in words):
            query = " ".join('"' + word.replace('"', '""') + '"' for word in words)
            turn = "number IN (SELECT rowid FROM found_turns WHERE text MATCH ?)"
            values: tuple[str, ...] = (query,)
        else:
            turn = " AND ".join(["question || char(10) || answer LIKE ? ESCAPE '\\'"] * len(words))
            values = tuple(_pattern(word) for word in words)
        in_turn = f"c.id IN (SELECT conversation_id FROM turns WHERE {turn})"
        return f"(({title}) OR {in_turn})", (*(_pattern(word) for word in words), *values)

    def _build_index(self) -> bool:
        try:
            self._connection.execute(
                "CREATE VIRTUAL TABLE IF NOT EXISTS found_turns USING fts5 (text, tokenize = trigram)"
            )
        except sqlite3.OperationalError:  # SQLite without FTS5, or older than 3.34
            return False
        # Turns written where SQLite had no index are added here.
        self._connection.execute(
            "INSERT INTO found_turns (rowid, text) SELECT number, question || char(10) || answer FROM turns"
            " WHERE number NOT IN (SELECT rowid FROM found_turns)"
        )
        return True


def _pattern(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
