"""A token classifier of a few hundred bytes, written by hand: a table from word to label, as Gather does it.

The four bytes of format that ONNX needs are written here, because the package that writes them weighs 20 MB.
"""

import json
import struct
from collections.abc import Sequence
from pathlib import Path

WORDS = ("[CLS]", "[SEP]", "[UNK]", "zebediah", "quill", "leeds")
LABELS = ("O", "B-PER", "I-PER", "B-LOC")
# One row a word: how much speaks for each label.
ROWS = ((9, 0, 0, 0), (9, 0, 0, 0), (9, 0, 0, 0), (0, 9, 0, 0), (0, 0, 9, 0), (0, 0, 0, 9))


def write(folder: Path) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"id2label": dict(enumerate(LABELS))}))
    (folder / "model.onnx").write_bytes(_model())


def _model() -> bytes:
    table = _bytes(8, b"table") + _ints(1, (len(WORDS), len(LABELS))) + _int(2, 1)
    table += _bytes(9, b"".join(struct.pack("<4f", *row) for row in ROWS))
    node = _bytes(1, b"table") + _bytes(1, b"input_ids") + _bytes(2, b"logits") + _bytes(4, b"Gather")
    graph = _bytes(1, node) + _bytes(2, b"tiny") + _bytes(5, table)
    graph += _bytes(11, _value(b"input_ids", 7, 2)) + _bytes(12, _value(b"logits", 1, 3))
    return _int(1, 8) + _bytes(7, graph) + _bytes(8, _int(2, 13))


def _value(name: bytes, kind: int, sides: int) -> bytes:
    shape = b"".join(_bytes(1, _bytes(2, f"side{n}".encode())) for n in range(sides))
    return _bytes(1, name) + _bytes(2, _bytes(1, _int(1, kind) + _bytes(2, shape)))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _int(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _ints(field: int, values: Sequence[int]) -> bytes:
    return b"".join(_int(field, value) for value in values)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value
