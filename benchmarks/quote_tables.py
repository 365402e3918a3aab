"""Tables to look rows up in, invented: CSV, Markdown and spreadsheets of 300 rows in several languages."""

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.knowledge.parse.office_files import row, xlsx

ROWS = 300
QUESTIONS = 40  # of each table

Row = Sequence[str]
NAMES = (
    "Okoro Meyer Lund Haddad Novak Rossi Dubois Kowalska Tanaka Silva Ivanova Nguyen Papadakis Yilmaz Horvat".split()
)
TOWNS = "Lisbon Graz Turku Gdansk Porto Bergen Leuven Lyon Brno Split Cork Bari Vigo Kaunas Tartu".split()

# The columns of each file, and questions for the row with a key in the first.
TABLES: dict[str, tuple[Row, Sequence[str]]] = {
    "invoices.csv": (
        ("Invoice", "Customer", "Due", "Amount", "Status"),
        ("What is the amount of {key}?", "Who is the customer of invoice {key}?", "When is {key} due?"),
    ),
    "rechnungen.csv": (
        ("Rechnung", "Kunde", "Fällig", "Betrag", "Stand"),
        ("Wie hoch ist der Betrag von {key}?", "Welcher Kunde hat die Rechnung {key}?"),
    ),
    "pedidos.md": (
        ("Pedido", "Cliente", "Fecha", "Importe", "Estado"),
        ("¿Cuál es el importe del pedido {key}?", "¿Quién es el cliente de {key}?"),
    ),
    "заказы.md": (
        ("Заказ", "Покупатель", "Срок", "Сумма", "Состояние"),
        ("Какая сумма у заказа {key}?", "Кто покупатель по заказу {key}?"),
    ),
    "订单.xlsx": (
        ("订单", "客户", "日期", "金额", "状态"),
        ("{key}的金额是多少？", "订单{key}的客户是谁？"),
    ),
    "stock.xlsx": (
        ("Part", "Maker", "Last counted", "Price", "Shelf"),
        ("How much does {key} cost?", "Who makes part {key}?", "When was {key} last counted?"),
    ),
}
PREFIXES = dict(zip(TABLES, ("INV-", "RE-", "PED-", "ЗК-", "DD-", "PN"), strict=True))


def write_tables(folder: Path, rows: int = ROWS, questions: int = QUESTIONS) -> list[tuple[str, tuple[str], str]]:
    """Write the tables; return questions for each, with the row that answers it and the name of the file."""
    chance = random.Random(0)
    asked = []
    for number, (name, (columns, forms)) in enumerate(TABLES.items(), 1):
        table = [_row(PREFIXES[name], 1000 * number + at, chance) for at in range(rows)]
        WRITERS[Path(name).suffix](folder / name, [columns, *table])
        for record in chance.sample(table, questions):
            asked.append((chance.choice(forms).format(key=record[0]), (" | ".join(record),), name))
    return asked


def _row(prefix: str, number: int, chance: random.Random) -> Row:
    day = f"2024-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    amount = f"{chance.randint(20, 9000)}.{chance.choice(('00', '50', '95'))}"
    return f"{prefix}{number}", f"{chance.choice(NAMES)} {chance.choice(TOWNS)}", day, amount, chance.choice("ABCD")


def _write_csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def _write_markdown(path: Path, rows: Sequence[Row]) -> None:
    lines = [f"| {' | '.join(row)} |" for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])]
    path.write_text("\n".join(lines), encoding="utf-8")


def _write_sheet(path: Path, rows: Sequence[Row]) -> None:
    lines = "".join(row(at, *cells) for at, cells in enumerate(rows, 1))
    path.write_bytes(xlsx({"Data": f"<sheetData>{lines}</sheetData>"}))


WRITERS: dict[str, Callable[[Path, Sequence[Row]], None]] = {
    ".csv": _write_csv,
    ".md": _write_markdown,
    ".xlsx": _write_sheet,
}
