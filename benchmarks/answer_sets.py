"""Make a set of questions for `carrel eval answers`: `python -m benchmarks.answer_sets xquad DIR --out FILE.jsonl`.

Reads `DIR/xquad.LANGUAGE.json` and writes FILE, a question a line, and beside it a folder of the same name with each
paragraph in a Markdown file, its title as the heading:

    python -m benchmarks.answer_sets xquad /data/xquad --language de --out xquad-de.jsonl
    carrel eval answers --set xquad-de.jsonl --folder xquad-de --model none
"""

import argparse
import json
from pathlib import Path


def main() -> None:
    """Write the set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collection", choices=["xquad"])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    asked = write_xquad(given.directory / f"xquad.{given.language}.json", given.out)
    print(f"{asked} questions in {given.out}, paragraphs in {given.out.with_suffix('')}")


def write_xquad(collection: Path, out: Path) -> int:
    """Write the questions to `out` and the paragraphs into the folder beside it; return the number of questions."""
    folder = out.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for article in json.loads(collection.read_text("utf-8"))["data"]:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            file = folder / f"{paragraph['qas'][0]['id']}.md"
            file.write_text(f"# {title}\n\n{paragraph['context']}\n", "utf-8")
            for asked in paragraph["qas"]:
                row = {
                    "id": asked["id"],
                    "question": asked["question"],
                    "answer": [answer["text"] for answer in asked["answers"]],
                    "source": file.name,
                }
                lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    out.write_text("".join(lines), "utf-8")
    return len(lines)


if __name__ == "__main__":
    main()
