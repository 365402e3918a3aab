"""A server that is told to end, at any moment from the first that others know of it."""

import signal

import pytest

from assistant.workspace import Workspace
from serving.access import ApiKeys
from serving.uvicorn_server import serve, until_a_signal

pytestmark = pytest.mark.logs("is not installed")


def test_a_signal_before_the_server_runs_ends_it(workspace: Workspace) -> None:
    before = signal.getsignal(signal.SIGTERM)
    said = list[str]()

    def told(text: str) -> None:
        said.append(text)
        signal.raise_signal(signal.SIGTERM)

    serve(workspace, ApiKeys(workspace.home.api_keys), ("127.0.0.1", 0), 1, told, until_a_signal)
    assert len(said) == 1 and said[0].startswith("Serving http://127.0.0.1:")
    assert signal.getsignal(signal.SIGTERM) is before
