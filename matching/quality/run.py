"""`python -m matching quality`: measure everything, and with --fit choose the shipped numbers first."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
from tqdm import tqdm

from matching.encoder import open_encoder
from matching.encoder.sentence import SentenceEncoder
from matching.errors import ModelUnavailable
from matching.parameters import Calibration, calibration, fusion
from matching.quality import ablation, baselines, calibrate, own, report
from matching.quality.centring import write_shipped
from matching.quality.fit import ASKED, Choice, choose, family
from matching.quality.sets import ROOT, SHARED, load_shared
from matching.quality.study import Study
from matching.settings import MatchingSettings

SETS = ("bdci_train", "experts_dev", "teams_dev", "csl_dev")
_PARAMETERS = Path(__file__).resolve().parents[1] / "parameters"
_DOCUMENT = ROOT / "docs" / "quality.md"
DEV = "bdci_dev"
# How often bdci_dev was looked at while the recipe was being made; ten times at most.
_DEV_LOOKS = 8


def run(*, centring: bool, fit: bool, write: bool) -> None:
    """Print the report and, unless told not to, write docs/quality.md. Without the shared data: only our own sets.

    centring, fit: first estimate the shipped centring pair, choose the shipped weights and calibration. A new pair is a
    new fingerprint, for which only `fit` writes a calibration.
    """
    encoder = open_encoder(MatchingSettings.from_env())
    if encoder is None:
        raise ModelUnavailable("质量评测需要语义模型：请去掉 KC_ENCODER=keyword 后重试。")
    if centring:
        write_shipped(encoder, [load_shared(name) for name in SETS])
        encoder = open_encoder(MatchingSettings.from_env()) or encoder
    parts = [_HEADER]
    if SHARED.is_dir():
        parts += _shared_parts(encoder, fit=fit)
    else:
        parts.append("The shared judged sets are absent on this machine; only our own material was measured.\n")
    parts += _own_parts(encoder)
    text = "\n".join(parts)
    print(text)
    if write and SHARED.is_dir():
        _DOCUMENT.write_text(text, encoding="utf-8")


def _shared_parts(encoder: SentenceEncoder, *, fit: bool) -> list[str]:
    studies = {}
    for name in tqdm((*SETS, DEV), desc="建立索引 / indexing", unit="set", disable=not sys.stderr.isatty()):
        studies[name] = Study.of(load_shared(name), encoder)
    recipes = family(fusion())
    with tqdm(total=len(recipes), desc="比较配方 / recipes", disable=not sys.stderr.isatty()) as bar:
        choice = choose(recipes, {name: studies[name] for name in ASKED}, bar.update)
    pairs = calibrate.Pairs.of(studies["bdci_train"], studies["bdci_train"].recipe(choice.fusion))
    curve = calibrate.fit(pairs.points, pairs.useful)
    if fit:
        _write_parameters(encoder, choice, curve)
    return _quality_parts(encoder, studies, choice) + _calibration_parts(encoder, studies, pairs)


def _write_parameters(encoder: SentenceEncoder, choice: Choice, curve: Calibration) -> None:
    origin = "chosen by `python -m matching quality --fit`; see docs/quality.md"
    _write_json(_PARAMETERS / "fusion.json", {"origin": origin, "values": asdict(choice.fusion)})
    rounded = Calibration(**{name: float(f"{value:.5g}") for name, value in asdict(curve).items()})
    dense = {encoder.fingerprint: {"encoder": encoder.name, "fitted_on": "bdci_train", "values": asdict(rounded)}}
    _write_json(_PARAMETERS / "calibration.json", {"origin": origin, "dense": dense})
    fusion.cache_clear()
    calibration.cache_clear()


def _write_json(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _quality_parts(encoder: SentenceEncoder, studies: dict[str, Study], choice: Choice) -> list[str]:
    rows: dict[str, dict[str, np.ndarray]] = {}
    for name, ranker in ablation.rankers():
        rows[name] = {each: study.values(ranker(study)) for each, study in studies.items()}
    raw = SentenceEncoder(encoder.source, None, MatchingSettings.from_env().cores)
    raw_studies = {each: Study.of(study.judged, raw) for each, study in studies.items()}
    for name, ranker in ablation.raw_rankers():
        rows[name] = {each: study.values(ranker(study)) for each, study in raw_studies.items()}
    both = np.concatenate([choice.out_of_fold, rows["ours"][DEV]])
    singles = {
        name: np.concatenate([values["bdci_train"], values[DEV]]) for name, values in rows.items() if "ours" not in name
    }
    return [
        "## Ranking\n",
        "nDCG@10 with gain 2^g − 1 (csl_dev: MRR@10); “ours” is the shipped recipe.\n",
        report.ablation_table([*SETS, DEV], rows),
        "\n### What was asked\n",
        f"- bdci_train + bdci_dev together, train out of fold: {report.interval(both)} over {len(both)} needs "
        f"(train out of fold {choice.out_of_fold.mean():.4f}, dev {rows['ours'][DEV].mean():.4f}, "
        f"looked at {_DEV_LOOKS} times; asked ≥ 0.69).",
        f"- teams_dev: {report.interval(rows['ours']['teams_dev'])} (asked ≥ 0.36).",
        f"- experts_dev: {report.interval(rows['ours']['experts_dev'])} (asked ≥ 0.59).",
        f"- csl_dev MRR@10: {report.interval(rows['ours']['csl_dev'])} (asked ≥ 0.985).",
        "\nbdci_train (out of fold) + bdci_dev against every other ranker, paired bootstrap over needs:\n",
        report.paired_table(both, singles),
        "",
    ]


def _calibration_parts(encoder: SentenceEncoder, studies: dict[str, Study], pairs: calibrate.Pairs) -> list[str]:
    curve = calibration(encoder.fingerprint)
    if curve is None:
        return ["## Confidence\n", "No calibration ships for this encoder: bands are withheld (未校准).\n"]
    dev = calibrate.Pairs.of(studies[DEV], studies[DEV].recipe(fusion()))
    return [
        "## Confidence\n",
        "Probability that a match is useful (grade ≥ 2). bdci_train, out of fold over needs:\n",
        report.calibration_table(calibrate.figures(pairs, calibrate.out_of_fold(pairs), curve), curve),
        "\nbdci_dev, with the shipped curve:\n",
        report.calibration_table(calibrate.figures(dev, curve.probability(dev.points), curve), curve),
        "\n### Shipped numbers\n",
        report.parameters_table(fusion(), curve),
        "",
    ]


def _own_parts(encoder: SentenceEncoder) -> list[str]:
    index = own.own_index(encoder)
    demo = Study.of(own.demo_set(), encoder)
    cases = own.planted_cases()
    hits = sum(own.points_at_plant(case, own.first_pair(case, index, encoder)) for case in cases)
    ours = demo.values(demo.recipe(fusion()))
    words = demo.values(baselines.folded(demo, baselines.words(demo), "max"))
    return [
        "## Our own material (seed/)\n",
        f"- demo needs, nDCG@10: {report.interval(ours)}; by words alone {report.interval(words)}.",
        f"- planted cases whose first evidence pair points at the planted item: {hits} of {len(cases)} "
        f"({hits / len(cases):.0%}; asked ≥ 80 %).",
        report.honesty_lines(own.honesty(index, encoder)),
        "",
    ]


_HEADER = """\
# Ranking quality

Written by `make quality` (`python -m matching quality`); the numbers that ship come from
`python -m matching quality --fit`. Nothing below was measured on a held-out part. Intervals are 95 % bootstrap
intervals over needs.
"""
