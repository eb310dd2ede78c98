"""Writes docs/guidance/{en,de,nl}.md from the words of the desk's pages: `python -m deploy.guidance_docs`."""

from pathlib import Path

from producers.desk import guidance
from producers.desk.words import LANGS

FOLDER = Path(__file__).parents[1] / "docs" / "guidance"


def files() -> dict[str, str]:
    """Each file's name and text."""
    return {f"{lang}.md": guidance.markdown(lang) for lang in LANGS}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
