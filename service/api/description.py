"""The description of the interface (OpenAPI) in Chinese: what FastAPI finds, with groups, policies, errors, words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from service.api.idempotency import HEADER
from service.permissions import POLICIES

# OpenAPI is JSON; its shape is checked by the tests, not by types.
Json = dict[str, Any]
Operation = tuple[str, str]

GROUPS = {
    "账号": "登录、退出，自己的密码、登录和接口令牌；为别人建账号、打印一次性登录单",
    "科协": "科协的层级，各级的岗位和工作人员",
    "组织": "企业、学会、高校院所、合作社、村集体等的登记和核验，以及谁是它的管理员和联系人",
    "专家": "专家的画像、核验、参与推荐和联系方式",
    "服务团队": "科技服务团、服务队：组建，成员本人同意后加入",
    "需求": "企业技术需求：从草稿到受理、办理、封存",
    "附件": "需求、纪要、成效、审签的附件：上传、下载、移除，更正从需求的附件读出的文字，以及谁打开过",
    "审签": "拟稿、审核、签发：开启后，有的事要先由三个人办完这三步",
    "匹配": "机器匹配的名单和依据，以及一名经办人的复核",
    "推荐给企业": "复核后的名单：企业挑选、退回，或委托科协代邀",
    "代录代答": "替别人录入、答复的登记：请委托人凭链接确认，或者登记回访结果",
    "派单": "派给学会、服务团、科协或技术经理人：接单、拒单、提名、转派",
    "邀约": "邀请专家或团队：发出、答复、取消",
    "自荐": "专家、团队、学会对一条需求主动提出；一定会得到答复",
    "对接咨询": "首次联系、约时间、纪要、签约、办结申请、企业确认",
    "成效与评价": "成效的填报和核实、双方的评价、办结后的回访",
    "成果": "可以转化的成果：登记、审核、公开，以及与需求的相配",
    "通知": "平台内的通知、邮件和短信：给谁、送到没有",
    "个人信息": "同意与撤回、导出自己的数据、注销、谁看过我的联系方式",
    "排序说明": "机器排序用了什么、怎样要求人工说明",
    "运行": "给监控用：程序是否在运行，能不能提供服务",
    "待办": "工作人员自己的待办、请假代办和移交",
    "电话": "工作人员今天要打的电话：打给谁、为什么、结果如何",
    "管理": "给管理员：后台任务、索引、参数和审计日志",
}
PROBLEMS = {
    400: ("BadRequest", "请求的格式不对，无法读取"),
    401: ("NotSignedIn", "没有登录，或者登录、令牌已经失效"),
    403: ("Forbidden", "看得见但不归您办，或者请求来自别的网站"),
    404: ("NotFound", "没有找到，或者您无权查看；两者的回答一样"),
    409: ("Conflict", "现在不行：状态不对、条件不够，或者别人刚改过（code 为 stale 时附对方的内容）"),
    410: ("Gone", "曾经有过，已经过期，例如用过期的链接"),
    413: ("TooLarge", "内容太大"),
    422: ("Invalid", "有内容需要修改：fields 或 field 指出是哪一项；含密级标志的内容不会被保存"),
    429: ("TooMany", "次数太多，Retry-After 是要等的秒数"),
    500: ("Failed", "程序出错，内容没有保存；request_id 是报修用的编号"),
    503: ("Busy", "平台正忙，没有保存，Retry-After 秒后可以再试"),
}
_ONLY_WHEN_WRITING = (409, 413)
_SUCCESSES = {"200": "成功", "201": "已经建立", "202": "已经收到", "204": "成功，没有内容"}
# What many operations have in common, said once. A description of its own goes before these.
WORDS = {
    "absence_id": "哪一次请假",
    "action": "步骤代码，见回答里的 actions 和办理流程",
    "actions": "您现在可以办的步骤",
    "approval_id": "哪一件审签",
    "association_id": "哪个科协",
    "attachment_id": "哪个附件",
    "created_at": "建立的时间",
    "dictionary": "哪一部字典",
    "days_left": "离期限还有几个工作日",
    "due_at": "办理期限，没有期限时为空",
    "entry_id": "哪一件代录、代答",
    "expert_id": "哪位专家",
    "id": "标识，用在地址里",
    "industry_field": "产业领域代码，例如 F01",
    "invitation_id": "哪份邀约",
    "items": "这一页的内容",
    "is_open": "只看还没有确认的",
    "label": "名称，显示给人看",
    "member_id": "团队的哪个成员",
    "membership_id": "哪个人在哪个组织的成员关系",
    "branch_id": "专委会",
    "mine": "只看自己的，或归自己办理的",
    "name": "名称或姓名",
    "need_id": "哪条需求",
    "consultation_id": "哪次对接咨询",
    "appointment_id": "哪次约定",
    "minutes_id": "哪份纪要",
    "outcome_id": "哪项成效",
    "follow_up_id": "哪次回访",
    "achievement_id": "哪项成果",
    "offer_id": "哪份自荐",
    "objection_id": "哪份对排序的询问",
    "notice_id": "哪条通知",
    "request_id": "哪份注销申请",
    "note": "说明",
    "number": "公开的编号，提交时给出",
    "organization_id": "哪个组织",
    "page": "第几页，从 1 开始",
    "per_page": "每页几条",
    "post_id": "哪个岗位",
    "publicity_level": "公开级别：public 公开、invited 受邀可见、signed 签约后",
    "reason": "理由代码",
    "referral_id": "哪份派单",
    "search": "要找的字词",
    "seq": "哪一件后台任务",
    "session_id": "哪一处登录",
    "setting": "哪一项设置，见清单里的 name",
    "state": "状态代码",
    "state_label": "状态，显示给人看",
    "team_id": "哪支服务团队",
    "token": "链接的最后一段",
    "token_id": "哪个令牌",
    "total": "一共几条",
    "turn": "轮到谁",
    "user_id": "哪个人的账号",
    "version": "您看到的版本号；别人先改过时会提示",
}
_KEY_PARAMETER: Json = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "幂等键，每件要办的事一个，例如 UUID。没把握办成没有时用同一个键再发，不会办两次；保留 24 小时",
    "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"},
}
_PROBLEM: Json = {
    "type": "object",
    "description": "出错时的回答：title 用中文说明怎么办，code 给程序判断。",
    "required": ["type", "status", "code", "title"],
    "properties": {
        "type": {"type": "string", "description": "错误的种类"},
        "status": {"type": "integer", "description": "HTTP 状态"},
        "code": {"type": "string", "description": "错误代码，不会随文字改动"},
        "title": {"type": "string", "description": "发生了什么，该怎么办"},
        "field": {"type": "string", "description": "与哪一项有关"},
        "fields": {
            "type": "array",
            "description": "每一项要改什么",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "哪一项"},
                    "message": {"type": "string", "description": "要改什么"},
                },
            },
        },
        "request_id": {"type": "string", "description": "报修用的编号"},
        "version": {"type": "integer", "description": "现在的版本号"},
        "theirs": {"type": "object", "description": "别人保存了什么"},
    },
}


def is_chinese(words: object) -> bool:
    return isinstance(words, str) and any("\u4e00" <= char <= "\u9fff" for char in words)


def described(plain: Json, policies: Mapping[Operation, str | None], kept: Collection[str]) -> Json:
    """The same description, filled in place. kept: names of the operations that honour an idempotency key."""
    parts = plain.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for made_by_fastapi in ("HTTPValidationError", "ValidationError"):
        schemas.pop(made_by_fastapi, None)
    for schema in schemas.values():
        _describe_schema(schema)
    schemas["Problem"] = _PROBLEM
    parts["responses"] = {name: _problem_response(status) for status, (name, _) in PROBLEMS.items()}
    used = []
    for path, method, operation in operations(plain):
        _describe_operation(operation, method, policies.get((method, path)))
        if operation["operationId"] in kept:
            operation.setdefault("parameters", []).append(_KEY_PARAMETER)
        used += operation.get("tags", [])
    plain["tags"] = [{"name": name, "description": GROUPS.get(name, "")} for name in dict.fromkeys(used)]
    return plain


def operations(description: Json) -> Iterator[tuple[str, str, Json]]:
    """(path, method, operation), in the order of the routes."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _describe_operation(operation: Json, method: str, policy: str | None) -> None:
    told = [operation["description"]] if is_chinese(operation.get("description")) else []
    if policy is not None:
        operation["x-policy"] = policy
        told.append(f"权限：{POLICIES[policy].title}（{policy}）。")
    operation["description"] = "\n\n".join(told)
    for parameter in operation.get("parameters", ()):
        parameter.setdefault("description", WORDS.get(parameter["name"], ""))
    answers = operation["responses"]
    answers.pop("422", None)
    for status, answer in answers.items():
        answer["description"] = _SUCCESSES.get(status, answer["description"])
    for status, (name, _) in PROBLEMS.items():
        if method != "get" or status not in _ONLY_WHEN_WRITING:
            answers[str(status)] = {"$ref": f"#/components/responses/{name}"}


def _describe_schema(schema: Json) -> None:
    """English docstrings are for who reads the code; words in common are filled in."""
    if not is_chinese(schema.get("description")):
        schema.pop("description", None)
    for name, field in schema.get("properties", {}).items():
        if not field.get("description") and name in WORDS:
            field["description"] = WORDS[name]


def _problem_response(status: int) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": PROBLEMS[status][1], "content": {"application/problem+json": {"schema": schema}}}
