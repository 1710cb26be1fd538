"""A person's whole life on the platform, with their name, number, address and words in every place they can get to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel

from service.actors import Actor, actor_of
from service.audit import digest_of
from service.clock import now
from service.jobs import enqueue
from service.models import (
    Achievement,
    AchievementResult,
    AchievementState,
    ApiToken,
    Attachment,
    Consultation,
    ConsultationState,
    ContactChannel,
    Delivery,
    DeliveryChannel,
    FileSubject,
    FirstContact,
    FollowUp,
    FormerMinutes,
    Job,
    MailedLink,
    MailPurpose,
    MatchResult,
    MatchRun,
    Membership,
    MembershipRole,
    Minutes,
    MinutesAddendum,
    Need,
    NeedResult,
    NeedState,
    Notice,
    OffererKind,
    OneTimeSlip,
    Organization,
    OrganizationKind,
    OrganizationState,
    Outcome,
    OutcomeKind,
    PartyKind,
    RankingObjection,
    RankingObjectionKind,
    RankingObjectionState,
    Rating,
    ReadEntry,
    RecipientKind,
    SelfOffer,
    Side,
    Team,
    TeamKind,
    TeamMember,
    TextState,
    User,
    UserSession,
)
from service.rules.consent_purposes import PURPOSES
from service.rules.plain_text import identity_key
from service.schemas.consents import ConsentInput, EnteredConsent
from service.schemas.experts import NewExpert
from service.schemas.needs import NewNeed
from service.usecases import consents, experts, needs
from tests.service.privacy.steps import CLERK, PROFILE, accept, act_on_expert, an_invitation
from tests.service.steps import CONTENT, act
from tests.service.world import World


@dataclass(frozen=True)
class Canary:
    """What must be nowhere afterwards. word: stands in the profile and the works, and nowhere else in the world."""

    name: str = "扎西·顿珠柏"
    mobile: str = "13909712345"
    mail: str = "dunzhu@example.net"
    word: str = "雪莲因子萃取"

    @property
    def all(self) -> tuple[str, ...]:
        return self.name, self.mobile, self.mail, self.word


@dataclass(frozen=True)
class Life:
    canary: Canary
    user_id: str
    expert_id: str
    need_id: str
    consultation_id: str
    cookie: str


def a_life(world: World, canary: Canary, *, password_hash: str = "", company_id: str = "") -> Life:
    """An expert and a company's contact, asked, at work, rated; everything is over. company_id: "" = the world's."""
    company_id = company_id or world.company.id
    user_id = _account(world, canary, company_id, password_hash)
    world.people[canary.name] = user_id
    expert_id = _profile(world, canary)
    need_id = _need(world, canary, company_id)
    consultation_id = accept(world, an_invitation(world, need_id, expert_id, contact_name=canary.name))
    _words(world, canary, need_id, expert_id, consultation_id)
    _end(world, need_id, consultation_id)
    _notices(world, canary, user_id, expert_id)
    return Life(canary, user_id, expert_id, need_id, consultation_id, f"cookie-{user_id}")


def actor(world: World, user_id: str) -> Actor:
    with world.services.database.reading() as session:
        return actor_of(session, session.get_one(User, user_id))


def _account(world: World, canary: Canary, company_id: str, password_hash: str) -> str:
    until = now() + timedelta(days=30)
    with world.services.database.writing() as session:
        user = User(name=canary.name, mobile=canary.mobile, mail=canary.mail, password_hash=password_hash)
        session.add(user)
        session.flush()
        session.add(
            UserSession(
                user_id=user.id, token_digest=digest_of(f"cookie-{user.id}"), last_seen_at=now(), expires_at=until
            )
        )
        session.add(
            ApiToken(
                user_id=user.id,
                name=f"{canary.name}的程序",
                token_digest=digest_of(f"token-{user.id}"),
                scopes="need.list",
                expires_at=until,
            )
        )
        code = digest_of(f"slip-{user.id}")
        session.add(OneTimeSlip(user_id=user.id, code_digest=code, issued_by_id=user.id, expires_at=until))
        role = MembershipRole.CONTACT
        session.add(Membership(user_id=user.id, organization_id=company_id, role=role))
        return user.id


def _profile(world: World, canary: Canary) -> str:
    own = {
        "name": canary.name,
        "mobile": canary.mobile,
        "mail": canary.mail,
        "profile": f"研究{canary.word}，吸附剂再生",
        "works": [{"kind": "paper", "year": 2024, "title": f"{canary.word}的机理", "text": canary.word}],
        "for_myself": True,
    }
    with world.services.database.writing() as session:
        content = NewExpert.model_validate(PROFILE | own)
        expert_id = experts.create(session, world.services, world.actor(session, canary.name), content).id
    act_on_expert(world, CLERK, expert_id, "verify")
    act_on_expert(world, canary.name, expert_id, "sleep", f"{canary.name}住院，电话 {canary.mobile}")
    act_on_expert(world, canary.name, expert_id, "wake")
    act_on_expert(world, CLERK, expert_id, "verify")
    said = {"purpose": "recommend", "given": True, "text_version": PURPOSES["recommend"].version}
    proxy = {"asked_by": canary.name, "channel": "phone", "asked_at": "2026-11-23T08:30:00+08:00"}
    with world.services.database.writing() as session:
        entered = EnteredConsent.model_validate(said | {"proxy": proxy, "confirmed": True})
        consents.enter(session, world.services, world.actor(session, CLERK), expert_id, entered)
        agreed = ConsentInput.model_validate(said | {"purpose": "public_profile"})
        consents.decide(session, world.services, world.actor(session, canary.name), agreed)
    return expert_id


def _need(world: World, canary: Canary, company_id: str) -> str:
    with world.services.database.writing() as session:
        session.get_one(Organization, company_id).state = OrganizationState.VERIFIED
    spoken = f"{canary.mobile[:3]} {canary.mobile[3:7]} {canary.mobile[7:]}"
    said = {
        "organization_id": company_id,
        "scene": f"盐湖老卤提锂车间，联系人：{canary.name}，{spoken}",
        "tried": f"写信给 {canary.mail.upper()} 问过",
    }
    with world.services.database.writing() as session:
        content = NewNeed.model_validate(CONTENT | said)
        need_id = needs.create(session, world.services, world.actor(session, canary.name), content).id
    act(world, canary.name, need_id, "submit")
    act(world, CLERK, need_id, "accept", note=f"已与{canary.name}通话，{canary.mobile}")
    return need_id


def _words(world: World, canary: Canary, need_id: str, expert_id: str, consultation_id: str) -> None:
    about = f"{canary.name}说可以，电话{canary.mobile}，邮箱{canary.mail}"
    with world.services.database.writing() as session:
        user_id, clerk = world.people[canary.name], world.people[CLERK]
        run = MatchRun(
            need_id=need_id,
            need_content_version=1,
            mode="keyword",
            calibrated=False,
            no_good_match=False,
            fingerprint="keyword",
            index_version="1",
            parameters="1",
            excluded={},
        )
        session.add(run)
        session.flush()
        quote = {"need": {"text": f"联系人：{canary.name}"}, "item": {"text": f"{canary.word}的机理"}}
        result = {"run_id": run.id, "score": 0.5, "band": "未校准", "parts": {}, "evidence": [quote]}
        team = Team(
            name=f"服务队 {consultation_id[:8]}",
            kind=TeamKind.SQUAD,
            leader_id=expert_id,
            society_id=an_organization(world, session, f"学会 {consultation_id[:8]}", OrganizationKind.SOCIETY),
            region_code="632801",
            profile=f"由{canary.name}牵头",
            term_since=date(2026, 1, 1),
            term_until=date(2027, 1, 1),
        )
        session.add(team)
        session.flush()
        rows: list[SQLModel] = [
            MatchResult.model_validate(result | {"rank": 1, "party_kind": PartyKind.EXPERT, "party_id": expert_id}),
            MatchResult.model_validate(
                result
                | {
                    "rank": 2,
                    "party_kind": PartyKind.TEAM,
                    "party_id": team.id,
                    "evidence": [quote | {"item": {"text": f"由{canary.name}牵头"}}],
                }
            ),
            TeamMember(team_id=team.id, expert_id=expert_id, consented_at=now()),
            FirstContact(
                consultation_id=consultation_id,
                made_by=canary.name,
                made_at=now(),
                channel=ContactChannel.PHONE,
                line=about,
            ),
            *_minutes(session, canary, consultation_id, user_id, about),
            Rating(consultation_id=consultation_id, side=Side.OWNER, skill=5, comment=about, given_by=clerk),
            Outcome(
                need_id=need_id,
                consultation_id=consultation_id,
                occasion="closing",
                side=Side.HOLDER,
                kind=OutcomeKind.PROBLEM_SOLVED,
                text=about,
                reported_by=user_id,
            ),
            RankingObjection(
                user_id=user_id,
                expert_id=expert_id,
                kind=RankingObjectionKind.EXPLANATION,
                text=about,
                association_id=world.county.id,
                association_path=world.county.path,
                state=RankingObjectionState.ANSWERED,
            ),
            FollowUp(need_id=need_id, round=1, days=30, due_on=date(2026, 12, 23), note=about),
            ReadEntry(reader_id=clerk, subject_kind="expert", subject_id=expert_id, what="mobile mail"),
            ReadEntry(reader_id=user_id, subject_kind="expert", subject_id=expert_id, what="mobile mail"),
            Job(
                name="nothing",
                key=f"expert:{expert_id}",
                error=f"duplicate key (mobile)=({canary.mobile})",
                done_at=now(),
            ),
        ]
        session.add_all([*rows, *_offers(world, session, canary, need_id, expert_id, run.id)])
        enqueue(session, "index.refresh", key=f"expert:{expert_id}")


def _minutes(session: Session, canary: Canary, consultation_id: str, user_id: str, about: str) -> list[SQLModel]:
    """Corrected, added to, and with a file that is called after the person."""
    minutes = Minutes(consultation_id=consultation_id, meeting=1, text=about, written_by=user_id)
    session.add(minutes)
    session.flush()
    return [
        FormerMinutes(
            minutes_id=minutes.id,
            text=about,
            written_by=user_id,
            written_at=now(),
            replaced_by=user_id,
            reason=f"{canary.name}看错了",
        ),
        MinutesAddendum(minutes_id=minutes.id, text=about, written_by=user_id),
        Attachment(
            subject_kind=FileSubject.MINUTES,
            subject_id=minutes.id,
            file_name=f"{canary.name}的签字页.pdf",
            media_type="application/pdf",
            size_bytes=1,
            sha256="",
            text_state=TextState.NONE_FOUND,
            uploaded_by=user_id,
        ),
    ]


def _notices(world: World, canary: Canary, user_id: str, expert_id: str) -> None:
    """To the person, and to the clerk about the person."""
    told = {"key": f"change:{expert_id}", "title": f"专家{canary.name}：核验", "text": canary.mobile, "path": "/"}
    about = {"subject_kind": "expert", "subject_id": expert_id}
    with world.services.database.writing() as session:
        for kind, reader in ((RecipientKind.USER, user_id), (RecipientKind.USER, world.people[CLERK])):
            notice = Notice.model_validate(told | about | {"recipient_kind": kind, "recipient_id": reader})
            session.add(notice)
            session.flush()
            error = f"550 no such mailbox {canary.mail}"
            session.add(Delivery(notice_id=notice.id, channel=DeliveryChannel.MAIL, error=error))
        until = now() + timedelta(days=1)
        link = {"user_id": user_id, "purpose": MailPurpose.CONFIRM, "mail": canary.mail, "expires_at": until}
        session.add(MailedLink.model_validate(link))


def _offers(
    world: World, session: Session, canary: Canary, need_id: str, expert_id: str, run_id: str
) -> list[SQLModel]:
    """An offer that nobody answered, and an achievement in the library, found for a need and finding one."""
    achievement = Achievement(
        expert_id=expert_id,
        created_by_id=world.people[canary.name],
        state=AchievementState.PUBLISHED,
        association_id=world.county.id,
        association_path=world.county.path,
        title=f"{canary.word}成套工艺",
        summary=f"{canary.word}，联系{canary.name} {canary.mobile}",
        ip_status=f"发明人{canary.name}",
    )
    session.add(achievement)
    session.flush()
    quotes = [{"need": {"text": "吸附剂"}, "achievement": {"text": f"{canary.word}成套工艺"}}]
    found = {"achievement_id": achievement.id, "achievement_content_version": 1, "rank": 1, "points": 4.0}
    return [
        SelfOffer(
            need_id=need_id,
            party_kind=OffererKind.EXPERT,
            party_id=expert_id,
            created_by_id=world.people[canary.name],
            plan=f"用{canary.word}试一试，找{canary.name}",
            evidence=f"{canary.word}的论文",
            timing="下周",
        ),
        AchievementResult.model_validate(found | {"run_id": run_id, "evidence": quotes}),
        NeedResult.model_validate(found | {"need_id": need_id, "need_content_version": 1, "evidence": quotes}),
    ]


def an_organization(world: World, session: Session, name: str, kind: OrganizationKind) -> str:
    made = Organization(
        kind=kind, name=name, name_key=identity_key(name), region_code="632801", association_id=world.county.id
    )
    session.add(made)
    session.flush()
    return made.id


def _end(world: World, need_id: str, consultation_id: str) -> None:
    with world.services.database.writing() as session:
        consultation = session.get_one(Consultation, consultation_id)
        consultation.state, consultation.closed_at = ConsultationState.COMPLETED, now()
        session.get_one(Need, need_id).state = NeedState.CLOSED


def everything(world: World) -> Iterator[tuple[str, str]]:
    """(table.column, what stands in it) of the whole database."""
    with world.services.database.reading() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.execute(select_columns(table)).mappings():
                for name, value in row.items():
                    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
                    yield f"{table.name}.{name}", shown


def places_of(world: World, canary: Canary) -> set[str]:
    """Where in the database a trace of the person stands, however it is grouped or spelt."""
    found = set()
    for place, said in everything(world):
        plain = said.replace(" ", "").replace("-", "").lower()
        if any(trace.lower() in plain for trace in canary.all):
            found.add(place)
    return found


def counts(world: World) -> dict[str, int]:
    with world.services.database.reading() as session:
        return {
            table.name: len(session.execute(select_columns(table)).all()) for table in SQLModel.metadata.sorted_tables
        }
