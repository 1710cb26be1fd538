"""Consultations: the list, and one of them for everybody who has a part in it, with an account or by a signed link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import FormData

from service.actors import Actor
from service.api.attachments import download_attachment
from service.api.dependencies import CurrentActor, PageNumber, Reading, Search, ServicesDep
from service.api.routing import policy
from service.errors import AppError
from service.models import ConsultationState, FileSubject, Side
from service.permissions import is_allowed
from service.schemas.attachments import AttachmentsOut
from service.schemas.common import ActionInput
from service.schemas.consultation_views import ConsultationOut, ContactPersonOut
from service.services import Services
from service.usecases import appointments, attachments, call_requests, consultations, contacts
from service.usecases.attachment_views import listed as files_of
from service.usecases.consultation_cases import find, is_own_word
from service.usecases.consultation_views import KIND_LABELS, lines, show
from service.usecases.consultations import Which
from service.usecases.paging import paged
from service.usecases.signed_links import actor_by_address
from service.workflow.consultations import ABSENT, CONSULTATION, OPEN
from service.workflow.engine import Turn
from service.workflow.resolutions import PROPOSED, RESOLUTIONS, reasons
from web.errors import pass_on_hiding
from web.forms import Form, read
from web.listing import Chosen, listing
from web.pages.consultation_acts import ACTS, offers, send
from web.render import leave_for, page
from web.sent import SentForm
from web.uploads import SentFile, UploadedFile
from web.words import CHANNELS, CONTACTS, SECOND_JOBS

router = APIRouter(include_in_schema=False)
# Apart, because a body with a file may be larger.
uploads = APIRouter(include_in_schema=False)
_HERE, _LINKED = "/consultations/{consultation_id}", "/r/consultation/{token}"
_SAID = {
    "attest": "已作承诺。",
    "contact": "已登记首次联系。",
    "rate": "已评价，谢谢。",
    "confirm": "已确认办结，谢谢。",
    "name_members": "已派成员，会通知本人。",
    "take_off_member": "已撤下，会通知本人。",
}
_ABOUT_FILES = "files"


@dataclass(frozen=True)
class _Place:
    """Who looks at which consultation, and the address of its page: an account's, or a signed link's."""

    services: Services
    actor: Actor
    id: str
    address: str


@dataclass(frozen=True)
class _Tried:
    """An act that was refused: its form stands open again with what was typed."""

    key: str = ""
    sent: FormData | None = None
    error: AppError | None = None
    contacts: list[ContactPersonOut] = field(default_factory=list)


def _linked(services: ServicesDep, token: str) -> _Place:
    actor = actor_by_address(services, f"consultation/{token}")
    assert actor.link is not None  # by a link only
    return _Place(services, actor, actor.link.partition(":")[2], f"/r/consultation/{token}")


def _own(services: Services, actor: Actor, consultation_id: str) -> _Place:
    return _Place(services, actor, consultation_id, f"/consultations/{consultation_id}")


Act = Annotated[str, Query(max_length=64)]


@router.get("/consultations")
@policy("consultation.list")
def show_consultations(
    request: Request,
    session: Reading,
    actor: CurrentActor,
    which: Which = Which.ALL,
    state: Chosen[ConsultationState] = None,
    search: Search = "",
    sort: str = "",
    page_number: PageNumber = 1,
) -> Response:
    found, total = consultations.page_of(
        session, actor, which=which, state=state, search=search, sort=sort, page=page_number
    )
    return page(
        request,
        actor,
        "consultations/list.html",
        listed=paged(lines(session, actor, found), total, page_number),
        listing=listing(request, consultations.ORDERS, sort, which=which),
        which=which,
        state=state,
        search=search,
        states={each.value: note.label for each, note in CONSULTATION.states.items()},
    )


@router.get(_HERE)
@policy("consultation.view")
def show_consultation(
    request: Request, services: ServicesDep, actor: CurrentActor, consultation_id: str, act: Act = ""
) -> Response:
    """act: the one form that is shown, in 大字版."""
    return _page(request, _own(services, actor, consultation_id), act)


@router.get(_LINKED)
@policy("public")
def show_linked_consultation(request: Request, services: ServicesDep, token: str, act: Act = "") -> Response:
    return _page(request, _linked(services, token), act)


@router.post(_HERE + "/acts/{act}")
@policy("consultation.act")
def send_consultation_act(
    request: Request, services: ServicesDep, actor: CurrentActor, consultation_id: str, act: str, sent: SentForm
) -> Response:
    return _send(request, _own(services, actor, consultation_id), act, sent)


@router.post(_LINKED + "/acts/{act}")
@policy("public")
def send_linked_act(request: Request, services: ServicesDep, token: str, act: str, sent: SentForm) -> Response:
    return _send(request, _linked(services, token), act, sent)


@router.post(_HERE + "/contact-data")
@policy("consultation.contact")
def show_contact_data(request: Request, services: ServicesDep, actor: CurrentActor, consultation_id: str) -> Response:
    return _contacts(request, _own(services, actor, consultation_id))


@router.post(_LINKED + "/contact-data")
@policy("public")
def show_linked_contact_data(request: Request, services: ServicesDep, token: str) -> Response:
    return _contacts(request, _linked(services, token))


@router.get(_HERE + "/appointments/{appointment_id}.ics")
@policy("consultation.view")
def download_appointment(
    services: ServicesDep, actor: CurrentActor, consultation_id: str, appointment_id: str
) -> Response:
    return _calendar(_own(services, actor, consultation_id), appointment_id)


@router.get(_LINKED + "/appointments/{appointment_id}.ics")
@policy("public")
def download_linked_appointment(services: ServicesDep, token: str, appointment_id: str) -> Response:
    return _calendar(_linked(services, token), appointment_id)


@router.get(_HERE + "/files/{attachment_id}")
@policy("attachment.open")
def download_file(services: ServicesDep, actor: CurrentActor, attachment_id: str) -> FileResponse:
    return download_attachment(services, actor, attachment_id)


@router.get(_LINKED + "/files/{attachment_id}")
@policy("public")
def download_linked_file(services: ServicesDep, token: str, attachment_id: str) -> FileResponse:
    return download_attachment(services, _linked(services, token).actor, attachment_id)


@uploads.post(_HERE + "/files/{kind}/{subject_id}")
@policy("attachment.change")
def upload_file(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    consultation_id: str,
    kind: FileSubject,
    subject_id: str,
    given: UploadedFile,
) -> Response:
    return _upload(request, _own(services, actor, consultation_id), kind, subject_id, given)


@uploads.post(_LINKED + "/files/{kind}/{subject_id}")
@policy("public")
def upload_linked_file(
    request: Request,
    place: Annotated[_Place, Depends(_linked)],
    kind: FileSubject,
    subject_id: str,
    given: UploadedFile,
) -> Response:
    """The link is looked at before the file is read."""
    return _upload(request, place, kind, subject_id, given)


@router.post(_HERE + "/files/{attachment_id}/remove")
@policy("attachment.change")
def remove_file(
    request: Request,
    services: ServicesDep,
    actor: CurrentActor,
    consultation_id: str,
    attachment_id: str,
    sent: SentForm,
) -> Response:
    return _remove(request, _own(services, actor, consultation_id), attachment_id, sent)


@router.post(_LINKED + "/files/{attachment_id}/remove")
@policy("public")
def remove_linked_file(
    request: Request, services: ServicesDep, token: str, attachment_id: str, sent: SentForm
) -> Response:
    return _remove(request, _linked(services, token), attachment_id, sent)


def _send(request: Request, place: _Place, act: str, sent: FormData) -> Response:
    try:
        send(place.services, place.actor, place.id, act, sent)
    except AppError as error:
        pass_on_hiding(error)
        target = str(sent.get("target", ""))
        key = f"{act}.{target}" if target else act
        return _page(request, place, key, _Tried(key, sent, error))
    return leave_for(place.address, _SAID.get(act, "已办好。"))


def _contacts(request: Request, place: _Place) -> Response:
    try:
        with place.services.database.writing() as session:
            found = contacts.contacts(session, place.actor, place.id)
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, place, "", _Tried("contact-data", None, error))
    return _page(request, place, "", _Tried(contacts=found))


def _calendar(place: _Place, appointment_id: str) -> Response:
    with place.services.database.reading() as session:
        entry = appointments.calendar_entry(session, place.services, place.actor, place.id, appointment_id)
    name = quote("对接咨询.ics")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(entry, media_type="text/calendar; charset=utf-8", headers=headers)


def _upload(request: Request, place: _Place, kind: FileSubject, subject_id: str, given: SentFile) -> Response:
    """The form of the proxy stands beside the file."""
    try:
        given.refuse_unusable()
        proxy = read(ActionInput, given.form, version=0).proxy
        attachments.upload(
            place.services, place.actor, kind, subject_id, given.content, file_name=given.name, proxy=proxy
        )
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, place, "", _Tried(_ABOUT_FILES, given.form, error))
    return leave_for(place.address, "文件已上传。")


def _remove(request: Request, place: _Place, attachment_id: str, sent: FormData) -> Response:
    try:
        given = read(ActionInput, sent)
        with place.services.database.writing() as session:
            removed, _ = attachments.remove(
                session, place.services, place.actor, attachment_id, given.version, given.proxy
            )
            name = removed.file_name
    except AppError as error:
        pass_on_hiding(error)
        return _page(request, place, "", _Tried(_ABOUT_FILES, sent, error))
    return leave_for(place.address, f"已移除“{name}”。")


def _page(request: Request, place: _Place, act: str, tried: _Tried | None = None) -> Response:
    tried = tried or _Tried()
    services, actor = place.services, place.actor
    with services.database.reading() as session:
        case = find(session, actor, place.id)
        shown = show(session, services.clockwork, actor, case)
        offered = offers(session, services, actor, case, shown, failed=tried.key, sent=tried.sent, error=tried.error)
        files = _files(services, session, actor, shown)
        call_offer = call_requests.offered(session, actor, case)
        may_read_contacts = is_allowed(actor, "consultation.contact", case) and shown.state in OPEN
        is_own = is_own_word(actor, case, None)
        side = {Turn.OWNER: Side.OWNER, Turn.EXPERT: Side.HOLDER}.get(Turn(shown.turn))
        is_my_turn = side is not None and is_own_word(actor, case, side)
    known = {offer.key for offer in offered}
    return page(
        request,
        actor,
        "consultations/show.html",
        tried.error.status if tried.error else 200,
        consultation=shown,
        need=shown.need,
        here=place.address,
        offers=offered,
        open_key=act if act in known else "",
        # Refused, but no longer offered: said on top.
        problem=_problem(tried) if tried.error and tried.key not in known else None,
        proxy_form=Form(ActionInput, typed=tried.sent, error=tried.error),
        files=files,
        call_offer=call_offer,
        may_read_contacts=may_read_contacts,
        contacts=tried.contacts,
        is_own=is_own,
        is_my_turn=is_my_turn,
        channels=CHANNELS,
        contact_channels=CONTACTS,
        second_jobs=SECOND_JOBS,
        absent=ABSENT,
        resolutions=reasons(PROPOSED),
        resolution_labels={each.value: label for each, label in RESOLUTIONS.items()},
        outcome_kinds={each.value: label for each, label in KIND_LABELS.items()},
    )


def _problem(tried: _Tried) -> Form:
    act = ACTS.get(tried.key.partition(".")[0])
    return Form(act.schema if act else ActionInput, typed=tried.sent, error=tried.error)


def _files(services: Services, session: Reading, actor: Actor, shown: ConsultationOut) -> dict[str, AttachmentsOut]:
    """By the id of the minutes or outcome they belong to."""
    subjects = [(FileSubject.MINUTES, each.id) for each in shown.minutes]
    subjects += [(FileSubject.OUTCOME, each.id) for each in shown.outcomes]
    found = {}
    for kind, subject_id in subjects:
        try:
            found[subject_id] = files_of(session, services.settings, actor, kind, subject_id)
        except AppError:
            continue
    return found
