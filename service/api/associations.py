"""The tree of 科协 and its posts under /api."""

from __future__ import annotations

from service.api.dependencies import CurrentActor, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import Association, Post, User
from service.schemas.associations import (
    AssociationChange,
    AssociationInput,
    AssociationOut,
    DepartmentInput,
    EndPostInput,
    PostInput,
    PostOut,
)
from service.usecases import associations

router = Router(tags=["科协"])


@router.get("/associations", summary="科协的层级")
@policy("signed_in")
def list_associations(session: Reading, actor: CurrentActor) -> list[AssociationOut]:
    return [association_out(each) for each in associations.all_of(session, actor)]


@router.post("/associations", status_code=201, summary="设立一个科协")
@policy("association.change")
def found_association(
    session: Writing, services: ServicesDep, actor: CurrentActor, given: AssociationInput
) -> AssociationOut:
    return association_out(associations.found(session, services, actor, **given.model_dump()))


@router.put("/associations/{association_id}", summary="改科协的名称、地区")
@policy("association.change")
def change_association(
    session: Writing, services: ServicesDep, actor: CurrentActor, association_id: str, given: AssociationChange
) -> AssociationOut:
    return association_out(associations.change(session, services, actor, association_id, given))


@router.get("/associations/{association_id}/posts", summary="科协的岗位")
@policy("association.posts")
def list_posts(session: Reading, actor: CurrentActor, association_id: str) -> list[PostOut]:
    return [post_out(post, name) for post, name in associations.posts(session, actor, association_id)]


@router.post("/associations/{association_id}/posts", status_code=201, summary="任命工作人员")
@policy("association.change")
def appoint(
    session: Writing, services: ServicesDep, actor: CurrentActor, association_id: str, given: PostInput
) -> PostOut:
    post = associations.appoint(session, services, actor, association_id=association_id, **given.model_dump())
    return post_out(post, session.get_one(User, post.user_id).name)


@router.put("/posts/{post_id}", summary="改工作人员的部门")
@policy("association.change")
def change_department(
    session: Writing, services: ServicesDep, actor: CurrentActor, post_id: str, given: DepartmentInput
) -> PostOut:
    post = associations.change_department(session, services, actor, post_id, given)
    return post_out(post, session.get_one(User, post.user_id).name)


@router.post("/posts/{post_id}/end", summary="工作人员离岗")
@policy("association.change")
def end_post(session: Writing, actor: CurrentActor, post_id: str, given: EndPostInput) -> PostOut:
    post = associations.end_post(session, actor, post_id, until=given.until)
    return post_out(post, session.get_one(User, post.user_id).name)


def association_out(each: Association) -> AssociationOut:
    return AssociationOut.model_validate(each, from_attributes=True)


def post_out(post: Post, name: str) -> PostOut:
    return PostOut(user=name, **post.model_dump(exclude={"created_at"}))
