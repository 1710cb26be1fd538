"""Run files: TREC lines `qid Q0 docid rank score tag`, as trec_eval and its kin read them."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from matching.errors import BadInput
from matching.formats.atomic import write_atomically
from matching.formats.problems import WHOLE_LINE, Problems, id_problem, read_lines, shortened

log = logging.getLogger(__name__)

_COLUMNS = ("qid", "Q0", "docid", "rank", "score", "tag")

# The printable scores are 0 and m × 10^e with 10^8 ≤ m < 10^9 and e ≥ -38, that is 0 and all numbers of 9 significant
# digits from 1e-30 up: far below any meaningful probability, and still a normal number for tools that keep 32 bits.
_SMALLEST_EXPONENT = -38
_SMALLEST_MANTISSA = 10**8
_PER_DECADE = 9 * 10**8


def read_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """(docid, score) of each query, ordered by score falling, ties by docid rising.

    The rank column is not used; where it contradicts the order of the scores, a warning says so once per file.
    An empty file is an empty run. Raises BadInput naming every bad line.
    """
    problems = Problems(path)
    lines: dict[str, dict[str, tuple[float, str]]] = {}
    for line, text in read_lines(path, problems):
        values = text.split()
        if len(values) != len(_COLUMNS):
            reason = f"应有 6 列（{' '.join(_COLUMNS)}），现在是 {len(values)} 列"
            problems.add(line, WHOLE_LINE, text, reason)
            continue
        query_id, _, document_id, rank, score, _ = values
        answers = lines.setdefault(query_id, {})
        if document_id in answers:
            problems.add(line, "docid", document_id, f"在查询“{query_id}”中重复；每个 docid 只能出现一次")
        value = _parsed_score(score)
        if value is None:
            problems.add(line, "score", score, "不是有限的数；请写成如 0.731000000")
            continue
        answers[document_id] = (value, rank)
    problems.raise_if_any()
    return _ordered(path, lines)


def write_run(path: Path, run: Mapping[str, Sequence[tuple[str, float]]], tag: str) -> None:
    """Writes a run, whole or not at all; ranks count from 1, scores fall strictly within a query.

    run: (docid, score) of each query in the order to be written, scores finite, ≥ 0 and never rising, ties already
    broken by docid; ValueError otherwise, because only a bug can bring it. Raises BadInput for an id or a tag that
    TREC cannot hold, and if the file cannot be written. See `strictly_falling` for how scores are printed.
    """
    write_atomically(path, (line.encode() for line in _run_lines(run, tag)))


def strictly_falling(scores: Sequence[float]) -> list[str]:
    """The scores with 9 significant digits, strictly falling, none negative, each parsed back to what is printed.

    scores: finite, ≥ 0, never rising; else ValueError. Two passes over the printable numbers, counted from 0 upward:
    a score counts as at least the number of scores that follow it, so that even a tail of zeros has room below
    (its last line prints 0, the one above 1.00000000e-30, then 1.00000001e-30 …); then, from the top, each is
    lowered to one unit in the last printed digit below its predecessor unless it is lower already.
    Every other score prints as it rounds, so scores stay comparable across queries.
    """
    if any(not math.isfinite(score) or score < 0 for score in scores):
        raise ValueError("scores must be finite and not negative")
    if any(earlier < later for earlier, later in pairwise(scores)):
        raise ValueError("scores must not rise")
    places: list[int] = []
    for follow, score in zip(range(len(scores) - 1, -1, -1), scores, strict=True):
        place = max(_place(score), follow)
        places.append(min(place, places[-1] - 1) if places else place)
    return [_printed(place) for place in places]


def _place(score: float) -> int:
    """How many printable numbers lie below the score once it is rounded to 9 significant digits."""
    digits, exponent = f"{score:.8e}".split("e")
    mantissa = int(digits.replace(".", ""))
    decade = int(exponent) - 8 - _SMALLEST_EXPONENT
    if mantissa == 0 or decade < 0:
        return 0
    return 1 + decade * _PER_DECADE + mantissa - _SMALLEST_MANTISSA


def _printed(place: int) -> str:
    if place == 0:
        return "0.00000000"
    decade, rest = divmod(place - 1, _PER_DECADE)
    # A float of 53 bits holds any 9 digits, so printing gives back exactly these digits.
    return f"{float(f'{_SMALLEST_MANTISSA + rest}e{decade + _SMALLEST_EXPONENT}'):#.9g}"


def _run_lines(run: Mapping[str, Sequence[tuple[str, float]]], tag: str) -> Iterator[str]:
    _require_usable("tag", tag)
    for query_id, answers in run.items():
        _require_usable("qid", query_id)
        scores = strictly_falling([score for _, score in answers])
        for rank, ((document_id, _), score) in enumerate(zip(answers, scores, strict=True), start=1):
            _require_usable("docid", document_id)
            yield f"{query_id} Q0 {document_id} {rank} {score} {tag}\n"


def _require_usable(field: str, value: str) -> None:
    reason = id_problem(value)
    if reason:
        raise BadInput(f"无法写出运行结果：字段 {field}，{shortened(value)}：{reason}。")


def _parsed_score(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    # float() also takes the underscores of Python source, which no other tool would.
    return value if math.isfinite(value) and "_" not in text else None


def _ordered(path: Path, lines: Mapping[str, Mapping[str, tuple[float, str]]]) -> dict[str, list[tuple[str, float]]]:
    run: dict[str, list[tuple[str, float]]] = {}
    contradicted: list[str] = []
    for query_id, answers in lines.items():
        ordered = sorted(answers.items(), key=lambda answer: (-answer[1][0], answer[0]))
        run[query_id] = [(document_id, score) for document_id, (score, _) in ordered]
        if not _is_rising([rank for _, (_, rank) in ordered]):
            contradicted.append(query_id)
    if contradicted:
        event = "run.rank_contradicts_score file=%s queries=%d first=%s"
        log.warning(event, path, len(contradicted), contradicted[0])
    return run


def _is_rising(ranks: Sequence[str]) -> bool:
    if not all(rank.isdecimal() and rank.isascii() and len(rank) < 10 for rank in ranks):
        return False
    return all(int(earlier) < int(later) for earlier, later in pairwise(ranks))
