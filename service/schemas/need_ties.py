"""What binds needs to each other, as JSON: similar ones, followers, mergers; and what helps while writing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.rules.need_hints import HintCode
from service.schemas.common import Input, Line, Note, Paragraphs


class NeedTexts(Input):
    """正在填写的内容；都可以空着。"""

    title: Line = Field("", description="标题")
    scene: Paragraphs = Field("", description="应用场景")
    situation: Paragraphs = Field("", description="现状与问题")
    targets: Paragraphs = Field("", description="目标指标")

    def texts(self) -> dict[str, str]:
        """Everything written in words, by the field's label."""
        return {
            "标题": self.title,
            "应用场景": self.scene,
            "现状与问题": self.situation,
            "目标指标": self.targets,
        }


class SimilarInput(NeedTexts):
    need_id: str = Field("", max_length=32, description="正在编辑的需求，不和它自己比")


class HintsInput(NeedTexts):
    sub_problems: list[Note] = Field(default_factory=list, max_length=12, description="已经列出的子问题")

    def texts(self) -> dict[str, str]:
        return {**super().texts(), "子问题": "\n".join(self.sub_problems)}


class SimilarOut(BaseModel):
    """A public need like the one being written. score: 0 to 1; likeness: 很像、有些像; reason: its most similar public
    sentence; shared: words both contain."""

    id: str
    number: str | None
    title: str
    state_label: str
    organization: str
    score: float
    likeness: str
    reason: str
    shared: list[str]


class HintOut(BaseModel):
    """A piece of advice. field: of the form; example: a sentence to start from; parts: suggested sub-problems."""

    code: HintCode
    field: str
    message: str
    example: str
    parts: list[str]


class FollowInput(Input):
    organization_id: str = Field(max_length=32, description="以哪个组织的名义跟随")


class MergeInput(Input):
    version: int = Field(description="您看到的版本号")
    target_id: str = Field(max_length=32, description="并入哪一条需求")
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2_000)] = Field(
        description="为什么合并；两边的需求方都会看到，不要写对方没有公开的内容"
    )


class UnmergeInput(Input):
    version: int = Field(description="您看到的版本号")
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2_000)] = Field(
        description="为什么撤销；两边的需求方都会看到，不要写对方没有公开的内容"
    )


class TiesOut(BaseModel):
    """How a need is bound to others. label: “共性需求” if several organisations own it, else empty.

    owners: their names, or “西宁市某企业”, for the owners and for staff. follower_count: for who handles it.
    merged_into_id, unmerge_until, similar_found, duplicate_answer: for who may read all of it.
    """

    label: str
    owner_count: int
    owners: list[str]
    follower_count: int | None
    merged_into_id: str | None
    unmerge_until: datetime | None
    similar_found: int | None
    duplicate_answer: str | None
