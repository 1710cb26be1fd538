"""Whatever happens, in whatever order jobs are done and redone: what follows the database answers as if made anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from matching import MatchingSettings
from service.clock import stopped_at
from service.errors import AppError
from service.matcher import Matcher, Ranking, TextIndex, documents, query_of
from service.models import Achievement, AchievementState, Expert, Job, Need, NeedResult
from service.need_index import NeedIndex
from service.schemas.experts import SavedExpert
from service.services import Services
from service.tasks import tasks_of
from service.usecases import achievement_matches, experts
from service.usecases.eligibility import exclusions
from service.worker import Task, Worker
from tests.conftest import is_full_size
from tests.service import team_steps
from tests.service.achievements import steps as achievement_steps
from tests.service.conftest import MONDAY
from tests.service.steps import CONTENT, a_draft
from tests.service.walks.own import erase
from tests.service.walks.story import Story, a_story
from tests.service.walks.walking import do_something_beside, press_a_button

_WORDS = ("盐湖提锂吸附剂再生", "老卤除镁", "青稞粉防哈喇", "风机叶片结冰监测", "冻土路基监测", "膜蒸馏浓缩卤水")
FIRST = 7


class Shaky:
    """A worker's tasks, of which some break off, before or after they did what they had to; never for ever."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._broke: Counter[tuple[str, str]] = Counter()

    def __call__(self, name: str, task: Task) -> Task:
        def run(key: str) -> None:
            rng, case = self._story.rng, (name, key)
            breaks = self._broke[case] < 3 and rng.random() < 0.3
            self._broke[case] += breaks
            if breaks and rng.random() < 0.5:
                raise RuntimeError("the power failed before")
            task.run(key)
            if breaks:
                raise RuntimeError("the power failed after")

        return Task(run, task.merges_all)


