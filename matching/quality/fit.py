"""Choosing the fusion's weights: a fixed family of recipes, and the best of it.

The choice uses bdci_train, experts_dev and teams_dev at once, each as a share of what is asked of it, and lifts the
weakest, because one recipe must hold for need–achievement, need–expert and need–team alike. Figures on bdci_train are
out of fold: for the needs of each fold the recipe chosen without them counts. The family's ranges came from
exploration on the same sets, so a little optimism remains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from matching.parameters import Fusion
from matching.quality.study import Study

DRAWS = 120
FOLDS = 5
_MEAN_SHARE = 0.5
# What the sets are asked to reach; one unit of each counts the same.
ASKED = {"bdci_train": 0.69, "experts_dev": 0.59, "teams_dev": 0.36}
_RANGES = {
    "full": (0.35, 0.6),
    "title": (0.12, 0.26),
    "words": (14.0, 21.0),
    "crowding": (9.0, 13.5),
    "breadth": (1.0, 1.6),
    "decay": (0.35, 0.5),
    "profile": (0.25, 0.55),
}


@dataclass(frozen=True)
class Choice:
    """fusion: the chosen recipe; out_of_fold: (needs,) nDCG@10 of bdci_train's counting needs."""

    fusion: Fusion
    out_of_fold: np.ndarray


def family(start: Fusion, *, draws: int = DRAWS, seed: int = 0) -> list[Fusion]:
    """`draws` recipes, each weight uniform in its range; what is not in the ranges stays as in start."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        drawn = {name: round(float(generator.uniform(*bounds)), 3) for name, bounds in _RANGES.items()}
        found.append(Fusion(**{**asdict(start), **drawn}))
    return found


def choose(
    recipes: Sequence[Fusion], studies: Mapping[str, Study], progress: Callable[[int], None] = lambda _: None
) -> Choice:
    """studies: by name, those of ASKED."""
    values: dict[str, list[np.ndarray]] = {name: [] for name in ASKED}
    for recipe in recipes:
        for name in ASKED:
            values[name].append(studies[name].values(studies[name].recipe(recipe)))
        progress(1)
    table = {name: np.stack(rows) for name, rows in values.items()}
    others = np.stack([table[name].mean(axis=1) / ASKED[name] for name in ASKED if name != "bdci_train"])
    train = table["bdci_train"]
    fold = np.random.default_rng(0).permutation(train.shape[1]) % FOLDS
    out_of_fold = np.zeros(train.shape[1])
    for held_out in range(FOLDS):
        mine = fold == held_out
        best = _best(train[:, ~mine], others)
        out_of_fold[mine] = train[best, mine]
    return Choice(recipes[_best(train, others)], out_of_fold)


def _best(train: np.ndarray, others: np.ndarray) -> int:
    """The recipe whose weakest set is strongest, the mean of the sets deciding between near equals.

    train: (recipes, needs) of bdci_train; others: (sets, recipes), as shares of what is asked.
    """
    shares = np.vstack([train.mean(axis=1) / ASKED["bdci_train"], others])
    return int(np.argmax(shares.min(axis=0) + _MEAN_SHARE * shares.mean(axis=0)))
