"""Lay questions about Chinese law, in Chinese and in English, answered by the statute assistant from plain text."""

from collections.abc import Iterator

import pytest

from assistant.home import Home
from assistant.values import Answered, Turn
from assistant.workspace import Workspace

pytestmark = pytest.mark.timeout(60)  # the embedder takes a second to open
# As official texts are laid out: a table of contents, wide spaces, no marks of headings.
LABOUR = """中华人民共和国劳动合同法

目　　录

第一章　总则
第二章　劳动合同的订立
第三章　劳动合同的履行和变更

第一章　总则

　　第三条　订立劳动合同，应当遵循合法、公平、平等自愿、协商一致、诚实信用的原则。
　　第四条　用人单位应当依法建立和完善劳动规章制度，保障劳动者享有劳动权利、履行劳动义务。
　　第五条　县级以上人民政府劳动行政部门会同工会和企业方面代表，建立健全协调劳动关系三方机制。

第二章　劳动合同的订立

　　第七条　用人单位自用工之日起即与劳动者建立劳动关系。用人单位应当建立职工名册备查。
　　第十条　建立劳动关系，应当订立书面劳动合同。

第三章　劳动合同的履行和变更

　　第十五条　用人单位应当按照劳动合同约定和国家规定，向劳动者及时足额支付劳动报酬。
　　第十六条　用人单位应当严格执行劳动定额标准，不得强迫或者变相强迫劳动者加班。
"""
FAMILY = """中华人民共和国民法典

第四章　离婚

　　第一千零七十七条　自婚姻登记机关收到离婚登记申请之日起三十日内，任何一方不愿意离婚的，可以撤回离婚登记申请。
　　第一千零七十八条　婚姻登记机关查明双方确实是自愿离婚，并已经对子女抚养等事项协商一致的，予以登记，发给离婚证。
　　第一千零七十九条　夫妻一方要求离婚的，可以由有关组织进行调解或者直接向人民法院提起离婚诉讼。
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    laws = tmp_path_factory.mktemp("laws")
    (laws / "劳动合同法.txt").write_text(LABOUR, "utf-8")
    (laws / "民法典.txt").write_text(FAMILY, "utf-8")
    opened = Workspace(Home(tmp_path_factory.mktemp("home")))
    opened.library.add_folder(laws)
    opened.library.sync()
    yield opened
    opened.close()


def ask(workspace: Workspace, question: str, persona: str = "301-statutes-zh") -> Turn:
    *_, last = workspace.asking.ask(question, persona=persona)
    assert isinstance(last, Answered)
    return last.turn


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("老板拖欠工资怎么办？", ("第三章 劳动合同的履行和变更", "第十五条")),
        ("离婚冷静期有多久？", ("第四章 离婚", "第一千零七十七条")),
        ("How long is the divorce cooling-off period?", ("第四章 离婚", "第一千零七十七条")),
        ("My boss owes me unpaid wages", ("第三章 劳动合同的履行和变更", "第十五条")),
    ],
)
def test_the_article_that_answers_a_lay_question_is_quoted(
    workspace: Workspace, question: str, article: tuple[str, str]
) -> None:
    turn = ask(workspace, question)
    assert turn.citations, turn.answer
    assert turn.citations[0].heading == article


def test_without_the_words_of_the_law_a_lay_question_finds_nothing(workspace: Workspace) -> None:
    assert not ask(workspace, "老板拖欠工资怎么办？", persona="001-reader").citations


def test_what_no_law_here_says_is_not_answered(workspace: Workspace) -> None:
    assert not ask(workspace, "法国的首都是哪里？").citations
