"""A token classifier as a second opinion: a folder with `tokenizer.json`, `model.onnx` and the labels in `config.json`.

The text is read in overlapping windows of tokens. A token counts when the model doubts that it is nothing, and its mark
grows to whole words, since a model cuts rare names into pieces and is sure of some of them only.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schemas.errors import Refused
from streams.scrub.second_opinion import Opinion, Options
from streams.second_opinions.options import checked, labels, lacks, number

FILES: Final = ("tokenizer.json", "model.onnx", "config.json")
THRESHOLD: Final = 0.5
WINDOW: Final = 256  # tokens; the smallest models take 512, and an update is rarely longer
OVERLAP: Final = 32  # longer than any name
NOTHING: Final = "O"


@dataclass(frozen=True)
class TokenClassifier:
    session: Any
    tokenizer: Any
    names: tuple[str, ...]  # of the model's outputs, without B- and I-
    languages: frozenset[str]
    threshold: float
    labels: frozenset[str]

    def opinions(self, text: str, lang: str) -> Iterator[Opinion]:
        if lang not in self.languages or not text.strip():
            return
        encoded = self.tokenizer.encode(text, add_special_tokens=False)
        marked: dict[int, tuple[str, float]] = {}
        for first in range(0, max(1, len(encoded.ids) - OVERLAP), WINDOW - OVERLAP):
            for at, mark in enumerate(self._marks(encoded.ids[first : first + WINDOW]), first):
                if mark and mark[1] > marked.get(at, mark)[1] - 1e-9:
                    marked[at] = mark
        yield from _joined(text, [(*encoded.offsets[at], *marked[at]) for at in sorted(marked)])

    def _marks(self, ids: Sequence[int]) -> list[tuple[str, float] | None]:
        """For each token its likeliest label and how sure the model is that it is something."""
        import numpy as np  # noqa: PLC0415  # comes with onnxruntime

        around = self.tokenizer.encode("", add_special_tokens=True).ids
        before, after = around[: (len(around) + 1) // 2], around[(len(around) + 1) // 2 :]
        row = np.array([[*before, *ids, *after]], dtype=np.int64)
        known = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        given = {each.name: known[each.name] for each in self.session.get_inputs()}
        logits = self.session.run(None, given)[0][0][len(before) : len(before) + len(ids)]
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return [self._mark([float(share) for share in token]) for token in shares]

    def _mark(self, shares: Sequence[float]) -> tuple[str, float] | None:
        sure = sum(share for name, share in zip(self.names, shares, strict=True) if name in self.labels)
        if sure < self.threshold:
            return None
        likeliest = max((share, name) for name, share in zip(self.names, shares, strict=True) if name in self.labels)
        return likeliest[1], min(sure, 1.0)


def _joined(text: str, marked: Sequence[tuple[int, int, str, float]]) -> Iterator[Opinion]:
    """Neighbours of one label become one, and each reaches to the edges of its words."""
    open_: Opinion | None = None
    for start, end, label, score in marked:
        first, last = _to_words(text, start, end)
        if open_ and open_.label == label and first - open_.end <= 1:
            open_ = Opinion(open_.start, max(open_.end, last), label, max(open_.score, score))
            continue
        if open_:
            yield open_
        open_ = Opinion(first, last, label, score) if first < last else None
    if open_:
        yield open_


def _to_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():  # some tokenizers count the space in front
        start += 1
    if start == end:
        return start, end
    while start and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def second_opinion(options: Options) -> TokenClassifier:
    """`folder`; `languages` (en,de,nl), `threshold`, `labels`: those that count, all that the model has by default."""
    checked("onnx", options, ["folder", "labels", "languages", "threshold"])
    folder = Path(options.get("folder", ""))
    if absent := [name for name in FILES if not (folder / name).is_file()]:
        raise Refused(f"Second opinion onnx: its folder lacks {', '.join(absent)}.", code="bad-second-opinion")
    try:
        import onnxruntime  # noqa: PLC0415  # only those who switch it on have it
        import tokenizers  # noqa: PLC0415  # as above
    except ImportError:
        raise lacks("onnx", "onnx") from None
    names = _names(folder / "config.json")
    threads = onnxruntime.SessionOptions()
    threads.intra_op_num_threads = 1  # a stage has one core; more would fight over it
    session = onnxruntime.InferenceSession(
        str(folder / "model.onnx"), sess_options=threads, providers=["CPUExecutionProvider"]
    )
    return TokenClassifier(
        session,
        tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")),
        names,
        frozenset(part.strip() for part in options.get("languages", "en,de,nl").split(",")),
        number("onnx", options, "threshold", THRESHOLD),
        labels(options, set(names) - {NOTHING}),
    )


def _names(config: Path) -> tuple[str, ...]:
    try:
        found = json.loads(config.read_text(encoding="utf-8"))["id2label"]
        names = [str(found[str(number)]) for number in range(len(found))]
    except (ValueError, KeyError, TypeError):
        raise Refused("Second opinion onnx: config.json has no id2label.", code="bad-second-opinion") from None
    return tuple(
        name[2:].upper() if name[:2] in ("B-", "I-", "E-", "S-", "L-", "U-") else name.upper() for name in names
    )
