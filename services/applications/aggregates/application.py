"""One teacher's application on its way through the levels of review."""

from fractions import Fraction
from typing import Any, Literal, Self, get_args
from uuid import NAMESPACE_URL, UUID, uuid5

from services.applications.aggregates.round import Round
from services.applications.events import (
    ApplicationPublished,
    Applied,
    CandidacyReserved,
    HonorLevel,
    Level,
    PanelScored,
    Reviewed,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.scoring import to_hundredths, trimmed_mean
from shared.kernel.settings import PolicySettings
from shared.kernel.values import Points

LADDER = get_args(HonorLevel)
CONDITIONS = 6
LEVELS_ZH = {"department": "系部", "office": "管理办公室", "panel": "专家组"}


class Candidacy(Aggregate):
    """The one application that a person may have in a round (A.9-18)."""

    opens = CandidacyReserved

    application_id: UUID | None = None

    @staticmethod
    def id_for(round_id: UUID, person_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"mingban/candidacy/{round_id}/{person_id}")

    def reserve(self, round_id: UUID, application_id: UUID) -> None:
        if self.application_id not in (None, application_id):
            raise Refused(
                "already-applied", rule="A.9-18", application_id=str(self.application_id),
                zh="您在本轮已有申报（{application_id}）",
                en="you have an application in this round already ({application_id})",
            )  # fmt: skip
        if self.application_id is None:
            self.record(CandidacyReserved(round_id=round_id, application_id=application_id))

    def apply(self, happened: Any) -> None:
        self.application_id = happened.application_id


class Application(Aggregate):
    """A homeroom teacher's application as host."""

    opens = Applied
    called = "申报"

    applicant_id: UUID
    round_id: UUID
    department: str

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.passed: list[str] = []
        self.ended: str | None = None
        self.sheets: dict[UUID, tuple[int, ...]] = {}

    @classmethod
    def submit(cls, asked: Applied, opened: Round, settings: PolicySettings) -> Self:
        check_eligible(asked, opened, settings)
        application = cls(asked.application_id)
        application.record(asked)
        return application

    def score(self, expert_id: UUID, points: tuple[Points, ...], chain: tuple[str, ...]) -> None:
        """An expert's sheet; a later one of the same expert replaces it while the panel sits."""
        self._check_next("panel", chain)
        if len(points) != CONDITIONS:
            raise Refused(
                "six-conditions", rule="A.9-7", given=len(points),
                zh="附件1有6条，给出了{given}个分数", en="annex 1 has 6 conditions, {given} scores were given",
            )  # fmt: skip
        self._check_recusal(expert_id)
        if self.sheets.get(expert_id) != points:
            self.record(PanelScored(expert_id=expert_id, points=points))

    def review(
        self,
        level: Level,
        verdict: Literal["approved", "returned", "rejected"],
        by: UUID | None,
        chain: tuple[str, ...],
    ) -> None:
        self._check_next(level, chain)
        self._check_recusal(by)
        self.record(Reviewed(application_id=self.id, level=level, verdict=verdict, score_hundredths=None))

    def conclude_panel(self, opened: Round, by: UUID | None, settings: PolicySettings) -> None:
        """The panel's verdict follows from its scores: the mark itself passes (AMB-14)."""
        self._check_recusal(by)
        self._check_next("panel", settings.review_chain)
        least = settings.panel_min_experts
        if len(self.sheets) < least or len(self.sheets) % 2 == 0:
            raise Refused(
                "panel-too-small", rule="APP-04", sheets=len(self.sheets), least=least,
                zh="评审组应为不少于{least}人的单数，现有{sheets}份评分",
                en="the panel is an odd number of at least {least}, {sheets} sheets are in",
            )  # fmt: skip
        score = to_hundredths(trimmed_mean([Fraction(sum(s), CONDITIONS) for s in self.sheets.values()]))
        verdict: Literal["approved", "rejected"] = "approved" if score >= opened.min_score_points * 100 else "rejected"
        self.record(Reviewed(application_id=self.id, level="panel", verdict=verdict, score_hundredths=score))

    def publish(self) -> None:
        if self.ended != "published":
            self.record(ApplicationPublished(round_id=self.round_id))

    def is_recommended(self, chain: tuple[str, ...]) -> bool:
        return self.ended is None and tuple(self.passed) == chain

    def _check_recusal(self, person_id: UUID | None) -> None:
        if person_id == self.applicant_id:
            raise Refused("recusal", rule="SIL-02", zh="不得评审本人的申报", en="nobody judges their own application")

    def _check_next(self, level: str, chain: tuple[str, ...]) -> None:
        if self.ended or len(self.passed) >= len(chain):
            raise Refused(
                "review-over", rule="APP-02", state=self.ended or "recommended",
                zh="该申报已处于“{state}”，不能再评审", en="this application is {state} and no longer reviewed",
            )  # fmt: skip
        due = chain[len(self.passed)]
        if level != due:
            raise Refused(
                "level-skipped", rule="APP-02", level=level, due=due,
                due_zh=LEVELS_ZH[due], level_zh=LEVELS_ZH[level],
                zh="应先由{due_zh}评审，不能跳到{level_zh}", en="{due} reviews next, {level} cannot be reached before",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case Applied():
                self.applicant_id, self.round_id = happened.applicant_id, happened.round_id
                self.department = happened.department
            case PanelScored(expert_id=expert, points=points):
                self.sheets[expert] = points
            case Reviewed(verdict="approved", level=level):
                self.passed.append(level)
            case Reviewed(verdict="returned"):
                # A returned application starts again at the department (A.9-14).
                self.passed, self.sheets = [], {}
            case Reviewed(verdict="rejected"):
                self.ended = "rejected"
            case ApplicationPublished():
                self.ended = "published"


def check_eligible(asked: Applied, opened: Round, settings: PolicySettings) -> None:
    """Annex 1's conditions that a machine can check; the first that fails is named."""
    if not asked.on_duty:
        raise Refused("not-on-duty", rule="APP-07", zh="须为在岗班主任", en="a serving homeroom teacher is needed")
    if asked.semesters < settings.tenure_semesters:
        raise Refused(
            "tenure-too-short", rule="APP-08", semesters=int(asked.semesters), needed=settings.tenure_semesters,
            zh="班主任工作{semesters}个学期，须满{needed}个学期（6年，含6年）",
            en="{semesters} semesters as homeroom teacher, {needed} are needed (six years, six included)",
        )  # fmt: skip
    if asked.title == "junior":
        raise Refused(
            "title-too-low", rule="APP-09", title=asked.title,
            zh="须具有中级及以上教师职称", en="an intermediate or higher teacher title is needed",
        )  # fmt: skip
    needed = LADDER.index(settings.honor_min_level)
    held = LADDER.index(asked.class_honor) if asked.class_honor else -1
    if opened.require_class_honor and held < needed:
        raise Refused(
            "class-honor-missing", rule="APP-10", held=asked.class_honor or "none", needed=settings.honor_min_level,
            zh="所带班级须获得江阴市级（{needed}）及以上荣誉，所报为{held}",
            en="a class honour of level {needed} or above is needed, {held} was given",
        )  # fmt: skip
