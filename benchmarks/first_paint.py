"""First paint of the window against a bare QMainWindow: both as fresh processes, interleaved, medians compared.

A run is timed by this process, from starting the interpreter until the child says that its first paint is over. Then
the child reports which heavy libraries are loaded: there must be none.

    python benchmarks/first_paint.py [--runs 15] [--platform offscreen]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEAVY = ("lancedb", "llama_cpp", "onnxruntime", "torch", "pyarrow", "numpy", "sqlite3", "markdown_it", "pygments")

BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, painted)

def painted():
    print("painted", flush=True)
    QApplication.quit()

application = QApplication([])
window = Window()
window.resize(1180, 780)
window.show()
application.exec()
"""

CARREL = """
import sys
from pathlib import Path
from assistant.home import Home
from desktop.app import open_app, build_application

def painted():
    print("painted", flush=True)
    print(" ".join(name for name in sys.argv[2:] if name in sys.modules), flush=True)
    application.quit()

application = build_application()
app = open_app(Home(Path(sys.argv[1])))
app.window.painted.disconnect()
app.window.painted.connect(painted)
app.window.show()
application.exec()
"""


def first_paint(program: str, home: str) -> tuple[float, str]:
    """Milliseconds from starting the interpreter to the end of the first paint; heavy modules loaded by then."""
    began = time.perf_counter()
    command = [sys.executable, "-c", program, home, *HEAVY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        took_ms = (time.perf_counter() - began) * 1e3
        if line.strip() != "painted":
            raise SystemExit("The window did not paint.")
        return took_ms, child.stdout.readline().strip()


def main() -> None:
    """Print the ratio of the medians and every raw figure, in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--platform", default=os.environ.get("QT_QPA_PLATFORM", "offscreen"))
    parser.add_argument("--json", action="store_true", help="it is always that")
    given = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = given.platform
    with tempfile.TemporaryDirectory() as home:
        for program in (BARE, CARREL):
            first_paint(program, home)  # fill the caches of files and bytecode
        runs = [(first_paint(BARE, home), first_paint(CARREL, home)) for _ in range(given.runs)]
    bare, carrel = [run[0][0] for run in runs], [run[1][0] for run in runs]
    middle = statistics.median(bare), statistics.median(carrel)
    report = {
        "ratio": round(middle[1] / middle[0], 3),
        "ratio_of_fastest": round(min(carrel) / min(bare), 3),
        "bare_ms": round(middle[0], 1),
        "carrel_ms": round(middle[1], 1),
        "platform": given.platform,
        "heavy_modules": sorted({name for run in runs for name in run[1][1].split()}),
        "raw_bare_ms": [round(each, 1) for each in bare],
        "raw_carrel_ms": [round(each, 1) for each in carrel],
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
