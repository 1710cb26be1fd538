"""Who is in the running: hard rules first, then nearness in meaning or in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.errors import BadInput
from matching.index import Index
from matching.parameters import fusion
from matching.records import Constraints
from matching.scoring import View


def eligible_documents(index: Index, constraints: Constraints) -> np.ndarray:
    """(n,) bool. Hard rules go first: filtering a finished list would silently return a short one."""
    eligible = np.ones(len(index), bool)
    if constraints.kinds is not None:
        eligible &= np.isin(index.kinds, sorted(constraints.kinds))
    eligible[[index.row_of[name] for name in constraints.excluded if name in index.row_of]] = False
    return eligible


def document_rows(index: Index, names: Sequence[str]) -> np.ndarray:
    """(p,) int64, rising, without repetitions. Raises BadInput if the index does not know one of the ids."""
    unknown = [name for name in names if name not in index.row_of]
    if unknown:
        raise BadInput(f"索引里没有编号 {unknown[0]}（共 {len(unknown)} 个未知编号）：请检查编号，或先把它加入索引。")
    return np.unique(np.array([index.row_of[name] for name in names], np.int64))


def candidates(index: Index, needs: list[View], eligible: np.ndarray, depth: int) -> np.ndarray:
    """(p,) int64, rising: documents with one of the `depth` passages nearest in meaning or in words, all eligible."""
    mask = None if eligible.all() else eligible[index.document_of]
    rows = []
    for view in needs:
        if index.dense is not None:
            rows.append(index.dense.search(view.direction(fusion()), depth, mask)[0])
        rows.append(_largest(view.words, depth, mask))
    return np.unique(index.document_of[np.concatenate(rows)])


def _largest(scores: np.ndarray, depth: int, mask: np.ndarray | None) -> np.ndarray:
    """Rows of the `depth` largest positive scores that the mask allows; equal scores by row."""
    rows = np.flatnonzero(scores > 0 if mask is None else (scores > 0) & mask)
    if len(rows) > depth:
        line = np.partition(scores[rows], len(rows) - depth)[len(rows) - depth]
        rows = rows[scores[rows] >= line]
    return rows[np.lexsort((rows, -scores[rows]))[:depth]]
