"""When Python looks for reference cycles: on the window's thread, in small helpings.

Left alone, CPython does it on whichever thread allocates. On a worker it may delete Qt objects there, which Qt does not
allow; and a full look at the ~120,000 objects of the libraries below takes 110 ms, in which the window stands still.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500
YOUNG_PER_FULL = 60  # a full look every half a minute


class Collector(QObject):
    """Takes the collector over from CPython until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settled = False
        self._helpings = 0
        gc.disable()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def settle(self, _: object = None) -> None:
        """What the libraries have built stays for good: never look at it again."""
        gc.freeze()
        self._settled = True

    def stop(self) -> None:
        """Give the collector back."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _collect(self) -> None:
        self._helpings += 1
        full = self._settled and self._helpings % YOUNG_PER_FULL == 0
        gc.collect(2 if full else 1)
