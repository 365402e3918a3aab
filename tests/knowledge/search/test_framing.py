"""A question's framing is told from its topic, in any language."""

import pytest

from knowledge.search.framing import Topic


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do my files say about warranty?", "warranty"),
        ("Could you please tell me what the notice period is?", "notice period"),
        ("Which document mentions the boiler?", "boiler"),
        ("Was sagen meine Notizen über Bienen?", "Bienen"),
        ("Steht in den Unterlagen etwas zur Kaution?", "Kaution"),
        ("Que disent mes documents sur la chaudière ?", "chaudière"),
        ("¿Qué dicen mis archivos sobre el contrato?", "contrato"),
        ("Cosa dicono i miei appunti sulla caldaia?", "caldaia"),
        ("O que dizem as minhas notas sobre o contrato?", "contrato"),
        ("Wat staat er in mijn notities over de huur?", "huur"),
        ("Vad säger mina anteckningar om hyran?", "hyran"),
        ("Co moje notatki mówią o gwarancji?", "gwarancji"),
        ("Что говорят мои файлы о гарантии?", "гарантии"),
        ("Ce spun fișierele mele despre garanție?", "garanție"),
        ("Mit mondanak a jegyzeteim a garanciáról?", "garanciáról"),
        ("Dosyalarım garanti hakkında ne diyor?", "garanti"),
        ("Τι λένε τα αρχεία μου για την εγγύηση;", "εγγύηση"),
        ("ماذا تقول ملفاتي عن الضمان؟", "الضمان"),
        ("मेरी फ़ाइलें वारंटी के बारे में क्या कहती हैं?", "वारंटी"),
        ("Ghi chú của tôi nói gì về bảo hành?", "bảo hành"),
        ("Apa kata catatan saya tentang garansi?", "garansi"),
        ("我的文件关于保修说了什么？", "保修"),
        ("내 문서는 보증에 대해 뭐라고 말하나요?", "보증에"),
    ],
)
def test_framing_leaves_the_topic(question: str, topic: str) -> None:
    assert words(Topic.of(question).judged) == topic


def test_files_are_searched_for_where_they_may_be_the_topic() -> None:
    topic = Topic.of("When does the library close?")
    assert (words(topic.searched), words(topic.judged)) == ("library close", "close")


@pytest.mark.parametrize("question", ["Who?", "my notes", "???", "什么", "申请材料", "kv cache"])
def test_question_of_nothing_else_stays_whole(question: str) -> None:
    assert Topic.of(question).searched.strip() == question


def test_a_word_that_asks_in_one_language_may_be_a_topic_of_another() -> None:
    assert words(Topic.of("Wie alt ist der Hut im Museum?").searched) == "alt Hut Museum"
    assert "hat" in words(Topic.of("How old is the hat in the museum?").searched)


def words(text: str) -> str:
    return " ".join(
        text.replace("?", " ").replace("？", " ").replace("؟", " ").replace(";", " ").replace("¿", " ").split()
    )
