"""Questions as people ask them, about tables whose rows are told by their columns."""

import pytest

from knowledge.whole.table_facts import table_facts
from knowledge.whole.tables import find_tables
from knowledge.whole.words.words import words_for

MEMBERS = """\
| Name | Town | State | Joined | Fee | Age |
|---|---|---|---|---|---|
| Abby Lutz | Salem | OR | 2019-03-02 | 120 | 41 |
| Ben Cho | Gary | IN | 2024-01-15 | 45 | 22 |
| Ivo Kemp | Salem | OR | 2021-08-30 | 120 | 57 |
"""
INVOICES = """\
| Nummer | Kunde | Rechnungsdatum | Betrag | Status |
|---|---|---|---|---|
| A1 | Huber | 01.02.2024 | 1.200,00 € | offen |
| A2 | Moos | 10.02.2024 | 80,50 € | bezahlt |
| A3 | Huber | 15.03.2024 | 700,00 € | bezahlt |
"""
STOCK = """\
| Article | Rayon | Quantité | Prix |
|---|---|---|---|
| Vis | Quincaillerie | 1200 | 0,08 € |
| Marteau | Outils | 14 | 18,90 € |
| Scie | Outils | 9 | 24,00 € |
"""
EXPENSES = """\
| Datum | Kategorie | Betrag |
|---|---|---|
| 05.01.2024 | Reise | 300,00 € |
| 09.01.2024 | Software | 100,00 € |
| 20.02.2024 | Reise | 100,00 € |
"""
HOURS = """\
| 月 | 氏名 | 時間 |
|---|---|---|
| 2024-01 | 田中 | 150 |
| 2024-01 | 佐藤 | 160 |
| 2024-02 | 田中 | 170 |
"""
TIMESHEET = """\
| Date | Client | Hours |
|---|---|---|
| 2024-01-08 | Alder | 7 |
| 2024-01-09 | Birch | 6 |
| 2024-01-10 | Birch | 6 |
"""
CLAIMS = """\
| 日期 | 经办人 | 金额 | 状态 |
|---|---|---|---|
| 2024-04-02 | 王芳 | 100.5 | 已报销 |
| 2024-04-08 | 李强 | 200 | 未报销 |
| 2024-05-02 | 王芳 | 300 | 未报销 |
"""
BOOKS = """\
| Título | Autor | Páginas | Terminado |
|---|---|---|---|
| El faro | Gil | 141 | 2024-03-03 |
| Mapa | Gil | 540 | 2024-04-29 |
| Sal | Ruano | 398 | 2024-06-21 |
"""
WISHES = """\
| Título | Autor | Estado |
|---|---|---|
| El faro | Gil | leyendo |
| Mapa | Gil | pendiente |
| Sal | Ruano | pendiente |
"""
PROJECTS = """\
| Name | Lead | Status | Budget |
|---|---|---|---|
| Playground | Omar | done | 9250 |
| Bus shelter | Pia | on hold | 12750 |
| Flood gauge | Pia | on hold | 5600 |
"""


def answered(text: str, question: str, name: str) -> str:
    """What is stated of a table; "" for nothing."""
    (table,) = find_tables(text)
    first = table_facts(question, table, [name], words_for(question.casefold()))[0]
    return first.text if first.answers else ""


@pytest.mark.parametrize(
    ("text", "name", "question", "begins"),
    [
        (MEMBERS, "members.xlsx", "How many of our members live in OR?", "2 of 3"),
        (MEMBERS, "members.xlsx", "how old are our members on average", "40"),
        (MEMBERS, "members.xlsx", "How much do members from OR pay in total?", "240"),
        (INVOICES, "Außenstände.md", "Wie viele Rechnungen sind noch nicht bezahlt?", "1 of 3"),
        (INVOICES, "Außenstände.md", "Wie hoch ist der Median der Rechnungsbeträge?", "700,00"),
        (INVOICES, "Außenstände.md", "Wie viele Rechnungen hat Huber bekommen?", "2 of 3"),
        (INVOICES, "Außenstände.md", "Welcher Kunde hat die meisten Rechnungen?", "Huber: 2"),
        (INVOICES, "Außenstände.md", "Rechnungen über 500 €", "2 of 3"),
        (EXPENSES, "Ausgaben.csv", "Welcher Anteil der Ausgaben entfällt auf Reise?", "80.0 %"),
        (EXPENSES, "Ausgaben.csv", "Was geben wir im Schnitt pro Buchung aus?", "166,67"),
        (STOCK, "inventaire.md", "Combien coûte le marteau ?", "18,90"),
        (STOCK, "inventaire.md", "Combien d'articles ne viennent pas du rayon Outils ?", "1 of 3"),
        (HOURS, "勤務.csv", "150時間以上は何件?", "3 of 3"),
        (HOURS, "勤務.csv", "160時間以上は何件?", "2 of 3"),
        (CLAIMS, "报销单.csv", "还没报销的有几笔?", "2 of 3"),
        (CLAIMS, "报销单.csv", "谁花的钱最多?", "王芳: 400.5"),
        (CLAIMS, "报销单.csv", "平均每笔多少钱?", "200.17"),
        (BOOKS, "lecturas.csv", "¿Cuántos libros he leído?", "3 rows"),
        (BOOKS, "lecturas.csv", "¿Cuántos libros tienen más de 300 páginas?", "2 of 3"),
        (PROJECTS, "projects.md", "Which projects cost at least $9,000?", "2 of 3"),
    ],
)
def test_fresh_phrasing_is_understood(text: str, name: str, question: str, begins: str) -> None:
    assert answered(text, question, name).startswith(begins)


@pytest.mark.parametrize(
    ("text", "name", "question"),
    [
        (STOCK, "inventaire.md", "Quelle est la valeur totale du stock ?"),  # not the sum of the pieces
        (TIMESHEET, "timesheet.csv", "Who has worked the most?"),  # clients do not work
        (PROJECTS, "projects.md", "How many people are on hold?"),
        (PROJECTS, "projects.md", "What is the average fee of the members?"),
        (CLAIMS, "报销单.csv", "四月份的报销有几笔?"),  # claims, not the paid ones
        (EXPENSES, "Ausgaben.csv", "Durchschnittliche Ausgaben pro Monat"),  # of the entries, or of the months?
        (WISHES, "libros.md", "¿Cuántos libros he leído?"),
        (INVOICES, "Außenstände.md", "Wie viele Rechnungen hat Huber geschickt?"),  # it got them
        (MEMBERS, "members.xlsx", "How many members were refunded?"),
    ],
)
def test_what_the_rows_do_not_say_is_not_stated(text: str, name: str, question: str) -> None:
    assert answered(text, question, name) == ""
