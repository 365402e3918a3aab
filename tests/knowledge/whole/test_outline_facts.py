import pytest

from knowledge.whole.outline import outline
from knowledge.whole.outline_facts import outline_facts
from knowledge.whole.question import whole_intent

CAKE = (
    "# Cake\n\n## Ingredients\n\n- flour\n- sugar\n- eggs\n\n## Steps\n\n1. Mix.\n2. Bake.\n\n"
    "## To do\n\n- [ ] buy milk\n- [x] wash up\n- [ ] sweep\n"
)
LAW = (
    "# 劳动法\n\n第一章 总则\n\n第二章 附则\n\n## 第一章 总则\n\n第一条 为了保护。\n\n第二条 适用本法第三条。\n\n"
    "## 第二章 附则\n\n第三条 自公布之日起施行。\n"
)


def counted(question: str, text: str, name: str) -> list[str] | None:
    intent = whole_intent(question)
    assert intent is not None
    facts = outline_facts(question, intent.rest, text, outline(text), [name])
    return [text[slice(*item)] for item in facts[0].items] if facts else None


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("List all ingredients", ["- flour", "- sugar", "- eggs"]),
        ("How many steps are there?", ["1. Mix.", "2. Bake."]),
        ("How many tasks are open?", ["- [ ] buy milk", "- [ ] sweep"]),
        ("How many tasks are done?", ["- [x] wash up"]),
        ("How many sections does the cake have?", ["## Ingredients", "## Steps", "## To do"]),
        ("How many eggs are needed?", None),
        ("List all allergens", None),
    ],
)
def test_items_headings_and_tasks_are_counted(question: str, items: list[str] | None) -> None:
    assert counted(question, CAKE, "cake.md") == items


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("劳动法有多少条？", 3),
        ("How many articles does the law have?", 3),
        ("第一章有几条？", 2),
        ("劳动法有几章？", 2),
    ],
)
def test_articles_and_chapters_are_counted_once(question: str, count: int) -> None:
    items = counted(question, LAW, "劳动法.md")
    assert items is not None
    assert len(items) == count


def test_question_about_what_a_law_says_is_not_counted() -> None:
    assert counted("劳动者有哪些权利？", LAW, "劳动法.md") is None


def test_lines_are_counted_in_a_text_of_many_slices() -> None:
    text = "".join(f"Article {n}\nIts text.\n" for n in range(1, 30_001))
    assert len(counted("How many articles are there?", text, "law.txt") or ()) == 30_000


def test_a_line_longer_than_a_slice_is_counted_once() -> None:
    line = "Article 1 " + "Article 2 " * 50_000
    text = f"{line}\nArticle 3\n"
    assert counted("How many articles are there?", text, "law.txt") == [line.rstrip(), "Article 3"]


def test_the_name_of_a_statute_is_no_unit() -> None:
    text = "公园条例\n\n第一章 总则\n\n第一条 制定本条例。\n\n第二章 附则\n\n第二条 施行。\n\n第三条 解释。\n"
    articles = ["第一条 制定本条例。", "第二条 施行。", "第三条 解释。"]
    assert counted("公园条例一共有多少条?", text, "公园条例.txt") == articles
    assert counted("公园条例第二章有几条?", text, "公园条例.txt") == articles[1:]
