"""A server that is killed in the middle of a batch: the next one answers what is left, and nothing twice."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from assistant.home import Home
from assistant.workspace import Workspace
from serving.access import ApiKey, ApiKeys
from tests.faults.owner.test_owner import ENVIRONMENT, ROOT

pytestmark = [pytest.mark.timeout(120), pytest.mark.logs("is not installed")]
LINES = 400


@contextmanager
def api(home: Path, key: str) -> Iterator[Any]:
    """OpenAI's client for a server that is killed afterwards."""
    command = [sys.executable, "-m", "desktop", "--home", str(home), "serve", "--port", "0", "--model", "none"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        address = next(found[1] for told in process.stderr if (found := re.search(r"(http://\S+/v1)", told)))
        yield OpenAI(base_url=address, api_key=key, max_retries=0, timeout=20)
    finally:
        process.kill()
        process.wait(10)
        process.stderr.close()


def test_a_killed_servers_batch_is_finished_by_the_next(tmp_path: Path, notes: Path) -> None:
    opened = Workspace(Home(tmp_path / "home"))
    opened.library.add_folder(notes)
    opened.library.sync()
    opened.close()
    home = opened.home.path
    key = ApiKeys(opened.home.api_keys).add(ApiKey(name="test", digest="", requests_per_minute=100_000))
    lines = [
        {
            "custom_id": str(n),
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"messages": [{"role": "user", "content": f"What is desk {n} made of?"}]},
        }
        for n in range(LINES)
    ]
    with api(home, key) as client:
        file = client.files.create(file=("asked.jsonl", "\n".join(map(json.dumps, lines)).encode()), purpose="batch")
        batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
        while (before := client.batches.retrieve(batch.id).request_counts.completed) < 20:
            time.sleep(0.01)
    assert before < LINES
    with api(home, key) as client:
        assert client.batches.retrieve(batch.id).request_counts.completed >= before
        while (batch := client.batches.retrieve(batch.id)).status == "in_progress":
            time.sleep(0.1)
        results = client.files.content(batch.output_file_id).text.splitlines()
    assert batch.status == "completed"
    assert [json.loads(one)["custom_id"] for one in results] == [str(n) for n in range(LINES)]
    assert "oak" in results[-1]
