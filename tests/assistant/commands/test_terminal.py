import io
import json

from assistant.terminal import Terminal


def test_json_leaves_text_for_people_out() -> None:
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(True, out, err)
    terminal.say("hello")
    terminal.progress("half")
    terminal.note("done")
    terminal.report({"a": 1})
    assert json.loads(out.getvalue()) == {"a": 1}
    assert "done" in err.getvalue()


def test_text_leaves_json_out() -> None:
    out = io.StringIO()
    terminal = Terminal(False, out, io.StringIO())
    terminal.report({"a": 1})
    terminal.say("hello")
    assert out.getvalue() == "hello\n"


def test_names_that_are_no_text_are_still_json() -> None:
    out = io.StringIO()
    Terminal(True, out, io.StringIO()).report({"path": "a\udcff 法"})
    assert json.loads(out.getvalue()) == {"path": "a\udcff 法"}


def test_chinese_stays_readable_in_json() -> None:
    out = io.StringIO()
    Terminal(True, out, io.StringIO()).report({"text": "法律\n"})
    assert "法律" in out.getvalue()
