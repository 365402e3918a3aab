import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoders.encoder_folder import WeightsUnreadable, read_header
from knowledge.encoders.onnx_encoders import OnnxEmbedder
from knowledge.encoders.torch_file import write_safetensors
from tests.models import tiny_xlm_roberta
from tests.models.tiny_bert import Array


class Named:
    """Stands in a pickle for something of torch's, by name alone."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Call:
    """Pickled as a call of something by name."""

    def __init__(self, function: Named, *arguments: object) -> None:
        self.function, self.arguments = function, arguments


class Changed:
    """Pickled as something that is given new attributes."""

    def __init__(self, value: Named | Call, state: object) -> None:
        self.value, self.state = value, state


class Storage:
    def __init__(self, key: str, array: Array, kind: str = "FloatStorage") -> None:
        self.key, self.array, self.kind = key, array, kind


class Pickler(pickle._Pickler):
    """Writes as torch.save does; in Python, so that a name can be written without the thing that bears it."""

    write: Callable[[bytes], object]

    def persistent_id(self, value: object) -> tuple[object, ...] | None:
        if isinstance(value, Storage):
            return ("storage", Named("torch", value.kind), value.key, "cpu", value.array.size)
        return None

    def save(self, value: object, save_persistent_id: bool = True) -> None:
        if isinstance(value, Named):
            self.write(b"c" + f"{value.module}\n{value.name}\n".encode())
        elif isinstance(value, Call):
            self.save(value.function)
            self.save(value.arguments)
            self.write(b"R")
        elif isinstance(value, Changed):
            self.save(value.value)
            self.save(value.state)
            self.write(b"b")
        else:
            super().save(value, save_persistent_id)  # type: ignore[misc]  # typeshed leaves it out


def tensor(
    storage: Storage | str, shape: tuple[int, ...], offset: int = 0, stride: tuple[int, ...] | None = None
) -> Call:
    rows = stride or tuple(int(np.prod(shape[n + 1 :])) for n in range(len(shape)))
    return Call(Named("torch._utils", "_rebuild_tensor_v2"), storage, offset, shape, rows, False, OrderedDict())


def write_torch(path: Path, state: object, storages: Iterable[Storage] = (), root: str = "archive") -> None:
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open(f"{root}/data.pkl", "w") as file:
            Pickler(file, protocol=2).dump(state)
        for storage in storages:
            archive.writestr(f"{root}/data/{storage.key}", storage.array.tobytes())
        archive.writestr(f"{root}/version", "3\n")


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    storages = {name: Storage(str(n), array) for n, (name, array) in enumerate(arrays.items())}
    state = OrderedDict((name, tensor(storage, storage.array.shape)) for name, storage in storages.items())
    write_torch(path, state, storages.values())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "pytorch_model.bin"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def read(path: Path, name: str) -> Array:
    start, end = read_header(path)[name].span
    return np.frombuffer(path.read_bytes()[start:end], np.float32).reshape(read_header(path)[name].shape)


def test_a_model_of_torch_gives_the_same_vectors_as_its_safetensors(tmp_path: Path) -> None:
    weights = tiny_xlm_roberta.write_embedder(tmp_path / "tiny")
    write_arrays(tmp_path / "tiny" / "pytorch_model.bin", weights)
    write_safetensors(tmp_path / "tiny" / "pytorch_model.bin", tmp_path / "tiny" / "model.safetensors")
    embedder = OnnxEmbedder(tmp_path / "tiny", precision="float32", threads=1)
    ids = tiny_xlm_roberta.tokenizer().encode("the cat").ids
    assert embedder.embed(["the cat"])[0] == pytest.approx(tiny_xlm_roberta.vector(weights, ids), abs=1e-5)
    embedder.close()


def test_every_number_arrives(source: Path, target: Path) -> None:
    arrays = {"a": np.arange(12, dtype=np.float32).reshape(3, 4), "b.c": np.array([7], np.float32)}
    write_arrays(source, arrays)
    write_safetensors(source, target)
    assert read_header(target).keys() == arrays.keys()
    for name, array in arrays.items():
        assert read(target, name).tolist() == array.tolist()


def test_two_tensors_may_share_a_storage(source: Path, target: Path) -> None:
    shared = Storage("0", np.arange(6, dtype=np.float32))
    write_torch(source, {"x": tensor(shared, (2,)), "y": tensor(shared, (2, 2), offset=2)}, [shared])
    write_safetensors(source, target)
    assert read(target, "x").tolist() == [0, 1]
    assert read(target, "y").tolist() == [[2, 3], [4, 5]]


@pytest.mark.parametrize(("kind", "dtype"), [("HalfStorage", "F16"), ("BFloat16Storage", "BF16")])
def test_half_precision_keeps_its_name(source: Path, target: Path, kind: str, dtype: str) -> None:
    halves = Storage("0", np.zeros(4, np.float16), kind)
    write_torch(source, {"x": tensor(halves, (4,))}, [halves])
    write_safetensors(source, target)
    assert read_header(target)["x"].dtype == dtype


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "system"),
        ("posix", "system"),
        ("builtins", "eval"),
        ("builtins", "getattr"),
        ("torch", "load"),
        ("torch", "FloatStorage.__class__"),
        ("collections", "namedtuple"),
        ("torch._utils", "_rebuild_parameter"),
        ("knowledge.encoders.torch_file", "write_safetensors"),
    ],
)
def test_whatever_else_a_file_names_is_refused_and_not_run(
    source: Path, target: Path, tmp_path: Path, module: str, name: str
) -> None:
    write_torch(source, Call(Named(module, name), f"touch {tmp_path}/ran"))
    with pytest.raises(WeightsUnreadable, match="names"):
        write_safetensors(source, target)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize(
    "state",
    [
        [1, 2],
        {"x": 1},
        {1: "x"},
        {"x": tensor(Storage("0", np.zeros(4, np.float32)), (2, 2), stride=(1, 2))},
        {"x": tensor(Storage("0", np.zeros(4, np.float32)), (2, 4))},
        {"x": tensor(Storage("0", np.zeros(4, np.float32)), (2,), offset=-1)},
        {"x": tensor(Storage("absent", np.zeros(4, np.float32)), (4,))},
        {"x": tensor("no storage", (4,))},
    ],
)
def test_a_file_of_anything_else_leaves_nothing_behind(
    source: Path, target: Path, tmp_path: Path, state: object
) -> None:
    write_torch(source, state, [Storage("0", np.zeros(4, np.float32))])
    with pytest.raises(WeightsUnreadable):
        write_safetensors(source, target)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("name", ["FloatStorage", "_rebuild_tensor_v2"])
@pytest.mark.parametrize("state", [{"x": 1}, (None, {"__call__": 1})])
def test_what_a_file_may_name_it_may_not_change(source: Path, target: Path, name: str, state: object) -> None:
    module = "torch" if name == "FloatStorage" else "torch._utils"
    write_torch(source, {"x": Changed(Named(module, name), state)})
    with pytest.raises(WeightsUnreadable):
        write_safetensors(source, target)


def test_what_torch_notes_beside_the_tensors_is_dropped(source: Path, target: Path) -> None:
    numbers = Storage("0", np.zeros(4, np.float32))
    state = Call(Named("collections", "OrderedDict"), [("x", tensor(numbers, (4,)))])
    write_torch(source, Changed(state, {"_metadata": {"version": 1}}), [numbers])
    write_safetensors(source, target)
    assert read_header(target).keys() == {"x"}


def test_a_small_file_does_not_become_a_large_one(source: Path, target: Path) -> None:
    numbers = Storage("0", np.zeros(100_000, np.float32))
    write_torch(source, {str(n): tensor(numbers, (100_000,)) for n in range(3)}, [numbers])
    with pytest.raises(WeightsUnreadable, match="grow"):
        write_safetensors(source, target)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut short", b"\x80\x02cos\nsystem\n."])
def test_what_is_no_archive_is_refused(source: Path, target: Path, content: bytes) -> None:
    source.write_bytes(content)
    with pytest.raises(WeightsUnreadable):
        write_safetensors(source, target)
