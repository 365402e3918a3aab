import pytest

from knowledge.whole.question import whole_intent


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many orders are open?", "count"),
        ("What is the total number of invoices?", "count"),
        ("Wie viele Bestellungen sind offen?", "count"),
        ("Combien de factures sont ouvertes ?", "count"),
        ("¿Cuántos pedidos hay?", "count"),
        ("劳动法有多少条？", "count"),
        ("注文は何件ありますか", "count"),
        ("List all invoices over 1000 from May", "list"),
        ("Which chapters are there?", "list"),
        ("Liste alle Rechnungen auf", "list"),
        ("Énumère les chapitres", "list"),
        ("Enumera los capítulos", "list"),
        ("列出所有章节", "list"),
        ("すべての章を挙げてください", "list"),
        ("Compare contract-v1.md and contract-v2.md", "compare"),
        ("What changed between the minutes of May and June?", "compare"),
        ("Was ist der Unterschied zwischen A und B?", "compare"),
        ("劳动法和刑法有什么区别", "compare"),
        ("Summarise the handbook", "summarise"),
        ("Give me an overview of report.pdf", "summarise"),
        ("Fasse das Protokoll zusammen", "summarise"),
        ("Résume le rapport", "summarise"),
        ("Resume el informe", "summarise"),
        ("总结劳动法", "summarise"),
        ("報告書を要約して", "summarise"),
    ],
)
def test_kind_is_recognised_by_its_cue(question: str, kind: str) -> None:
    intent = whole_intent(question)
    assert intent is not None
    assert intent.kind == kind


@pytest.mark.parametrize(
    "question",
    [
        "What is the desk made of?",
        "How many years did the war last?",
        "Wie viele Tage Urlaub habe ich?",
        "Name a luxury division of Toyota.",
        "The number of oocytes increases with age.",
        "When did they meet?",
        "谁可以成为个体工商户？",
    ],
)
def test_ordinary_question_is_none(question: str) -> None:
    assert whole_intent(question) is None


def test_rest_is_the_question_without_its_cue() -> None:
    intent = whole_intent("Please, how many  orders are open?")
    assert intent is not None
    assert intent.rest == "Please,   orders are open?"
