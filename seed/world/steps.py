"""Steps of a need's story, each by the right person in a transaction of its own, from the draft to the answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlmodel import col, select

from seed.world import texts
from seed.world.founding import Firm, Places
from seed.world.stage import Stage
from service.clock import today
from service.models import Consultation, MatchResult, MatchRun, Need, PartyKind, Recommendation, RecommendedParty
from service.rules.money import FEN_PER_WAN
from service.schemas.common import ActionInput
from service.schemas.invitations import AcceptInput, DeclineInput, InviteInput
from service.schemas.matches import ReviewInput
from service.schemas.need_ties import MergeInput
from service.schemas.needs import NewNeed, SavedNeed
from service.schemas.recommendations import ChoiceInput
from service.usecases import answers, invitations, matches, mergers, need_acts, needs, recommendations
from service.usecases.eligibility import obstacle

_SERVICES = ("tech_service", "tech_consulting", "tech_service", "tech_development", "tech_service", "talent_training")


@dataclass
class Ask:
    """One need on its way. told: its texts. phone: its owner telephones, and the clerk does everything for them."""

    stage: Stage
    places: Places
    number: int
    firm: Firm
    industry_field: str
    told: dict[str, Any]
    phone: bool = False
    id: str = ""
    parties: dict[str, str] = field(default_factory=dict)

    @property
    def clerk(self) -> str:
        return self.places.clerk_of(self.firm.region)

    @property
    def by(self) -> str:
        """Who does what is the owner's to do."""
        return self.clerk if self.phone else self.firm.contact

    @property
    def proxied(self) -> dict[str, Any]:
        return {"proxy": self.stage.by_phone(self.firm.contact)} if self.phone else {}

    def content(self) -> dict[str, Any]:
        """The form as it is filled in; every third has a budget, every fourth a day."""
        low = (5 + self.number * 7 % 40) * FEN_PER_WAN
        budget = {"budget_low_fen": low, "budget_high_fen": 2 * low} if self.number % 3 == 0 else {}
        wanted = {"wanted_by": today() + timedelta(days=120)} if self.number % 4 == 0 else {}
        levels = {"levels": {"budget": "signed", "tried": "invited"}} if self.number % 5 else {}
        fixed = {"industry_field": self.industry_field, "service_type": _SERVICES[self.number % len(_SERVICES)]}
        form = {name: text for name, text in self.told.items() if name in NewNeed.model_fields}
        return form | fixed | {"region_code": self.firm.region} | budget | wanted | levels

    def draft(self) -> None:
        with self.stage.as_(self.by) as (session, actor):
            content = NewNeed.model_validate(self.content() | {"organization_id": self.firm.id} | self.proxied)
            self.id = needs.create(session, self.stage.services, actor, content).id

    def act(self, action: str, who: str = "", **given: Any) -> None:
        """who: the owner's side unless said otherwise."""
        asked = {} if who else self.proxied
        with self.stage.as_(who or self.by) as (session, actor):
            content = ActionInput.model_validate({"version": session.get_one(Need, self.id).version} | asked | given)
            need_acts.act(session, self.stage.services, actor, self.id, action, content, confirm_no_secrets=True)

    def submit(self) -> None:
        self.draft()
        self.act("submit")

    def improve(self) -> None:
        """What was asked for is added."""
        with self.stage.as_(self.by) as (session, actor):
            changed = self.content() | {"situation": f"{self.told['situation']}最近三个月的记录可以当面给专家看。"}
            content = SavedNeed.model_validate(changed | {"version": session.get_one(Need, self.id).version})
            needs.save(session, self.stage.services, actor, self.id, content)

    def accept(self) -> None:
        """And the machine looks for somebody, as it does within seconds."""
        self.act("accept", self.clerk)
        self.stage.work()

    def found(self, limit: int = 3) -> list[str]:
        """The first of the machine's list, “expert:…” or “team:…”, who can still be recommended."""
        with self.stage.as_(self.clerk) as (session, actor):
            _, run = matches.latest(session, actor, self.id)
            listed = session.exec(
                select(MatchResult).where(MatchResult.run_id == run.id).order_by(col(MatchResult.rank))
            )
            need, experts = (
                session.get_one(Need, self.id),
                (each for each in listed if each.party_kind is PartyKind.EXPERT),
            )
            free = (each for each in experts if obstacle(session, need, each.party_kind, each.party_id) is None)
            return [f"expert:{each.party_id}" for each in islice(free, limit)]

    def review(self, *wanted: str, verdict: str = "", reason: str = "") -> None:
        """Put these before the company, then the best of the machine's; none of them: verdict none, with the reason."""
        machine = self.found()
        chosen = [] if verdict == "none" else list(dict.fromkeys([*wanted, *machine]))[:3]
        if not verdict:
            verdict = "adopt" if set(chosen) <= set(machine) else "supplement"
        reason = reason or ("" if verdict == "adopt" else "熟悉这类现场，请一并考虑")
        with self.stage.as_(self.clerk) as (session, actor):
            run = self._run(session)
            given = {"version": run.version, "verdict": verdict, "reason": reason, "chosen": chosen}
            matches.review(session, self.stage.services, actor, self.id, ReviewInput.model_validate(given))

    def _run(self, session: Any) -> MatchRun:
        wanted = select(MatchRun).where(MatchRun.need_id == self.id).order_by(col(MatchRun.created_at).desc())
        return session.exec(wanted.limit(1)).one()

    def listed(self) -> list[str]:
        """Ids of what lies before the company, in order."""
        with self.stage.as_(self.clerk) as (session, _):
            newest = select(Recommendation).where(Recommendation.need_id == self.id)
            current = session.exec(newest.order_by(col(Recommendation.created_at).desc()).limit(1)).one()
            places = select(RecommendedParty).where(RecommendedParty.recommendation_id == current.id)
            found = session.exec(places.order_by(col(RecommendedParty.place))).all()
            self.parties |= {each.id: each.party_id for each in found}
            return [each.id for each in found]

    def choose(self, **given: Any) -> None:
        """picked, rejected or delegate, as the company says."""
        with self.stage.as_(self.by) as (session, actor):
            version = recommendations.current(session, actor, self.id).subject.version
            content = ChoiceInput.model_validate({"version": version} | given | self.proxied)
            recommendations.choose(session, self.stage.services, actor, self.id, content)

    def invite(self, *recommended: str) -> list[str]:
        """Ids of the invitations."""
        with self.stage.as_(self.clerk) as (session, actor):
            version = needs.find(session, actor, self.id).version
            content = InviteInput.model_validate(self._terms() | {"version": version, "recommended": recommended})
            return [each.id for each in invitations.invite(session, self.stage.services, actor, self.id, content)]

    def _terms(self) -> dict[str, Any]:
        on_site = self.number % 2 == 0
        return {
            "question": f"请看看：{self.told['title']}。\n先通个电话，判断能不能做、缺什么数据。",
            "expected_hours": 4 + self.number % 3 * 4,
            "mode": "on_site" if on_site else "online",
            "place": self.told["scene"][:40] if on_site else "",
            "travel_paid_by": self.firm.name if on_site else "",
            "fee_kind": ("free", "filed", "negotiated")[self.number % 3],
            "contact_name": self.clerk,
            "contact_phone": texts.landline(self.number % 900 + 1),
        }

    def agree(self, invitation_id: str, who: str, *, by_phone: str = "", **given: Any) -> str:
        """The id of the consultation. by_phone: the name of the expert who told the clerk."""
        asked = {"proxy": self.stage.by_phone(by_phone)} if by_phone else {}
        with self.stage.as_(self.clerk if by_phone else who) as (session, actor):
            version = invitations.find(session, actor, invitation_id).subject.version
            promised = {"version": version, "no_conflict": True, "keeps_secret": True}
            content = AcceptInput.model_validate(promised | asked | given)
            return answers.accept(session, self.stage.services, actor, invitation_id, content)[1].id

    def decline(self, invitation_id: str, who: str, **given: Any) -> None:
        with self.stage.as_(who) as (session, actor):
            version = invitations.find(session, actor, invitation_id).subject.version
            content = DeclineInput.model_validate({"version": version} | given)
            answers.decline(session, self.stage.services, actor, invitation_id, content)

    def take_back(self, invitation_id: str, action: str, note: str) -> None:
        with self.stage.as_(self.clerk) as (session, actor):
            version = invitations.find(session, actor, invitation_id).subject.version
            # Only a release is the invited one's own word.
            asked = {"proxy": self.stage.by_phone("专家本人")} if action == "release" else {}
            given = ActionInput.model_validate({"version": version, "note": note} | asked)
            invitations.take_back(session, self.stage.services, actor, invitation_id, action, given)

    def consultation(self) -> str:
        """The newest of this need."""
        with self.stage.as_(self.clerk) as (session, _):
            wanted = select(Consultation).where(Consultation.need_id == self.id)
            return session.exec(wanted.order_by(col(Consultation.number).desc()).limit(1)).one().id

    def merge_into(self, target: Ask) -> None:
        with self.stage.as_(self.clerk_of_both(target)) as (session, actor):
            given = {"version": session.get_one(Need, self.id).version, "target_id": target.id}
            content = MergeInput.model_validate(given | {"note": "两家说的是同一个问题，合在一起找专家。"})
            mergers.merge(session, self.stage.services, actor, self.id, content)

    def clerk_of_both(self, target: Ask) -> str:
        """Somebody who handles both: of the province, unless one place looks after both."""
        return self.clerk if self.clerk == target.clerk else self.places.clerk_of("630000")
