"""docs/workflows.md and docs/permissions.md, printed from the tables, so that a change of policy is a readable diff."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from service.permissions import BY_TOKEN, POLICIES
from service.settings import Deadlines
from service.workflow.achievements import ACHIEVEMENT
from service.workflow.approvals import APPROVAL
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import Lifecycle
from service.workflow.erasures import ERASURE
from service.workflow.experts import EXPERT
from service.workflow.invitations import INVITATION
from service.workflow.matches import MATCH_RUN
from service.workflow.needs import NEED
from service.workflow.ranking_objections import RANKING_OBJECTION
from service.workflow.recommendations import RECOMMENDATION
from service.workflow.referrals import REFERRAL
from service.workflow.self_offers import SELF_OFFER

LIFECYCLES: tuple[Lifecycle[Any], ...] = (
    NEED,
    MATCH_RUN,
    SELF_OFFER,
    RECOMMENDATION,
    REFERRAL,
    INVITATION,
    CONSULTATION,
    ACHIEVEMENT,
    EXPERT,
    ERASURE,
    RANKING_OBJECTION,
    APPROVAL,
)
_REMINDERS = (
    "用去一半、五分之四时各提醒一次（按整天计，只在工作日上午九点）；期满后第一个工作日是黄牌，两倍时限之后是红牌，告诉负责人。"
    "需求过期、企业未确认办结之前，必须已经提醒过两次。\n"
)
_WRITTEN = "由 `make docs` 从代码生成，不要手改。 / Written by `make docs` from the code.\n"


def workflows() -> str:
    parts = ["# 办理流程 / Workflows\n", _WRITTEN]
    for lifecycle in LIFECYCLES:
        parts += [
            f"## {lifecycle.label} / {lifecycle.name}\n",
            _diagram(lifecycle),
            _states(lifecycle),
            _steps(lifecycle),
        ]
    parts += ["## 时限 / Deadlines\n", _REMINDERS, _deadlines()]
    return "\n".join(parts)


def permissions() -> str:
    rows = [
        (
            f"`{name}`",
            policy.title,
            f"`{policy.sees.__name__}`",
            f"`{policy.may.__name__}`",
            "可以" if name in BY_TOKEN else "—",
        )
        for name, policy in POLICIES.items()
    ]
    note = (
        "“看得见”不成立时答“没有找到”，与不存在无异；“可以做”不成立时答“没有权限”。"
        "各步由谁办理见 [workflows.md](workflows.md)。"
        "没有写“可以”的，接口令牌一律不能办，只能本人登录后办。\n"
    )
    return "\n".join(
        [
            "# 权限 / Permissions\n",
            _WRITTEN,
            note,
            _table(("权限", "说明", "看得见 / sees", "可以做 / may", "可给令牌 / by token"), rows),
        ]
    )


def _diagram(lifecycle: Lifecycle[StrEnum]) -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {lifecycle.initial}"]
    lines += [f"  {state}: {note.label}" for state, note in lifecycle.states.items()]
    lines += [f"  {source} --> {t.target}: {t.label}" for t in lifecycle.transitions for source in t.sources]
    lines += [f"  {state} --> [*]" for state, note in lifecycle.states.items() if note.is_final]
    return "\n".join([*lines, "```\n"])


def _states(lifecycle: Lifecycle[StrEnum]) -> str:
    rows = [
        (f"`{state}`", note.label, note.turn, f"`{note.deadline}`" if note.deadline else note.why_no_clock)
        for state, note in lifecycle.states.items()
    ]
    return _table(("状态", "公开说法", "轮到谁", "时限"), rows)


def _steps(lifecycle: Lifecycle[StrEnum]) -> str:
    rows = [
        (
            f"`{t.action}` {t.label}",
            "、".join(lifecycle.states[source].label for source in t.sources),
            lifecycle.states[t.target].label,
            f"`{t.who.__name__}`",
            "、".join(f"`{guard.__name__}`" for guard in t.guards) or "—",
            "；".join(
                [
                    *(f"`{code}` {meaning}" for code, meaning in t.reasons.items()),
                    *["须写说明"] * t.note_required,
                    *["时限接着原来剩下的算"] * t.resumes,
                ]
            )
            or "—",
        )
        for t in lifecycle.transitions
    ]
    return _table(("步骤", "从", "到", "谁", "条件", "理由与说明"), rows)


def _deadlines() -> str:
    prefix = Deadlines.model_config["env_prefix"]
    rows = [
        (f"`{name}`", f"`{prefix}{name.upper()}`", str(field.default)) for name, field in Deadlines.model_fields.items()
    ]
    return _table(("时限", "设置", "默认，工作日"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
