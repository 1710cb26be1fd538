"""A body that passes validation for any route of the interface, made from its description.

The version is the one the thing in question has, so that nothing is refused for being stale.
"""

from __future__ import annotations

from typing import Any

_MEETING = {"ends_at": "2026-11-23T10:00:00+08:00", "place": "车间"}
_TRAINED = {"kind": "trained", "quantity": 3}
# What a schema cannot say: values that only make sense together, or must name something there is.
TOGETHER: dict[str, dict[str, Any]] = {
    "InviteInput": {
        "question": "请看看吸附剂容量为什么半年就掉。",
        "mode": "online",
        "contact_phone": "0979-8412345",
    },
    "ReferralInput": {"receiver_id": "0" * 32},
    "ReassignInput": {"receiver_id": "0" * 32},
    "ScheduleInput": _MEETING,
    "RescheduleInput": _MEETING,
    "OutcomeInput": _TRAINED,
    "FollowUpOutcome": _TRAINED,
    "CorrectedOutcome": _TRAINED,
    "RatingInput": {"skill": 5},
    "Marks": {"skill": 5},
    "NewAchievement": {"expert_id": "0" * 32},
}


def body_of(description: dict[str, Any], schema: dict[str, Any], version: int = 1) -> Any:
    """description: the whole OpenAPI document; schema: of the body. Required parts only."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name:
        found = body_of(description, description["components"]["schemas"][name], version)
        return found | TOGETHER[name] if name in TOGETHER else found
    for choice in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        if choice.get("type") != "null":
            return body_of(description, choice, version)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _plain(description, schema, version)


def _plain(description: dict[str, Any], schema: dict[str, Any], version: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        parts = schema.get("properties", {})
        return {
            name: version if name == "version" else body_of(description, parts[name], version)
            for name in schema.get("required", ())
        }
    if kind == "array":
        return [body_of(description, schema["items"], version) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return _text(schema)


def _text(schema: dict[str, Any]) -> str:
    kinds = {"date": "2027-01-04", "date-time": "2026-11-23T08:00:00+08:00", "uuid": "0" * 32}
    if schema.get("format") in kinds:
        return kinds[schema["format"]]
    patterns = {
        r"^\d{6}$": "632801",
        r"^[0-9a-f]{32}$": "0" * 32,
        r"^(expert|team):[0-9a-f]{32}$": f"expert:{'0' * 32}",
        r"^(F\d{2})?$": "F01",
    }
    return patterns.get(schema.get("pattern", ""), "甲" * max(schema.get("minLength", 0), 2))
