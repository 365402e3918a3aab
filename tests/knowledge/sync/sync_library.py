"""What the tests of a sync share: an embedder that counts, and a look at folder, ledger and index."""

import os
import time

import numpy as np

from knowledge.index.index import IndexTable
from knowledge.sync.indexing import folder_name
from knowledge.sync.walk import list_directories


class Words:
    """Three numbers for a text, which are the same for the same text. Counts what it embeds."""

    name, dimensions, max_tokens = "words", 3, 256

    def __init__(self):
        self.embedded = []

    def embed(self, texts):
        self.embedded += texts
        rows = np.array([[1, len(t), sum(t.encode()) % 97] for t in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_question(self, question):
        return self.embed([question])[0]

    def token_counts(self, texts):
        return [len(t.split()) + 2 for t in texts]

    def piece_ranks(self, words):
        return None

    def close(self):
        pass


def write(path, text, seconds_ago=10):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    then = time.time_ns() - seconds_ago * 10**9
    os.utime(path, ns=(then, then))
    return path


def walk(folder, **options):
    """Every file below a folder, in the order in which directories are listed."""
    for listing in list_directories(folder, **options):
        yield from listing.found()


def ids(library):
    return {row.path: row.id for row in library.files()}


def index(tmp_path):
    return IndexTable(tmp_path / "home" / "index" / folder_name("words"), 3)


def index_version(tmp_path):
    return index(tmp_path).version()


def assert_true(library, ledger, tmp_path, *folders):
    """Folder, ledger and index hold the same."""
    found = {found.path for folder in folders for found in walk(folder)}
    assert {row.path for row in library.files()} == found
    assert index(tmp_path).ids() == ledger.chunks.ids()
    assert not ledger.read("SELECT * FROM pending")
