"""What the people of the demo world know and need: pieces written by hand (seed/data/world), put together by rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

from service.rules.credit_code import check_character, organisation_check_character

DATA = Path(__file__).parents[1] / "data" / "world"
MARK = "（演示数据）"


@dataclass(frozen=True)
class Topic:
    """One technical question, told twice: as somebody who has it, and by those who know about it.

    need: fields of a need. subject, methods, settings, results: pieces of what experts have done.
    """

    field: str
    need: dict[str, Any]
    subject: str
    methods: tuple[str, ...]
    settings: tuple[str, ...]
    results: tuple[str, ...]


def read(name: str) -> Any:
    """The content of one data file."""
    text = (DATA / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else json.loads(text)


@cache
def topics() -> tuple[Topic, ...]:
    return tuple(
        Topic(row["field"], row["need"], *(_piece(row["knowledge"][name]) for name in _PIECES))
        for row in read("topics.jsonl")
    )


_PIECES = ("subject", "methods", "settings", "results")


def _piece(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) else given


@cache
def _patterns() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = read("patterns.json")
    return found


_KINDS = ("paper", "patent", "project", "standard", "product", "service", "award")


class Writer:
    """Puts pieces together; no two works have one title or one text.

    last_year: of the newest works.
    """

    def __init__(self, random: Random, last_year: int) -> None:
        self._random = random
        self._last_year = last_year
        self._left = {topic.subject: self._all_works(topic) for topic in topics()}

    def works(self, topic: Topic, count: int, *, also: Topic | None = None) -> list[dict[str, Any]]:
        """Mostly of one topic, with one of another if there is another."""
        left = self._left[topic.subject]
        found = [next(left) for _ in range(count)]
        if also is not None and count > 2:
            found[-1] = next(self._left[also.subject])
        return found

    def profile(self, topic: Topic) -> str:
        return self._sentence(topic, self._random.choice(_patterns()["profile"]))

    def team(self, topic: Topic) -> str:
        return self._sentence(topic, self._random.choice(_patterns()["team"]))

    def achievement(self, topic: Topic, method: str) -> str:
        return self._sentence(topic, self._random.choice(_patterns()["achievement"]), method)

    def _all_works(self, topic: Topic) -> Iterator[dict[str, Any]]:
        forms = [(kind, pattern) for kind in _KINDS for pattern in _patterns()[kind]]
        wanted = list(product(topic.methods, forms))
        self._random.shuffle(wanted)
        told: set[str] = set()
        for method, (kind, (title, text)) in wanted:
            pieces = self._pieces(topic, method)
            said = text.format(**pieces)
            if said in told:
                # A pattern without the method, with the same result as before.
                continue
            told.add(said)
            year = self._random.randint(self._last_year - 11, self._last_year)
            yield {"kind": kind, "year": year, "title": title.format(**pieces), "text": said}

    def _sentence(self, topic: Topic, pattern: str, method: str = "") -> str:
        return pattern.format(**self._pieces(topic, method))

    def _pieces(self, topic: Topic, method: str = "") -> dict[str, str]:
        first = method or self._random.choice(topic.methods)
        others = self._random.sample([each for each in topic.methods if each != first], 2)
        results = self._random.sample(topic.results, 2)
        setting = self._random.choice(topic.settings)
        return {
            "s": topic.subject,
            "m": first,
            "m2": others[0],
            "m3": others[1],
            "g": setting,
            "r": results[0],
            "r2": results[1],
        }


def names(random: Random) -> Iterator[str]:
    """Invented names of people, each once: mostly Han, some Tibetan, a few with the dot between the parts."""
    parts = read("people.json")
    for name in parts["compound"]:
        parts["tibetan"].append(name)
    han = [surname + given for surname in parts["surnames"] for given in parts["given"]]
    random.shuffle(han)
    tibetan = list(parts["tibetan"])
    random.shuffle(tibetan)
    for place, name in enumerate(han):
        if place % 6 == 5 and tibetan:
            yield tibetan.pop()
        yield name


def credit_code(number: int, kind: str = "91") -> str:
    """A valid code that was given to nobody; DEM in it stands for 演示. number: below 1000."""
    organisation = f"MADEM{number:03d}"
    first17 = f"{kind}630000{organisation}{organisation_check_character(organisation)}"
    return first17 + check_character(first17)


def mobile(number: int) -> str:
    """Of the right form and easy to recognise: six zeros in it."""
    return f"1990000{number:04d}"


def landline(number: int) -> str:
    return f"0971-0000{number:03d}"
