"""What is being typed, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.schemas.common import Input
from service.schemas.needs import label_of

FormField = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}(\.(\d{1,2}|[a-z_]{1,30}))?$")]


class AutosaveInput(Input):
    """表单里现在的样子，原样保存，不检查格式；正式保存仍用 PUT /api/needs/{id}。"""

    need_version: int = Field(description="表单打开时需求的版本号")
    content: dict[FormField, Annotated[str, StringConstraints(max_length=20_000)]] = Field(
        max_length=60, description="表单项名（子问题为 sub_problems.0 等，公开级别为 levels.scene 等）→ 正在填写的文字"
    )

    def texts(self) -> dict[str, str]:
        """Everything typed, by the field's label."""
        found: dict[str, str] = {}
        for name, text in self.content.items():
            label = label_of(name.partition(".")[0])
            found[label] = f"{found[label]}\n{text}" if label in found else text
        return found


class AutosaveOut(BaseModel):
    """need_version: of the need the form was filled from; the need may have changed since."""

    need_version: int
    saved_at: datetime
    content: dict[str, str]
