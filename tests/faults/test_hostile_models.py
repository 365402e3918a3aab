"""Models that mean harm end with a message: whatever one field says, Carrel's own process lives on."""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engines.engine_settings import EngineSettings, LlamaSettings
from engines.models.scan import read_card
from engines.opening import open_engine
from engines.protocol import Message, Sampling
from errors import AppError
from tests.models.gguf_changes import changed_files
from tests.models.tiny_gguf import write_tiny_gguf
from tests.models.tiny_safetensors import write_folder

CHANGES = 300
FOLDERS = 100
SETTINGS = EngineSettings(llama=LlamaSettings(threads=1, context_tokens=512))


@pytest.mark.logs("process ended with")
def test_gguf_with_one_field_changed_answers_or_is_refused(tmp_path: Path) -> None:
    whole = write_tiny_gguf(tmp_path / "whole.gguf")
    changes = [(name, path.read_bytes()) for name, path in changed_files(whole, tmp_path, CHANGES)]

    def end(number: int) -> str:
        path = tmp_path / f"changed-{number}.gguf"
        path.write_bytes(changes[number][1])
        try:
            engine = open_engine(path, SETTINGS)
        except AppError as refused:
            assert refused.hint, changes[number][0]
            return type(refused).__name__
        finally:
            path.unlink()
        try:
            return f"answers with {len(list(engine.reply([Message('user', 'Hi')], Sampling(max_tokens=4))))} pieces"
        except AppError as refused:
            assert refused.hint, changes[number][0]
            return type(refused).__name__
        finally:
            engine.close()

    with ThreadPoolExecutor(4) as pool:
        ends = Counter(pool.map(end, range(CHANGES)))
    assert ends["ModelUnreadable"] > CHANGES // 2, ends
    assert ends["OpeningCrashed"] + ends["EngineDied"] < CHANGES // 20, ends  # most are refused before native code


def test_safetensors_with_one_field_changed_are_read_or_refused(tmp_path: Path) -> None:
    dice, refused = random.Random(1), 0
    nasty: list[object] = [0, -1, 2**31, 2**63, 2**64, 1e308, "", None, [], {}, True, [[]], "\ud800", "../../x"]
    for number in range(FOLDERS):
        folder = write_folder(tmp_path / f"folder-{number}")
        if number % 2:
            file = folder / "model.safetensors"
            data = bytearray(file.read_bytes())
            at = dice.choice((dice.randrange(8), dice.randrange(8, 400)))
            data[at] ^= 1 << dice.randrange(8)
            file.write_bytes(data)
        else:
            file = folder / dice.choice(("config.json", "tokenizer_config.json"))
            values = json.loads(file.read_text())
            values[dice.choice([*values, "text_config", "quantization_config", "layer_types"])] = dice.choice(nasty)
            file.write_text(json.dumps(values))
        try:
            read_card(folder)
        except AppError as error:
            assert error.hint
            refused += 1
    assert FOLDERS // 4 < refused < FOLDERS
