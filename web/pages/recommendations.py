"""The list recommended to a company: side by side, and its choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.dependencies import CurrentActor, ServicesDep
from service.api.routing import policy
from service.case_facts import Case
from service.errors import AppError, NotFound
from service.permissions import require
from service.schemas.recommendations import ChoiceInput, RecommendationOut
from service.services import Services
from service.usecases import needs, recommendations
from service.usecases.need_views import show as show_need
from service.usecases.recommendation_views import show
from web.comparison import FEWEST, MOST, lines_of
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.marks import marked, quotes_of
from web.render import leave_for, page
from web.sent import SentForm
from web.words import CHANNELS, service_types

router = APIRouter(include_in_schema=False)
# What a form says of each of the list: “choice.<id>” is one of these, or a reason after the colon.
PICK, WAIT, REJECT = "pick", "wait", "reject:"
Ticked = Annotated[Sequence[str], Query()]
_TEXTS = ("situation", "targets", "scene", "restrictions")


@router.get("/needs/{need_id}/recommendation")
@policy("recommendation.view")
def show_recommendation(
    request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, compare: Ticked = (), fold: bool = False
) -> Response:
    """fold: back to the list. What was already chosen comes along both ways, where there is JavaScript."""
    carried = FormData(dict(request.query_params))
    return _page(request, services, actor, need_id, compare=compare, fold=fold, sent=carried)


@router.post("/needs/{need_id}/recommendation/choose")
@policy("recommendation.choose")
def send_choice(request: Request, services: ServicesDep, actor: CurrentActor, need_id: str, sent: SentForm) -> Response:
    try:
        given = read(ChoiceInput, sent, **_chosen(sent))
        with services.database.writing() as session:
            recommendations.choose(session, services, actor, need_id, given)
    except AppError as error:
        pass_on_hiding(error)
        compare = [str(each) for each in sent.getlist("compared")]
        return _page(request, services, actor, need_id, compare=compare, sent=sent, error=error)
    said = "已委托科协代邀，科协会按顺序邀请。" if given.delegate else "已收到您的选择，科协会在 2 个工作日内发出邀约。"
    return leave_for(f"/needs/{need_id}", said)


def _chosen(sent: FormData) -> dict[str, Any]:
    """In the order of the numbers given, else of the list."""
    picked: list[tuple[int, str]] = []
    rejected = []
    for name, value in sent.multi_items():
        kind, _, party_id = name.partition(".")
        if kind != "choice" or not isinstance(value, str):
            continue
        if value == PICK:
            order = str(sent.get(f"order.{party_id}", ""))
            picked.append((int(order) if order.isdecimal() else len(picked) + 1, party_id))
        elif value.startswith(REJECT):
            note = str(sent.get(f"note.{party_id}", ""))
            rejected.append({"id": party_id, "reason": value.removeprefix(REJECT), "note": note})
    return {"picked": [party_id for _, party_id in sorted(picked)], "rejected": rejected}


def _why_not(ticked: int) -> str:
    if ticked > MOST:
        return "一次最多比较四位，请去掉几位。"
    return "再勾选一位才能比较。" if 0 < ticked < FEWEST else ""


def _service_words(services: Services) -> dict[str, str]:
    return {code: label.split("：")[0] for code, label in service_types(services.settings).labels.items()}


def _page(
    request: Request,
    services: Services,
    actor: Actor,
    need_id: str,
    *,
    compare: Sequence[str] = (),
    fold: bool = False,
    sent: FormData | None = None,
    error: AppError | None = None,
) -> Response:
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id)
        require(actor, "recommendation.view", Case(None, need))
        shown = show_need(session, services.clockwork, actor, need)
        try:
            found: RecommendationOut | None = show(session, actor, recommendations.current(session, actor, need_id))
        except NotFound:
            found = None
    parties = found.parties if found else []
    ticked = [party for party in parties if party.id in compare]
    compared = ticked if FEWEST <= len(ticked) <= MOST and not fold else []
    texts = [text for name in _TEXTS if (text := getattr(shown, name))]
    sides = {party.id: [marked(text, quotes_of(party.evidence)) for text in texts] for party in parties}
    return page(
        request,
        actor,
        "recommendations/show.html",
        error.status if error else 200,
        need=shown,
        found=found,
        sides=sides,
        ticked=[party.id for party in ticked],
        compared=compared,
        cannot_compare=_why_not(len(ticked)) if not fold else "",
        rest=[party for party in parties if party not in compared],
        lines=lines_of(shown, compared, _service_words(services)),
        form=Form(ChoiceInput, typed=sent if error else None, error=error),
        typed=sent or FormData(),
        channels=CHANNELS,
        is_owner=need.organization_id in actor.organizations,
    )
