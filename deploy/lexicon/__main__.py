"""`python -m deploy.lexicon [--check]`: fetches the sources, builds the word data, writes them, or compares them."""

import argparse
import hashlib
import sys
import tomllib
from pathlib import Path

import platformdirs

from deploy.lexicon.classes import classify
from deploy.lexicon.fetch import HERE, fetch
from deploy.lexicon.material import collect
from deploy.lexicon.record import record
from streams.scrub import packaged
from streams.scrub.word_classes import packed

OUTPUT = packaged.path("lexicon/data")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.lexicon", description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path(platformdirs.user_cache_dir("scrubcast")) / "lexicon")
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when the files are not what is built")
    given = parser.parse_args(arguments)
    files = build(*fetch(given.cache))
    if given.check:
        changed = [name for name, content in files.items() if not _same(OUTPUT / name, content)]
        print("not what the sources give:", ", ".join(changed)) if changed else print("the same")
        return 1 if changed else 0
    OUTPUT.mkdir(exist_ok=True)
    for name, content in files.items():
        (OUTPUT / name).write_bytes(content)
        print(f"{name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


def build(pip: Path, npm: Path) -> dict[str, bytes]:
    """The files by name: the same bytes from the same sources."""
    kept = packaged.split_words((HERE / "german_names_that_are_nouns.txt").read_text(encoding="utf-8"))
    masks = classify(collect(pip, npm), kept)
    words, classes = packed(masks)
    files = {"words.marisa": words, "words.classes": classes}
    sources = tomllib.loads((HERE / "sources.toml").read_text(encoding="utf-8"))["source"]
    return files | {"SOURCES.toml": record(sources, masks, files).encode()}


def _same(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main())
