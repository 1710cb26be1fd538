"""What can be done in a consultation: every act with its form, for whoever it is offered to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.case_facts import Case
from service.errors import AppError, NotFound
from service.models import ConsultationState, OutcomeState, Side
from service.permissions import is_allowed
from service.schemas.common import ActionInput
from service.schemas.consultation_views import ConsultationOut
from service.schemas.consultations import (
    AddendumInput,
    AttestInput,
    ConfirmInput,
    CorrectedMinutes,
    FirstContactInput,
    HoldInput,
    MinutesInput,
    MissInput,
    NamedMember,
    NameMembersInput,
    RequestClosingInput,
    RescheduleInput,
    ScheduleInput,
    SignInput,
    TakeOffInput,
)
from service.schemas.outcomes import CorrectedOutcome, OutcomeInput, ReportInput, VerifyOutcomeInput
from service.schemas.ratings import RatingInput
from service.services import Services
from service.usecases import appointments, closings, consultation_members, consultations, minutes, outcomes, ratings
from service.usecases.consultation_cases import COMMITS, POLICY_OF, SIDES, is_own_word
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import why_not_yet
from web.forms import Form, read
from web.once import once
from web.rows import Row, read_rows, rows

# What the page proposes first; the state's own act, after 承诺.
_FIRST = {
    ConsultationState.TO_CONTACT: "contact",
    ConsultationState.CONTACTED: "schedule",
    ConsultationState.SCHEDULED: "hold",
    ConsultationState.TO_MINUTE: "write_minutes",
    ConsultationState.ONGOING: "request_closing",
    ConsultationState.TO_CONFIRM: "confirm",
    ConsultationState.DISPUTED: "resume",
    ConsultationState.COMPLETED: "rate",
}
_WITH_OUTCOMES = ("request_closing", "confirm", "report")
_EMPTY_ROWS = 2
_MOST_MEMBERS = 4


@dataclass(frozen=True)
class Act:
    """side: whose word it is; staff's own word in the acts of OF_STAFF. perform: (session, services, actor, id, what
    was sent), the id of the consultation or of what the act is about."""

    schema: type[BaseModel]
    side: Side | None
    perform: Callable[[Session, Services, Actor, str, Any], object]


def _step(action: str) -> Callable[[Session, Services, Actor, str, Any], object]:
    def perform(session: Session, services: Services, actor: Actor, consultation_id: str, given: Any) -> object:
        return consultations.act(session, services, actor, consultation_id, action, given)

    return perform


ACTS: Mapping[str, Act] = {
    "contact": Act(FirstContactInput, Side.HOLDER, consultations.contact),
    "attest": Act(AttestInput, Side.HOLDER, consultations.attest),
    "schedule": Act(ScheduleInput, None, appointments.schedule),
    "reschedule": Act(RescheduleInput, None, appointments.reschedule),
    "hold": Act(HoldInput, None, appointments.hold),
    "miss": Act(MissInput, None, appointments.miss),
    "write_minutes": Act(MinutesInput, Side.HOLDER, minutes.write),
    "correct_minutes": Act(CorrectedMinutes, Side.HOLDER, minutes.correct),
    "add_to_minutes": Act(AddendumInput, Side.HOLDER, minutes.add),
    "name_members": Act(NameMembersInput, Side.HOLDER, consultation_members.name_members),
    "take_off_member": Act(TakeOffInput, Side.HOLDER, consultation_members.take_off),
    "sign": Act(SignInput, Side.OWNER, consultations.sign),
    "request_closing": Act(RequestClosingInput, Side.HOLDER, closings.request_closing),
    "confirm": Act(ConfirmInput, Side.OWNER, closings.confirm),
    "dispute": Act(ActionInput, Side.OWNER, _step("dispute")),
    "resume": Act(ActionInput, None, _step("resume")),
    "abort": Act(ActionInput, None, _step("abort")),
    "rate": Act(RatingInput, None, ratings.rate),
    "report": Act(ReportInput, None, outcomes.report),
    "correct_outcome": Act(CorrectedOutcome, None, outcomes.correct),
    "verify_outcome": Act(VerifyOutcomeInput, None, outcomes.verify),
}
OF_STAFF = ("resume", "abort", "verify_outcome")


@dataclass(frozen=True)
class Offer:
    """One act as the page shows it. target: what it is about, if not the consultation. why_not: not possible yet.

    candidates: members of the team who may be named; not_fit: name → why another may not.
    """

    act: str
    label: str
    form: Form
    target: str = ""
    version: int | None = None
    why_not: str | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[str, str] = field(default_factory=dict)
    outcomes: list[Row] = field(default_factory=list)
    members: list[Row] = field(default_factory=list)
    candidates: Mapping[str, str] = field(default_factory=dict)
    not_fit: Mapping[str, str] = field(default_factory=dict)
    needs_proxy: bool = False
    is_first: bool = False
    is_refused: bool = False

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return f"{self.act}.{self.target}" if self.target else self.act


def send(services: Services, actor: Actor, consultation_id: str, name: str, sent: FormData) -> None:
    """Raises AppError; NotFound if there is no such act."""
    act = ACTS.get(name)
    if act is None:
        raise NotFound()
    more: dict[str, Any] = {"outcomes": read_rows(OutcomeInput, sent, "outcomes")} if name in _WITH_OUTCOMES else {}
    if name == "name_members":
        more = {"members": read_rows(NamedMember, sent, "members")}
    given = read(act.schema, sent, **more)
    subject_id = str(sent.get("target", "")) or consultation_id

    def do() -> str:
        act.perform(session, services, actor, subject_id, given)
        return "done"

    with services.database.writing() as session:
        once(session, actor, f"consultation.{name}", sent, do)


def offers(
    session: Session,
    services: Services,
    actor: Actor,
    case: Case,
    shown: ConsultationOut,
    *,
    failed: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> list[Offer]:
    """What this person may do, the next step first. failed: the key of the act that was refused."""
    found = list(_offered(session, services, actor, case, shown))
    first = _first(shown)
    made = []
    for offer in found:
        is_refused = error is not None and offer.key == failed
        typed, refusal = (sent, error) if is_refused else (None, None)
        form = Form(ACTS[offer.act].schema, offer.form.given, typed=typed, error=refusal, place=offer.form.place)
        changed = {
            "form": form,
            "outcomes": rows(OutcomeInput, "outcomes", empty=_EMPTY_ROWS, typed=typed, error=refusal)
            if offer.act in _WITH_OUTCOMES
            else [],
            "members": rows(
                NamedMember,
                "members",
                empty=min(len(offer.candidates), _MOST_MEMBERS),
                typed=typed,
                error=refusal,
            )
            if offer.candidates
            else [],
            "is_refused": is_refused,
            "is_first": offer.act == first,
        }
        made.append(Offer(**{**offer.__dict__, **changed}))
    return sorted(made, key=lambda each: not each.is_first)


def _first(shown: ConsultationOut) -> str:
    offered = {each.action for each in shown.actions}
    if "attest" in offered and "contact" not in offered:
        return "attest"
    return _FIRST.get(shown.state, "")


def _offered(session: Session, services: Services, actor: Actor, case: Case, shown: ConsultationOut) -> Iterator[Offer]:
    sides = {side.value: label for side, label in SIDES.items() if is_allowed(actor, POLICY_OF[side], case)}
    for action in shown.actions:
        act = ACTS[action.action]
        steps = [each for each in CONSULTATION.transitions if each.action == action.action]
        common: dict[str, Any] = {
            "act": action.action,
            "label": action.label,
            "why_not": why_not_yet(session, steps[0], case.subject) if steps else None,
            "reasons": action.reasons,
            "needs_proxy": action.action not in OF_STAFF and not is_own_word(actor, case, act.side, action.action),
        }
        if action.action in ("correct_minutes", "add_to_minutes"):
            yield from _of_minutes(shown, common, act)
        elif action.action == "rate":
            yield from _ratings(actor, case, shown, common)
        elif action.action == "name_members":
            yield _naming(session, actor, shown, common)
        elif action.action == "take_off_member":
            yield from _taking_off(shown, common)
        else:
            yield Offer(**common, form=Form(act.schema, _given(shown, action.action)), version=shown.version)
    yield from _outcomes(services, actor, case, shown, sides)


def _given(shown: ConsultationOut, action: str) -> dict[str, Any]:
    if action == "reschedule" and shown.appointments:
        return shown.appointments[-1].model_dump(include={"starts_at", "ends_at", "place", "online_link"})
    if action == "confirm" and shown.proposed:
        return {"reason": shown.proposed.value}
    return {}


def _of_minutes(shown: ConsultationOut, common: dict[str, Any], act: Act) -> Iterator[Offer]:
    is_correction = common["act"] == "correct_minutes"
    for each in shown.minutes:
        form = Form(act.schema, {"text": each.text} if is_correction else {})
        label = f"{common['label']}（第 {each.meeting} 次见面）"
        version = each.version if is_correction else None
        yield Offer(**(common | {"label": label}), form=form, target=each.id, version=version)


def _naming(session: Session, actor: Actor, shown: ConsultationOut, common: dict[str, Any]) -> Offer:
    found = consultation_members.candidates(session, actor, shown.id)
    fit = {
        each.expert_id: "，".join(filter(None, (each.name, each.professional_title, each.organization_name)))
        + (f"（已派：{each.note}）" if each.is_named else "")
        for each in found
        if not each.obstacle
    }
    not_fit = {each.name: each.obstacle for each in found if each.obstacle}
    why_not = None if fit else "团队里还没有同意加入、现在可以派的其他成员。"
    given = common | {"why_not": why_not, "candidates": fit, "not_fit": not_fit}
    return Offer(**given, form=Form(NameMembersInput), version=shown.version)


def _taking_off(shown: ConsultationOut, common: dict[str, Any]) -> Iterator[Offer]:
    for each in shown.members:
        given = common | {"label": f"{common['label']}：{each.name}"}
        yield Offer(**given, form=Form(TakeOffInput, place=each.id), target=each.id, version=each.version)


def _ratings(actor: Actor, case: Case, shown: ConsultationOut, common: dict[str, Any]) -> Iterator[Offer]:
    for value, label in (
        (side.value, label) for side, label in SIDES.items() if is_allowed(actor, COMMITS[side], case)
    ):
        before = next((each for each in shown.ratings if each.side == value), None)
        given = before.model_dump(include={"skill", "response", "cooperation", "effect", "comment"}) if before else {}
        about = "评价需求方" if value == Side.HOLDER else "评价承接方"
        common = common | {
            "label": f"修改{about[2:]}的评价" if before else about,
            "needs_proxy": not is_own_word(actor, case, Side(value), "rate"),
        }
        form = Form(RatingInput, given)
        yield Offer(**common, form=form, version=before.version if before else None, sides={value: label})


def _outcomes(
    services: Services, actor: Actor, case: Case, shown: ConsultationOut, sides: Mapping[str, str]
) -> Iterator[Offer]:
    is_over = shown.state is ConsultationState.COMPLETED
    if sides and (is_over or shown.state in (ConsultationState.TO_CONFIRM, ConsultationState.DISPUTED)):
        days = services.settings.follow_up_days if is_over else ()
        occasions = {"closing": "办结时"} | {str(each): f"第 {each} 天回访" for each in days}
        needs_proxy = not all(is_own_word(actor, case, Side(side)) for side in sides)
        form = Form(ReportInput, {"occasion": "closing"})
        yield Offer("report", "填报成效", form, reasons=occasions, sides=sides, needs_proxy=needs_proxy)
    may_verify = is_allowed(actor, "outcome.verify", case)
    for each in shown.outcomes:
        if each.state is not OutcomeState.REPORTED:
            continue
        if each.side in sides:
            label = f"更正成效：{each.kind_label}"
            proxy = not is_own_word(actor, case, each.side)
            form = Form(CorrectedOutcome, each)
            yield Offer("correct_outcome", label, form, target=each.id, version=each.version, needs_proxy=proxy)
        if may_verify:
            label = f"核实成效：{each.kind_label}"
            yield Offer("verify_outcome", label, Form(VerifyOutcomeInput), target=each.id, version=each.version)
