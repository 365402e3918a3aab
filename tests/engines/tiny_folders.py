"""The factory of contracts for engines that read folders of safetensors."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from engines.protocol import Engine
from tests.engines.factory import Abilities
from tests.models.byte_bpe import CHATML
from tests.models.tiny_llama import write_tiny_folder

WINDOW = 4_096


class TinyFolders(ABC):
    """Engines on tiny models, each opened once and shared. They read the long text in about a second.

    `layers`: of models that write at random; more make reading slower.
    """

    abilities: Abilities
    layers: int
    long_text = "x1 " * 1_300

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: dict[object, Engine] = {}

    @abstractmethod
    def load(self, path: Path) -> Engine:
        """An engine with a window of WINDOW tokens."""

    @abstractmethod
    def open_without_memory(self) -> Engine:
        """See Factory."""

    @abstractmethod
    def kill(self, engine: Engine) -> bool:
        """See Factory."""

    def open(self, says: str | Sequence[bytes] | None = None, template: str = "") -> Engine:
        key = (says if isinstance(says, str | None) else tuple(says), template)
        if key not in self._opened:
            self._opened[key] = self.load(self.model(f"{len(self._opened)}", says, template or CHATML))
        return self._opened[key]

    def open_own(self) -> Engine:
        return self.load(self.model("own"))

    def damaged(self) -> Sequence[Callable[[], Engine]]:
        whole = (self.model("whole") / "model.safetensors").read_bytes()
        contents = [b"", whole[:1_000], whole[:-20_000]]
        folders = [self.model(f"damaged-{number}") for number in range(len(contents))]
        for folder, content in zip(folders, contents, strict=True):
            (folder / "model.safetensors").write_bytes(content)
        infinite = write_tiny_folder(self.folder / "infinite", scale=float("nan"))
        deeper = write_tiny_folder(self.folder / "deeper", extra={"num_hidden_layers": 30})  # than its weights
        broken = self.model("broken", template="{% for message in messages %}")
        return [partial(self.load, each) for each in (*folders, infinite, deeper, broken, self.folder / "missing")]

    def close(self) -> None:
        for engine in self._opened.values():
            engine.close()

    def model(self, name: str, says: str | Sequence[bytes] | None = None, template: str = CHATML) -> Path:
        """The folder of a new model; see Factory.open."""
        layers = self.layers if says is None else 2
        return write_tiny_folder(self.folder / name, context=WINDOW, layers=layers, says=says, template=template)
