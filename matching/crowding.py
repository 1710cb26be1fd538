"""How crowded the surroundings of a passage are in its corpus.

A passage that is near to everything is near to the need as well, without meaning it. Taking part of that nearness off
is what cross-domain similarity local scaling does for hubs (Conneau et al. 2018, §2.3); measured in docs/quality.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from matching.parameters import fusion

BACKGROUND = 1_024
_FEW = 50
_BLOCK = 4_096


def crowding(vectors: np.ndarray, keys: Sequence[str]) -> np.ndarray:
    """(m,) float32: mean cosine of each vector with the nearest hundredth (at least 3) of a fixed background.

    The background is the BACKGROUND passages whose keys have the smallest digests: it depends on what is indexed,
    not on the order it came in. Too small a corpus says nothing: then every value is the ordinary one.
    vectors: (m, d) float32, unit length; keys: (m,) distinct names of the passages.
    """
    found = np.full(len(vectors), fusion().crowding_level, np.float32)
    if len(vectors) < _FEW:
        return found
    marks = np.array([hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8] for key in keys], dtype="S8")
    background = np.sort(np.argsort(marks, kind="stable")[:BACKGROUND])
    near = max(3, len(background) // 100)
    others = np.ascontiguousarray(vectors[background])
    for at in range(0, len(vectors), _BLOCK):
        block = np.asarray(vectors[at : at + _BLOCK]) @ others.T
        mine = np.flatnonzero((background >= at) & (background < at + len(block)))
        block[background[mine] - at, mine] = -1.0
        nearest = np.sort(np.partition(block, block.shape[1] - near, axis=1)[:, -near:], axis=1)
        # Rounded: the last bits of a blocked product differ between equal vectors, and equal parties would not tie.
        found[at : at + len(block)] = np.round(nearest.mean(axis=1), 4)
    return found
