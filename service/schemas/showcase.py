"""What everybody may read without signing in."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel

from service.models import CooperationMode, SocietyLevel


class ShownNeed(BaseModel):
    """title: empty where its owner shows it to those invited only. owner: the name, or “西宁市某企业”."""

    id: str
    number: str | None
    title: str
    state_label: str
    owner: str
    industry_field: str
    service_type: str
    city: str
    budget_is_shown: bool
    budget_low_fen: int | None
    budget_high_fen: int | None
    published_on: datetime


class ShownTeam(BaseModel):
    name: str
    kind_label: str
    society: str
    region: str
    profile: str
    term_until: date


class ShownSociety(BaseModel):
    """branches: names of its 专委会; teams: how many of those it leads are serving."""

    name: str
    society_level: SocietyLevel | None
    region: str
    branches: list[str]
    teams: int


class ShownAchievement(BaseModel):
    number: str | None
    title: str
    summary: str
    owner: str
    industry_field: str
    trl9: int | None
    cooperation_modes: list[CooperationMode]


class Counts(BaseModel):
    needs: int
    teams: int
    achievements: int
