import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engines.engine_settings import LlamaSettings, Tuning
from engines.llama import calibration
from engines.llama.bindings import LlamaLibrary, llama_library
from engines.llama.calibration import Speed, calibrate, choose_tuning, usable_cores
from engines.llama.engine import LlamaEngine
from engines.llama.model import LlamaModel

pytestmark = pytest.mark.engine

DEFAULT = Tuning(threads=2)
FAST, SLOW = Speed(reading=200.0, writing=20.0), Speed(reading=100.0, writing=10.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measurements of one step each."""
    monkeypatch.setattr(calibration, "_PREFILL_S", 0.0)
    monkeypatch.setattr(calibration, "_DECODE_S", 0.0)


@pytest.fixture
def model(tiny_model: Path) -> LlamaModel:
    return LlamaModel(llama_library(), tiny_model)


def speeds(monkeypatch: pytest.MonkeyPatch, of: Callable[[Tuning], Speed]) -> None:
    """Let each tuning be as fast as a test says."""

    def measure_speed(library: LlamaLibrary, model: LlamaModel, settings: LlamaSettings, tuning: Tuning) -> Speed:
        return of(tuning)

    monkeypatch.setattr(calibration, "measure_speed", measure_speed)


def test_machine_is_measured_once(
    tiny_model: Path, tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = LlamaSettings(calibration_file=tmp_path / "new" / "calibration.json")
    first = LlamaEngine(tiny_model, settings)
    first.close()
    monkeypatch.setattr(calibration, "calibrate", lambda *given: pytest.fail("it is known"))
    second = LlamaEngine(tiny_model, settings)
    second.close()
    assert first.tuning == second.tuning


def test_measuring_is_told_once_the_model_is_loaded(tiny_model: Path, tmp_path: Path, quick: None) -> None:
    settings = LlamaSettings(calibration_file=tmp_path / "calibration.json")
    told: list[float | None] = []
    LlamaEngine(tiny_model, settings, told.append).close()
    assert told[-2:] == [1.0, None]
    LlamaEngine(tiny_model, settings, told.append).close()
    assert told[-1] == 1.0  # it is known now


def test_measurements_are_readable_in_their_file(tiny_model: Path, tmp_path: Path, quick: None) -> None:
    file = tmp_path / "calibration.json"
    LlamaEngine(tiny_model, LlamaSettings(calibration_file=file)).close()
    (kept,) = json.loads(file.read_text("utf-8")).values()
    assert kept["reading"] > 0 and kept["writing"] > 0 and kept["threads"] >= 1


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"a": {"threads": 3}}'])
def test_damaged_measurements_are_made_anew(
    model: LlamaModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    file = tmp_path / "calibration.json"
    file.write_text(damage, "utf-8")
    speeds(monkeypatch, lambda tuning: FAST if tuning.batch_tokens == 128 else SLOW)
    assert choose_tuning(llama_library(), model, LlamaSettings(calibration_file=file)).batch_tokens == 128


def test_settings_stand_above_measurements(model: LlamaModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speeds(monkeypatch, lambda tuning: FAST if tuning.batch_tokens == 128 else SLOW)
    settings = LlamaSettings(calibration_file=tmp_path / "calibration.json")
    assert choose_tuning(llama_library(), model, settings).batch_tokens == 128
    chosen = replace(settings, batch_tokens=32, threads=1)
    found = choose_tuning(llama_library(), model, chosen)
    assert (found.batch_tokens, found.threads) == (32, 1)


def test_nothing_is_measured_where_all_is_chosen(
    model: LlamaModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speeds(monkeypatch, lambda tuning: pytest.fail("nothing is open"))
    settings = LlamaSettings(
        threads=1, batch_tokens=32, flash_attention=False, kv_type="f16", calibration_file=tmp_path / "calibration.json"
    )
    assert choose_tuning(llama_library(), model, settings) == Tuning(threads=1, batch_tokens=32)


def test_faster_changes_add_up(model: LlamaModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def of(tuning: Tuning) -> Speed:
        return Speed(100.0 * (1 + tuning.flash_attention), float(tuning.batch_tokens))

    speeds(monkeypatch, of)
    best, speed = calibrate(llama_library(), model, LlamaSettings(kv_type="f16"), DEFAULT)
    assert (best.flash_attention, best.batch_tokens) == (True, 128) and speed == Speed(200.0, 128.0)


def test_small_gain_is_no_reason_to_change(model: LlamaModel, monkeypatch: pytest.MonkeyPatch) -> None:
    speeds(monkeypatch, lambda tuning: Speed(100.0, 10.0) if tuning == DEFAULT else Speed(104.0, 10.4))
    assert calibrate(llama_library(), model, LlamaSettings(), DEFAULT)[0] == DEFAULT


def test_tuning_that_does_not_fit_in_memory_is_not_chosen(model: LlamaModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def of(tuning: Tuning) -> Speed:
        if tuning != DEFAULT:
            raise MemoryError
        return SLOW

    speeds(monkeypatch, of)
    assert calibrate(llama_library(), model, LlamaSettings(), DEFAULT) == (DEFAULT, SLOW)


def test_measuring_ends_in_time(model: LlamaModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "_LIMIT_S", -1.0)
    speeds(monkeypatch, lambda tuning: SLOW if tuning == DEFAULT else pytest.fail("the time is over"))
    assert calibrate(llama_library(), model, LlamaSettings(), DEFAULT) == (DEFAULT, SLOW)


def test_compressed_memory_computes_with_flash_attention(model: LlamaModel) -> None:
    tuning = choose_tuning(llama_library(), model, LlamaSettings(kv_type="q8_0", threads=1))
    assert tuning.flash_attention


def test_usable_cores_are_no_more_than_there_are() -> None:
    assert 1 <= usable_cores() <= 1024