class Followers:
    """Everything that follows the database, and how to make it anew."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.needs = NeedIndex()
        self.achievements, self.open_needs = TextIndex(story.matcher.encoder), TextIndex(story.matcher.encoder)

    def look(self) -> None:
        """Now and then, as people and jobs do."""
        services = self.story.services
        self.needs.similar(services.database, str(CONTENT["title"]), [str(CONTENT["scene"])])
        with self.story.reading() as session:
            published = session.exec(_published()).all()
        for achievement_id in published:
            achievement_matches.keep_needs(services, self.open_needs, achievement_id)
        self.fitting(self.achievements)

    def people(self, matcher: Matcher) -> list[tuple[str, Ranking]]:
        with self.story.reading() as session:
            asked = session.exec(select(Need).order_by(Need.id)).all()
            queries = [(query_of(session, need), exclusions(session, need)) for need in asked]
        return [(query.id, matcher.suggest(query, excluded)[0]) for query, excluded in queries]

    def similar(self, index: NeedIndex) -> list[Any]:
        asked = [(word, [word]) for word in _WORDS] + [(str(CONTENT["title"]), [str(CONTENT["scene"])])]
        return [index.similar(self.story.services.database, title, texts, is_patient=True) for title, texts in asked]

    def fitting(self, index: TextIndex) -> list[Any]:
        """As matching reads it, see achievement_matches.keep_for_run."""
        with self.story.reading() as session:
            achievement_matches.keep_up_achievements(session, index)
            queries = [query_of(session, need) for need in session.exec(select(Need).order_by(Need.id))]
        return [index.fitting(query, {}) for query in queries]

    def fitting_needs(self, index: TextIndex) -> list[tuple[Any, ...]]:
        with self.story.reading() as session:
            published = session.exec(_published()).all()
        for achievement_id in published:
            achievement_matches.keep_needs(self.story.services, index, achievement_id)
        with self.story.reading() as session:
            wanted = select(NeedResult).order_by(col(NeedResult.achievement_id), col(NeedResult.rank))
            return [(each.achievement_id, each.rank, each.need_id, each.points) for each in session.exec(wanted)]


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 10) if is_full_size() else (FIRST,))
def test_what_follows_the_database_is_what_is_made_anew(
    services: Services, tmp_path: Path, seed: int, proved: Callable[[str], None]
) -> None:
    story = a_story(services, tmp_path, MONDAY, seed=seed)
    followers, shaky = Followers(story), Shaky(story)
    tasks = {name: shaky(name, task) for name, task in tasks_of(services, story.matcher).items()}

    for _ in range(100):
        story.moment += timedelta(minutes=1)
        _something_happens(story, followers, tasks)
    with stopped_at(story.moment):
        a_draft(story.world)
        _publish(story, str(CONTENT["title"]), team_steps.SECRETARY)
    _everything_is_done(story, tasks)
    _assert_same(story, followers, tmp_path / "anew")
    proved("index: after 100 changes with broken-off jobs the same as made anew")


def _something_happens(story: Story, followers: Followers, tasks: dict[str, Task]) -> None:
    chance = story.rng.random()
    with stopped_at(story.moment), suppress(AppError):
        if chance < 0.2:
            some = {name: task for name, task in tasks.items() if story.rng.random() < 0.6}
            Worker(story.services, some).run_pending()
        elif chance < 0.3:
            followers.look()
        elif chance < 0.55:
            story.rng.choice(_CHANGES)(story)
        elif chance < 0.56:
            erase(story)
        elif chance < 0.8:
            press_a_button(story)
        else:
            do_something_beside(story)


def _everything_is_done(story: Story, tasks: dict[str, Task]) -> None:
    """As after a start: what was dropped is done later; what was left is done by a worker that knows it."""
    for _ in range(8):
        story.moment += timedelta(hours=1)
        with stopped_at(story.moment):
            Worker(story.services, tasks).run_pending()
    with story.reading() as session:
        assert session.exec(select(Job).where(col(Job.done_at).is_(None))).all() == []


def _assert_same(story: Story, followers: Followers, folder: Path) -> None:
    anew = Matcher(MatchingSettings(data_dir=folder, encoder="keyword"))
    with story.reading() as session:
        anew.refresh(documents(session))
    with stopped_at(story.moment):
        assert followers.people(story.matcher) == followers.people(anew)
        assert followers.similar(followers.needs) == followers.similar(NeedIndex())
        assert followers.fitting(followers.achievements) == followers.fitting(TextIndex(anew.encoder))
        assert followers.fitting_needs(followers.open_needs) == followers.fitting_needs(TextIndex(anew.encoder))
        assert followers.people(anew) == followers.people(anew), "E9.6: same frozen inputs, same list"
        # In so small a world everybody may have gone who could be matched; not what was written last.
        assert any(followers.fitting(followers.achievements)), "nothing was compared"


def _profile(story: Story) -> None:
    with story.writing() as session:
        expert = story.rng.choice(session.exec(select(Expert).order_by(Expert.name)).all())
        if expert.user_id is None:
            return
        said = story.rng.choice(_WORDS)
        content = {
            "version": expert.version,
            "name": expert.name,
            "region_code": "632801",
            "profile": said,
            "works": [{"kind": "paper", "year": 2024, "title": f"{said}的机理", "text": story.rng.choice(_WORDS)}],
        }
        name = next(name for name, user_id in story.world.people.items() if user_id == expert.user_id)
        saved = SavedExpert.model_validate(content)
        experts.save(session, story.services, story.actor(session, name), expert.id, saved)


def _team(story: Story) -> None:
    team_steps.save(story.world, team_steps.SECRETARY, story.team_id, profile=story.rng.choice(_WORDS))


def _rest(story: Story) -> None:
    """An expert pauses for good, comes back, or is verified again."""
    with story.reading() as session:
        expert = story.rng.choice(session.exec(select(Expert).order_by(Expert.name)).all())
    action = {"verified": "sleep", "dormant": "wake", "claimed": "verify"}.get(expert.state)
    if action is not None:
        own = next(name for name, user_id in story.world.people.items() if user_id == expert.user_id)
        team_steps.act_on_expert(story.world, "格尔木赵静" if action == "verify" else own, expert.id, action)


def _publish_something(story: Story) -> None:
    """Of a society or of an expert."""
    _publish(story, story.rng.choice(_WORDS), story.rng.choice([team_steps.SECRETARY, team_steps.LEADER]))


def _publish(story: Story, subject: str, by: str) -> None:
    said = {
        "title": f"{subject}成套工艺",
        "summary": f"{story.rng.choice(_WORDS)}，已在两条生产线上连续运行一年多，指标稳定。",
    }
    reviewer, whose = achievement_steps.REVIEWER, {}
    if by == team_steps.LEADER:
        reviewer, whose = "格尔木赵静", {"expert_id": team_steps.expert(story.world, by)}
    achievement_id = achievement_steps.draft(story.world, by, **said, **whose)
    achievement_steps.act(story.world, by, achievement_id, "submit")
    achievement_steps.act(story.world, reviewer, achievement_id, "publish")


def _take_back(story: Story) -> None:
    """Withdrawn by its owner, sealed, or free again."""
    with story.reading() as session:
        wanted = select(Achievement).where(Achievement.state == AchievementState.PUBLISHED)
        found = session.exec(wanted.order_by(col(Achievement.created_at), col(Achievement.title))).all()
    if not found:
        return
    achievement = story.rng.choice(found)
    if achievement.sealed_at is not None:
        achievement_steps.unseal(story.world, "保密办周正", achievement.id)
    elif story.rng.random() < 0.6:
        achievement_steps.seal(story.world, "省科协王敏", achievement.id)
    else:
        by = team_steps.LEADER if achievement.expert_id else team_steps.SECRETARY
        achievement_steps.act(story.world, by, achievement.id, "withdraw", note="不再提供")


def _published() -> Any:
    return select(Achievement.id).where(Achievement.state == AchievementState.PUBLISHED).order_by(Achievement.id)


_CHANGES: tuple[Callable[[Story], None], ...] = (
    _profile,
    _profile,
    _team,
    _rest,
    _rest,
    _publish_something,
    _take_back,
)
