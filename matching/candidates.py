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


def candidates(index: Index, needs: list[View], eligible: np.ndarray, depth: int, wanted: int = 0) -> np.ndarray:
    """(p,) int64, rising: documents with one of the `depth` passages nearest in meaning or in words, all eligible.

    A few parties with very many fitting items would fill the depth; it grows until `wanted` documents are found.
    """
    mask = None if eligible.all() else eligible[index.document_of]
    while True:
        found = _nearest(index, needs, mask, depth)
        if len(found) >= wanted or depth >= len(index.years):
            return found
        depth *= 4


def _nearest(index: Index, needs: list[View], mask: np.ndarray | None, depth: int) -> np.ndarray:
    """As candidates, at one depth. mask: (m,) bool, the passages allowed; None allows all."""
    rows = []
    for view in needs:
        if index.dense is not None:
            rows.append(index.dense.search(view.direction(fusion()), depth, mask)[0])
        rows.append(view.words.largest(depth, mask))
    return np.unique(index.document_of[np.concatenate(rows)])
