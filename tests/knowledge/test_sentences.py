from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from knowledge.sentences import split_sentences


def texts(text: str) -> list[str]:
    return [text[part.start : part.end] for part in split_sentences(text)]


def kinds(text: str) -> list[str]:
    return [part.kind for part in split_sentences(text)]


def test_full_stop_before_a_capital_ends_a_sentence() -> None:
    assert texts("Flash attention is exact. It reads less memory.") == [
        "Flash attention is exact.",
        "It reads less memory.",
    ]


@pytest.mark.parametrize("end", ["。", "！", "？"])
def test_chinese_and_japanese_marks_end_a_sentence_without_a_space(end: str) -> None:
    assert texts(f"第一条{end}第二条。") == [f"第一条{end}", "第二条。"]


def test_closing_quotation_mark_belongs_to_its_sentence() -> None:
    assert texts("她说：“走吧。”他走了。") == ["她说：“走吧。”", "他走了。"]


@pytest.mark.parametrize(
    "text",
    [
        "It costs 3.14 dollars per hour.",
        "See Fig. 3 for details.",
        "Dr. Smith measured it.",
        "J. Smith measured it.",
        "Use a format, e.g. INT8, for weights.",
        "Call `model.load. Then` first.",
        "The file config.toml holds it.",
        "Is it slow? asked the reader.",
    ],
)
def test_abbreviations_initials_and_code_end_no_sentence(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Am 6. Oktober kam der Brief.",
        "Der 2. Weltkrieg begann im Osten.",
        "Im 19. Jahrhundert war das anders.",
        "Wir essen z. B. Äpfel, d. h. Obst.",
        "Siehe Nr. 5 bzw. Abs. 3 der Verordnung.",
        "Hier wohnt M. Dupont, p. ex. avec Mme. Martin.",
        "El Sr. Gómez vive en EE. UU. desde 1990.",
        "Ecco il dott. Rossi con la sig.ra Bianchi.",
        "A Exma. Dra. Silva mora na Av. Paulista.",
        "Dat zag dhr. Jansen bijv. Amsterdam noemen.",
        "Он живёт в г. Москва, т. е. в столице.",
        "To jest np. Kraków, ul. Długa.",
        "Bkz. Tablo 3 ve örn. Ankara.",
        "Bydlí v ul. Krátká, viz např. Praha.",
        "Se nr. Två, t.ex. Stockholm.",
        "Se f.eks. Oslo.",
        "Βλ. Κεφ. Τρία.",
        "Art. 5 applies on Mar. 12 to No. 7.",
    ],
)
def test_abbreviations_and_ordinals_of_other_languages_end_no_sentence(text: str) -> None:
    assert texts(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "He said no. Then he left.",
        "It was red. She was ill.",
        "I am 25. She is 30.",
        "World War II. The war ended.",
        "Solve for x. The rest follows.",
        "Él quiere ir. Ella no.",
        "El mar. La playa.",
        "Я дал им. Он взял.",
        "ភ្នំពេញ។ទីក្រុង។",
    ],
)
def test_words_that_are_also_abbreviations_end_a_sentence(text: str) -> None:
    assert len(texts(text)) == 2


def test_thai_is_cut_at_spaces_between_long_clauses() -> None:
    clause = "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทยและเป็นเมืองที่มีประชากรมากที่สุดในประเทศที่อยู่ริมแม่น้ำ"
    assert texts(f"{clause} {clause} และ{clause}") == [clause, f"{clause} และ{clause}"]
    assert len(texts("เขามี 3 คน และ สุนัข ตัวหนึ่ง")) == 1


def test_wrapped_lines_are_one_sentence() -> None:
    assert texts("A sentence that\nwraps over lines.") == ["A sentence that\nwraps over lines."]


def test_blank_line_ends_a_sentence_without_a_full_stop() -> None:
    assert texts("No stop here\n\nNext block") == ["No stop here", "Next block"]


def test_list_items_are_separate_and_their_markers_are_left_out() -> None:
    assert texts("- first\n- [x] second\n2. third\n   goes on") == ["first", "second", "third\n   goes on"]


def test_headings_stand_alone_without_their_marks() -> None:
    assert texts("## Cost. And more\nText follows.") == ["Cost. And more", "Text follows."]


def test_underlined_headings_are_headings() -> None:
    assert kinds("Title\n=====\n\nText.") == ["heading", "rule", "prose"]


def test_code_block_is_kept_whole() -> None:
    text = "Before.\n```python\na = 1.\n\nB = 2.\n```\nAfter."
    assert texts(text) == ["Before.", "```python\na = 1.\n\nB = 2.\n```", "After."]


def test_unclosed_code_block_runs_to_the_end() -> None:
    assert kinds("```\na. B.\n\nc. D.") == ["code"]


def test_each_table_row_is_one_sentence() -> None:
    assert kinds("| a | b. C |\n|---|---|\n| 1 | 2 |") == ["table", "table", "table"]


def test_quotation_marks_of_markdown_are_left_out() -> None:
    assert texts("> Quoted text.\n\nMine.") == ["Quoted text.", "Mine."]


@given(st.text(alphabet=st.sampled_from("aB1.。!?`~|#->*= \n\t（”"), max_size=80) | st.text(max_size=80))
def test_spans_are_ordered_trimmed_and_apart(text: str) -> None:
    parts = split_sentences(text)
    assert all(a.end <= b.start for a, b in pairwise(parts))
    assert all(text[p.start : p.end] == text[p.start : p.end].strip() != "" for p in parts)


@given(st.text(alphabet=st.sampled_from("aB.。! \n"), max_size=80))
def test_prose_loses_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(part.split()) for part in texts(text)) == "".join(text.split())
