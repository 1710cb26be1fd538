"""What becomes of needs: a story for each fate, from the first word to where it stands today."""

from __future__ import annotations

from collections.abc import Callable

from seed.world.stage import Story
from seed.world.tale import Tale


def draft(tale: Tale) -> Story:
    tale.ask.draft()
    yield from ()


def submitted(tale: Tale) -> Story:
    tale.ask.submit()
    yield from ()


def more_info(tale: Tale) -> Story:
    tale.ask.submit()
    yield 1
    note = "请补一组最近三个月的数据，并写明由谁来测、按什么标准算达标。"
    tale.ask.act("return", tale.ask.clerk, reason="no_target", note=note)


def improved(tale: Tale) -> Story:
    yield from more_info(tale)
    yield 2
    tale.ask.improve()
    tale.ask.act("resubmit")


def withdrawn(tale: Tale) -> Story:
    yield from tale.begin()
    yield 2
    tale.ask.act("withdraw", note="设备厂家上门解决了，先撤回。")


def rejected(tale: Tale) -> Story:
    tale.ask.submit()
    yield 1
    told = tale.ask.told
    tale.ask.act("reject", tale.ask.clerk, reason=told["reason"], note=told["note"])


def matching(tale: Tale) -> Story:
    yield from tale.begin()


def matched_again(tale: Tale) -> Story:
    """Closed as unsolvable, taken up by the company with new conditions, and matched anew."""
    yield from tale.begin()
    yield 1
    tale.ask.act("close", tale.ask.clerk, reason="unsolvable", note="现有取水条件下做不到，等园区水厂扩建。")
    yield 8
    tale.ask.act("reopen", note="水厂已经扩建，条件有了，请再帮忙找一找。")
    tale.ask.stage.work()


def broker(tale: Tale) -> Story:
    yield from tale.begin()
    yield 1
    tale.ask.review(verdict="none", reason=tale.ask.told.get("note") or "名单里的方向都不对，请到省外找一找。")


def recommended(tale: Tale) -> Story:
    yield from tale.recommend()


def recommended_again(tale: Tale) -> Story:
    """The company wanted others before it had answered; the first list is replaced."""
    yield from tale.recommend()
    yield 1
    tale.ask.act("search_again", tale.ask.clerk, note="企业来电：增加了一个条件，请按新的条件再找一遍。")
    tale.ask.stage.work()
    yield 1
    tale.ask.review()


def to_invite(tale: Tale) -> Story:
    yield from tale.choose()


def delegated(tale: Tale) -> Story:
    yield from tale.recommend()
    yield 1
    tale.ask.choose(delegate=True)


def refused_all(tale: Tale) -> Story:
    """Nobody suits; it is looked for again without them."""
    yield from tale.recommend()
    yield 1
    tale.ask.choose(rejected=[{"id": each, "reason": "direction"} for each in tale.ask.listed()])
    tale.ask.stage.work()


def inviting(tale: Tale) -> Story:
    """Also where nobody answers: then the clock goes on to the next."""
    yield from tale.invite()


def declined(tale: Tale) -> Story:
    yield from tale.invite()
    yield 1
    tale.ask.decline(tale.invited, tale.expert.name, reason="time", note="年底结题，脱不开身。")
    tale.ask.stage.work()


def cancelled(tale: Tale) -> Story:
    yield from tale.invite()
    yield 1
    tale.ask.take_back(tale.invited, "cancel", "企业改了时间，先取消，请下一位。")
    tale.ask.stage.work()


def released(tale: Tale) -> Story:
    yield from tale.engage()
    yield 2
    tale.ask.take_back(tale.invited, "release", "专家调往外省，本人提出不再承接。")
    tale.ask.stage.work()


def stopped(tale: Tale) -> Story:
    yield from tale.engage()
    yield 2
    tale.ask.take_back(tale.invited, "stop", "发现专家的配偶在该企业任职，按回避规定中止。")
    tale.ask.stage.work()


def to_contact(tale: Tale) -> Story:
    yield from tale.engage()


def partly(tale: Tale) -> Story:
    yield from tale.engage(scope="sub_problems", sub_problems=[0], note="第一个问题我能做，第二个请另找人。")
    yield from tale.meet(how_far="")


def _met(how_far: str) -> Callable[[Tale], Story]:
    def story(tale: Tale) -> Story:
        yield from tale.engage()
        yield from tale.meet(how_far=how_far)

    return story


def to_confirm(tale: Tale) -> Story:
    yield from ongoing(tale)
    yield from tale.close()


def disputed(tale: Tale) -> Story:
    yield from to_confirm(tale)
    yield 1
    tale.service.say("dispute", tale.ask.by, note="有一台设备还是达不到，不能算解决。", **tale.ask.proxied)


def resumed(tale: Tale) -> Story:
    yield from disputed(tale)
    yield 2
    tale.service.say("resume", tale.ask.clerk, note="三方通了电话：再做一台，两周后复测。")


def completed(tale: Tale) -> Story:
    yield from to_confirm(tale)
    yield 2
    tale.service.confirm("partly_solved" if tale.ask.number % 5 == 0 else "solved")


def unconfirmed(tale: Tale) -> Story:
    """The company is reminded twice and says nothing."""
    yield from to_confirm(tale)


def aborted(tale: Tale) -> Story:
    yield from ongoing(tale)
    yield 2
    tale.service.say("abort", tale.ask.clerk, reason="lost_contact", note="企业三次联系不上，先中止。")
    tale.ask.stage.work()


def closed_at_once(tale: Tale) -> Story:
    yield from tale.begin()
    yield 1
    tale.ask.act("close", tale.ask.clerk, reason="other_channel", note="属于设备质保，已转厂家售后，并告诉了企业。")


def merged(tale: Tale) -> Story:
    """Into a need of the same kind that is open; see seed.world.plan."""
    assert tale.target is not None
    tale.ask.submit()
    yield 2
    tale.ask.merge_into(tale.target)


contacted, scheduled, to_minute, missed, ongoing = map(
    _met, ("contacted", "scheduled", "to_minute", "missed", "ongoing")
)
