"""What was shown as saved survives a kill at any moment."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.conversations.conversations import Conversations

_ANSWERING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.assistant.samples import make_passage
from assistant.conversations.conversations import Conversations
from assistant.reading.retrieval import LibraryReader
from assistant.turn import Question, RunningTurn
from assistant.values import Answered
from assistant.answers.writer import QuotesWriter
from knowledge.passage import Retrieval

found = Retrieval((make_passage("The desk is made of oak. " * 40),), {})
sources = LibraryReader(ThreadPoolExecutor(1), lambda question, in_context: found)

talks, history = Conversations(Path(sys.argv[1])), ()
while True:
    asked = Question(text="Which oak desk?", persona_id="001", conversation_id=sys.argv[3], history=history)
    for event in RunningTurn(asked, sources, QuotesWriter(), talks.save):
        if isinstance(event, Answered):
            print(event.turn.id, flush=True)
            history = (*history, event.turn)
"""


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_every_turn_announced_as_answered_survives_a_kill(tmp_path: Path) -> None:
    announced: set[str] = set()
    moments = random.Random(1)
    for number in range(6):
        arguments = [str(tmp_path / "talks.db"), str(Path(__file__).parents[3]), f"talk-{number}"]
        command = [sys.executable, "-c", _ANSWERING, *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            announced.add(child.stdout.readline().strip())
            time.sleep(moments.uniform(0.01, 0.3))
            child.kill()
            announced |= {line for line in child.stdout.read().split("\n")[:-1] if line}
    talks = Conversations(tmp_path / "talks.db")
    kept = {turn.id for summary in talks.list() for turn in talks.turns(summary.id)}
    talks.close()
    assert len(announced) > 20
    assert announced <= kept
