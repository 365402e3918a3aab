"""Takes the README's pictures of the real window over the real personas, and a folder of notes made for them.

    PYTHONPATH=. python docs/make_screenshots.py [--model FILE.gguf] [--font Inter] [--out docs/images]

Without a model the answers are quotes, and the pictures show that.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import QApplication

from assistant.home import Home
from desktop.app import DesktopApp, build_application, open_app
from desktop.widgets.theme import DARK, LIGHT
from desktop.window.workbench import Workbench

ROOT = Path(__file__).parent.parent
WIDTH, HEIGHT = 1360, 860  # px
SETTLE_S = 0.6
QUESTION = (
    "I have a 70B parameter model and inference latency is 8 seconds per request on A100 GPUs. "
    "How can I optimise this to under 2 seconds?"
)
NOTES = {
    "serving/2025-03 latency review.md": "# Latency review\n\n## Findings\n\nThe p95 of the summariser is 8.1 seconds. "
    "Four A100 cards are busy 40 % of the time. Layers are split naively over the cards.\n",
    "serving/decisions.md": "# Decisions\n\n## Quantisation\n\nWe accept 4-bit weights if the score on our own set "
    "drops by less than one point.\n",
    "reading/attention.txt": "FlashAttention keeps the score matrix out of memory by working in tiles.\n",
    "reading/scan.pdf": "%PDF-1.4 broken",
    "reading/figure.png": "not a picture",
    "meetings/2025-03-14.md": "# Meeting\n\n- Try tensor parallelism first.\n- Measure before and after.\n",
}


class Photographer:
    """Drives the window and saves what it shows."""

    def __init__(self, app: DesktopApp, workbench: Workbench, out: Path) -> None:
        self._desk, self._bench, self._out = app, workbench, out

    def wait(self, until: Callable[[], bool], limit_s: float = 600) -> None:
        """Run the event loop until something is so, and then a little longer."""
        end = time.monotonic() + limit_s
        while not until():
            self._turn(end)
        settled = time.monotonic() + SETTLE_S
        while time.monotonic() < settled:
            self._turn(end)

    def take(self, name: str) -> None:
        """Save the window as it is."""
        self.wait(lambda: True)
        path = self._out / f"{name}.png"
        picture = self._desk.window.grab().toImage()
        with_few_colours(picture).save(str(path), quality=0)
        sys.stdout.write(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB\n")

    def _turn(self, end: float) -> None:
        QApplication.processEvents()
        time.sleep(0.004)
        if time.monotonic() > end:
            raise SystemExit("The window did not get there in time.")

    def ask(self, question: str) -> None:
        """Ask, and wait for the whole answer."""
        self._bench.chat.ask(question)
        self.wait(lambda: not self._bench.session.busy)


def with_few_colours(picture: QImage) -> QImage:
    """The picture in 256 colours, the theme's and its own commonest: plenty for one accent on grey, in a third of
    the bytes."""
    whole = picture.convertToFormat(QImage.Format.Format_RGB32)
    pixels = memoryview(whole.constBits()).cast("I")
    theme = [QColor(colour).rgb() for colour in (*LIGHT, *DARK)]
    table = [*theme, *(colour for colour, _ in Counter(pixels).most_common(256 - len(theme)))]
    return whole.convertToFormat(QImage.Format.Format_Indexed8, table, Qt.ImageConversionFlag.ThresholdDither)


def write_notes(folder: Path) -> None:
    """A small folder with something of everything."""
    for name, text in NOTES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def shoot(camera: Photographer, app: DesktopApp, workbench: Workbench, notes: Path, model: Path | None) -> None:
    """Every picture, in the order in which a newcomer would see them."""
    camera.wait(lambda: workbench.personas.current is not None and not workbench.folders.busy)
    camera.take("first-start")
    workbench.folders.add(notes)
    camera.wait(lambda: len(workbench.folders.snapshot.files) == len(NOTES) and not workbench.folders.busy)
    workbench.personas.choose("410-llm-engineer")
    workbench.pages.show_folders()
    camera.wait(lambda: "410-llm-engineer" in workbench.sidebar.sizes)
    camera.take("folders")
    workbench.start_new()
    camera.take("persona")
    if model is not None:
        workbench.models.choose(model)
        camera.wait(lambda: bool(workbench.models.state.engine) or bool(workbench.chat.notices.notices()))
    camera.ask(QUESTION)
    camera.take("answer")
    workbench.chat.cited.emit(workbench.session.turns[-1], workbench.session.turns[-1].citations[0].n)
    camera.take("source")
    app.appearance.choose_scheme("dark")
    workbench.panel.show_performance()
    camera.wait(lambda: len(workbench.panel.open().performance.memory.sparkline.values) > 4)
    camera.take("performance-dark")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--font", default="Inter")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    given.out.mkdir(parents=True, exist_ok=True)
    application = build_application()
    application.setFont(QFont(given.font, 10))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["HOME"] = scratch  # so that a folder shows as ~/Notes
        notes = Path(scratch) / "Notes"
        write_notes(notes)
        app = open_app(Home(Path(scratch) / "home").create())
        app.window.resize(WIDTH, HEIGHT)
        app.window.show()
        while app.workbench is None:
            application.processEvents()
        shoot(Photographer(app, app.workbench, given.out), app, app.workbench, notes, given.model)
        app.window.close()
        app.close()


if __name__ == "__main__":
    main()
