"""Who was found for a need: the need on the left, one candidate on the right, and the clerk's decision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.errors import AppError, NotFound
from service.models import MatchRunState, PartyKind, ReviewVerdict
from service.permissions import is_allowed
from service.schemas.experts import ExpertLine
from service.schemas.matches import MatchRunOut, ReviewInput
from service.services import Services
from service.usecases import experts, matches, needs
from service.usecases.expert_views import line
from service.usecases.match_views import show
from service.usecases.need_views import show as show_need
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.marks import marked, quotes_of
from web.render import leave_for, page
from web.sent import SentForm

router = APIRouter(include_in_schema=False)
_TEXTS = {
    "title": "标题",
    "scene": "应用场景",
    "situation": "现状与问题",
    "targets": "目标指标",
    "restrictions": "约束条件",
}
VERDICTS = {
    ReviewVerdict.ADOPT.value: "采纳：就从机器名单里推荐",
    ReviewVerdict.SUPPLEMENT.value: "补充：加上机器没有找到的人",
    ReviewVerdict.REPLACE.value: "改判：名单不对，换成我选的",
    ReviewVerdict.NONE.value: "无合适：转技术经理人继续找",
}
At = Annotated[int, Query(ge=1, le=100)]


@router.get("/needs/{need_id}/matches")
@policy("match.view")
def show_matches(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    need_id: str,
    at: At = 1,
    search: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    """at: which of the list is open; search: the name of somebody who might be added."""
    return _page(request, services, actor, need_id, at=at, search=search)


@router.post("/needs/{need_id}/matches/review")
@policy("match.review")
def send_review(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(ReviewInput, sent, chosen=[str(each) for each in sent.getlist("chosen")])
        with services.database.writing() as session:
            matches.review(session, services, actor, need_id, given)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, services, actor, need_id, sent=sent, error=error)
    said = "已复核：转技术经理人继续找。" if given.verdict is ReviewVerdict.NONE else "已复核，名单推荐给企业选择。"
    return leave_for(f"/needs/{need_id}", said)


@router.get("/needs/{need_id}/matches/why-not/{kind}/{party_id}")
@policy("match.view")
def explain_match(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, kind: PartyKind, party_id: str
) -> Response:
    found = matches.why_not(services, request.app.state.matcher, actor, need_id, kind, party_id)
    with services.database.reading() as session:
        need = show_need(session, services.clockwork, actor, needs.find(session, actor, need_id))
    return page(request, actor, "matches/why_not.html", need=need, found=found)


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    *,
    at: int = 1,
    search: str = "",
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id, "match.view")
        shown = show_need(session, services.clockwork, actor, need)
        may_review = is_allowed(actor, "match.review", need)
        found_people = [line(each) for each in experts.page_of(session, actor, search=search)[0]] if search else []
        try:
            run: MatchRunOut | None = show(session, *matches.latest(session, actor, need_id))
        except NotFound:
            run = None
        added = _added(session, actor, run, sent)
    open_one = run.matches[min(at, len(run.matches)) - 1] if run and run.matches else None
    quotes = quotes_of(open_one.evidence) if open_one else []
    texts = {label: getattr(shown, name) for name, label in _TEXTS.items() if getattr(shown, name)}
    return page(
        request,
        actor,
        "matches/show.html",
        error.status if error else 200,
        need=shown,
        run=run,
        open_one=open_one,
        texts={label: marked(text, quotes) for label, text in texts.items()},
        sub_problems=[marked(text, quotes) for text in shown.sub_problems or []],
        may_review=may_review and run is not None and run.state is MatchRunState.TO_REVIEW,
        added=added,
        found_people=found_people,
        search=search,
        approves=may_review and "recommendation.release" in services.settings.approval_kinds,
        form=Form(ReviewInput, typed=sent, error=error),
        verdicts=VERDICTS,
    )


def _added(session: Session, actor: Actor, run: MatchRunOut | None, sent: FormData | None) -> list[ExpertLine]:
    """Who was found by name and ticked in a review that was refused."""
    ticked = [str(each) for each in sent.getlist("chosen")] if sent else []
    known = {f"{each.party_kind}:{each.party_id}" for each in run.matches} if run else set()
    known |= {f"{each.party_kind}:{each.party_id}" for each in run.self_offers} if run else set()
    people = [key.partition(":")[2] for key in ticked if key not in known and key.startswith(f"{PartyKind.EXPERT}:")]
    return [line(each) for each in experts.known(session, actor, people)]
