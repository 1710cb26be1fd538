"""Signing in and out, one's own account, and accounts of others, under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from service.actors import Actor
from service.api.dependencies import CurrentActor, Network, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import ApiToken, User
from service.rules.masking import mask_mail, mask_phone
from service.schemas.accounts import (
    FindUserInput,
    MembershipOut,
    MessageOut,
    NewTokenOut,
    NoteInput,
    OwnAccountOut,
    PasswordInput,
    PostOut,
    RedeemInput,
    RegisterInput,
    ScopeOut,
    SessionOpenedOut,
    SessionOut,
    SignInInput,
    SlipInput,
    SlipOut,
    TokenInput,
    TokenOut,
    UserInput,
    UserOut,
)
from service.settings import Settings
from service.usecases import accounts, sessions, sign_in, slips, tokens
from service.usecases.sessions import Opened

REGISTERED = (
    "已收到。手机号、邮箱、用户名都没有人用过的，现在就可以用刚才填写的密码登录。"
    "登录不了的，说明以前登记过：请用原来的密码登录，或请科协工作人员打印一次性登录单。"
)


def _never_stored(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


def _cookie(request: Request, services: ServicesDep) -> str | None:
    return request.cookies.get(services.settings.session_cookie)


SessionCookie = Annotated[str | None, Depends(_cookie)]
router = Router(tags=["账号"], dependencies=[Depends(_never_stored)])


@router.post("/sign-in", summary="用密码登录")
@policy("public")
def sign_in_with_password(
    services: ServicesDep, network: Network, cookie: SessionCookie, response: Response, given: SignInInput
) -> SessionOpenedOut:
    password = given.password.get_secret_value()
    opened = sign_in.sign_in(services, given.name, password, network=network, replaces=cookie)
    return _opened(services.settings, response, opened)


@router.post("/sign-out", status_code=204, summary="退出登录")
@policy("public")
def sign_out(session: Writing, services: ServicesDep, cookie: SessionCookie, response: Response) -> None:
    sign_in.sign_out(session, cookie)
    take_cookie(services.settings, response)


@router.post("/register", status_code=202, summary="自己注册账号")
@policy("public")
def register(services: ServicesDep, network: Network, given: RegisterInput) -> MessageOut:
    """不论手机号、邮箱、用户名是否已有账号，回答都一样。"""
    accounts.register(
        services,
        name=given.name,
        mobile=given.mobile,
        mail=given.mail,
        user_name=given.user_name,
        password=given.password.get_secret_value(),
        network=network,
    )
    return MessageOut(message=REGISTERED)


@router.get("/me", summary="我的账号")
@policy("signed_in")
def show_own_account(session: Reading, actor: CurrentActor) -> OwnAccountOut:
    return _own_account(accounts.own_account(session, actor), actor)


@router.get("/me/sessions", summary="我在哪些地方登录着")
@policy("account.own")
def list_own_sessions(
    session: Reading, services: ServicesDep, actor: CurrentActor, cookie: SessionCookie
) -> list[SessionOut]:
    return [
        SessionOut(
            id=each.id,
            created_at=each.created_at,
            last_seen_at=each.last_seen_at,
            expires_at=each.expires_at,
            is_current=is_current,
        )
        for each, is_current in sessions.own_sessions(session, services, actor, cookie)
    ]


@router.delete("/me/sessions", status_code=204, summary="在所有地方退出登录，包括这里")
@policy("account.own")
def sign_out_everywhere(session: Writing, services: ServicesDep, actor: CurrentActor, response: Response) -> None:
    sessions.end_all_own(session, actor)
    take_cookie(services.settings, response)


@router.delete("/me/sessions/{session_id}", status_code=204, summary="让一处登录失效")
@policy("account.own")
def end_own_session(session: Writing, actor: CurrentActor, session_id: str) -> None:
    sessions.end_own(session, actor, session_id)


@router.post("/me/password", status_code=204, summary="修改密码，其他地方的登录随即失效")
@policy("account.own")
def change_password(
    services: ServicesDep, actor: CurrentActor, network: Network, cookie: SessionCookie, given: PasswordInput
) -> None:
    old, new = given.old_password.get_secret_value(), given.new_password.get_secret_value()
    sign_in.change_password(services, actor, old, new, network=network, cookie=cookie)


@router.get("/me/tokens", summary="我的接口令牌")
@policy("account.own")
def list_tokens(session: Reading, actor: CurrentActor) -> list[TokenOut]:
    return [_token(each) for each in tokens.list_tokens(session, actor)]


@router.get("/me/token-scopes", summary="令牌可以有哪些权限")
@policy("signed_in")
def list_token_scopes(actor: CurrentActor) -> list[ScopeOut]:
    return [ScopeOut(name=name, title=title) for name, title in tokens.grantable_scopes(actor).items()]


@router.post("/me/tokens", status_code=201, summary="签发接口令牌，只显示这一次")
@policy("account.own")
def create_token(session: Writing, services: ServicesDep, actor: CurrentActor, given: TokenInput) -> NewTokenOut:
    token, secret = tokens.create_token(session, services, actor, name=given.name, scopes=given.scopes, days=given.days)
    return NewTokenOut(**_token(token).model_dump(), token=secret)


@router.delete("/me/tokens/{token_id}", status_code=204, summary="撤销接口令牌")
@policy("account.own")
def revoke_token(session: Writing, actor: CurrentActor, token_id: str) -> None:
    tokens.revoke_token(session, actor, token_id)


@router.post("/slips", status_code=201, summary="打印一次性登录单，登录码只显示这一次")
@policy("slip.issue")
def issue_slip(session: Writing, services: ServicesDep, actor: CurrentActor, given: SlipInput) -> SlipOut:
    slip = slips.issue_slip(session, services, actor, given.user_id, expert_id=given.expert_id)
    return SlipOut(user_id=slip.user.id, name=slip.user.name, code=slip.code, expires_at=slip.expires_at)


@router.post("/slips/redeem", summary="凭登录单设密码并登录")
@policy("public")
def redeem_slip(
    services: ServicesDep, network: Network, cookie: SessionCookie, response: Response, given: RedeemInput
) -> SessionOpenedOut:
    code, new_password = given.code.get_secret_value(), given.new_password.get_secret_value()
    opened = slips.redeem_slip(services, code, new_password, network=network, replaces=cookie)
    return _opened(services.settings, response, opened)


@router.post("/users", status_code=201, summary="为别人建账号；本人凭一次性登录单登录")
@policy("account.create")
def create_user(session: Writing, actor: CurrentActor, given: UserInput) -> UserOut:
    user = accounts.create_user(
        session, actor, name=given.name, mobile=given.mobile, mail=given.mail, user_name=given.user_name
    )
    return user_out(user)


@router.post("/users/find", summary="按登录用的手机号、邮箱或用户名找一个账号")
@policy("account.find")
def find_user(session: Reading, actor: CurrentActor, given: FindUserInput) -> UserOut:
    """用 POST，免得手机号留在地址和访问日志里。"""
    return user_out(accounts.find_user(session, actor, given.name))


@router.post("/users/{user_id}/disable", summary="停用账号，登录和令牌立即失效")
@policy("account.disable")
def disable_user(
    session: Writing, services: ServicesDep, actor: CurrentActor, user_id: str, given: NoteInput
) -> UserOut:
    return user_out(accounts.disable_user(session, services, actor, user_id, given.note))


@router.post("/users/{user_id}/enable", summary="重新启用账号")
@policy("account.disable")
def enable_user(
    session: Writing, services: ServicesDep, actor: CurrentActor, user_id: str, given: NoteInput
) -> UserOut:
    return user_out(accounts.enable_user(session, services, actor, user_id, given.note))


def _opened(limits: Settings, response: Response, opened: Opened) -> SessionOpenedOut:
    give_cookie(limits, response, opened)
    return SessionOpenedOut(
        user_id=opened.user.id,
        name=opened.user.name,
        expires_at=opened.expires_at,
        idle_minutes=limits.session_idle_minutes,
        must_change_password=opened.user.must_change_password,
    )


def give_cookie(limits: Settings, response: Response, opened: Opened) -> None:
    """Also for the pages."""
    response.set_cookie(
        limits.session_cookie,
        opened.cookie,
        max_age=limits.session_hours * 3600,
        path="/",
        secure=limits.has_tls,
        httponly=True,
        samesite="lax",
    )


def take_cookie(limits: Settings, response: Response) -> None:
    """Also after 注销."""
    response.delete_cookie(limits.session_cookie, path="/", secure=limits.has_tls, httponly=True, samesite="lax")


def _own_account(user: User, actor: Actor) -> OwnAccountOut:
    return OwnAccountOut(
        id=user.id,
        name=user.name,
        user_name=user.user_name,
        mobile=user.mobile,
        mobile_confirmed=user.mobile_confirmed_at is not None,
        mail=user.mail,
        must_change_password=user.must_change_password,
        is_administrator=user.is_administrator,
        posts=[
            PostOut(association_id=post.association_id, department=post.department, role=post.role)
            for post in actor.posts
        ],
        organizations=[
            MembershipOut(organization_id=organization_id, role=role)
            for organization_id, role in sorted(actor.organizations.items())
        ],
        scopes=None if actor.scopes is None else sorted(actor.scopes),
    )


def user_out(user: User) -> UserOut:
    return UserOut(
        id=user.id,
        name=user.name,
        user_name=user.user_name,
        mobile=mask_phone(user.mobile or ""),
        mobile_confirmed=user.mobile_confirmed_at is not None,
        mail=mask_mail(user.mail or ""),
        has_password=bool(user.password_hash),
        is_active=user.is_active,
    )


def _token(token: ApiToken) -> TokenOut:
    return TokenOut(
        id=token.id,
        name=token.name,
        scopes=token.scopes.split(),
        created_at=token.created_at,
        expires_at=token.expires_at,
    )
