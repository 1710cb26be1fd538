"""Setting a forgotten password and confirming an address by a mailed link, under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Network, ServicesDep, Writing
from service.api.routing import Router, policy
from service.schemas.accounts import ForgotInput, LinkInput, MessageOut, ResetInput
from service.usecases import mailed_links

router = Router(tags=["账号"])
PROMISED = (
    "已收到。如果有这个账号，并且确认过邮箱，几分钟内会收到一封邮件，里面的链接只能用一次。"
    "没有收到的，请联系科协工作人员打印一次性登录单。"
)
ASKED = "已收到。几分钟内会往您登记的邮箱发一封邮件，请打开里面的链接。"


@router.post("/password/forgot", status_code=202, summary="忘记密码，用邮箱重设")
@policy("public")
def forget_password(services: ServicesDep, network: Network, given: ForgotInput) -> MessageOut:
    """不论有没有这个账号，回答都一样。"""
    mailed_links.forgot(services, given.name, network)
    return MessageOut(message=PROMISED)


@router.post("/password/reset", status_code=204, summary="凭邮件里的链接设新密码，各处登录和令牌随即失效")
@policy("public")
def reset_password(services: ServicesDep, network: Network, given: ResetInput) -> None:
    token, password = given.token.get_secret_value(), given.password.get_secret_value()
    mailed_links.reset(services, token, password, network=network)


@router.post("/me/mail/confirm", status_code=204, summary="登录后凭邮件里的链接确认邮箱")
@policy("account.own")
def confirm_mail(session: Writing, services: ServicesDep, actor: CurrentActor, given: LinkInput) -> None:
    mailed_links.confirm(session, services, actor, given.token.get_secret_value())


@router.post("/me/mail/confirmation", status_code=202, summary="再发一次确认邮箱的邮件")
@policy("account.own")
def ask_to_confirm_mail(services: ServicesDep, actor: CurrentActor, network: Network) -> MessageOut:
    mailed_links.ask_to_confirm(services, actor, network)
    return MessageOut(message=ASKED)
