"""All tables; importing this package makes them known to the metadata."""

from service.models.associations import Absence, Association, AssociationKind, AssociationLevel, Post, PostRole
from service.models.base import LogRow, Row, new_id
from service.models.experts import (
    Employment,
    Expert,
    ExpertState,
    ReadEntry,
    Team,
    TeamKind,
    TeamMember,
    Work,
    WorkKind,
)
from service.models.history import AuditEntry, StatusChange
from service.models.jobs import Job
from service.models.matches import (
    MatchResult,
    MatchReview,
    MatchRun,
    MatchRunState,
    PartyKind,
    ReviewVerdict,
)
from service.models.needs import Need, NeedState, NumberSeries, ProxyEntry, PublicityLevel, SubProblem
from service.models.organizations import (
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
    OrganizationState,
)
from service.models.users import ApiToken, OneTimeSlip, SignInAttempt, User, UserSession

__all__ = [
    "Absence",
    "ApiToken",
    "Association",
    "AssociationKind",
    "AssociationLevel",
    "AuditEntry",
    "Employment",
    "Expert",
    "ExpertState",
    "Job",
    "LogRow",
    "MatchResult",
    "MatchReview",
    "MatchRun",
    "MatchRunState",
    "Membership",
    "MembershipRole",
    "Need",
    "NeedState",
    "NumberSeries",
    "OneTimeSlip",
    "Organization",
    "OrganizationKind",
    "OrganizationState",
    "PartyKind",
    "Post",
    "PostRole",
    "ProxyEntry",
    "PublicityLevel",
    "ReadEntry",
    "ReviewVerdict",
    "Row",
    "SignInAttempt",
    "StatusChange",
    "SubProblem",
    "Team",
    "TeamKind",
    "TeamMember",
    "User",
    "UserSession",
    "Work",
    "WorkKind",
    "new_id",
]
