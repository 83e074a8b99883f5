"""One teacher's application on its way through the levels of review."""

from fractions import Fraction
from typing import Any, Literal, Self
from uuid import UUID

from services.applications.aggregates.annex_one import filled
from services.applications.events import (
    ApplicationPublished,
    Applied,
    BatchEntry,
    CandidacyReserved,
    Candidate,
    Form,
    Level,
    PanelScored,
    PreferenceFlag,
    Resubmitted,
    Reviewed,
    Submission,
    Verdict,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.scoring import to_hundredths, trimmed_mean
from shared.kernel.values import Points, Text, derived_id

CONDITIONS = 6


class Candidacy(Aggregate):
    """The one application that a person may have in a round (A.9-18)."""

    opens = CandidacyReserved

    application_id: UUID | None = None

    @staticmethod
    def id_for(round_id: UUID, person_id: UUID) -> UUID:
        return derived_id("candidacy", round_id, person_id)

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
    chain: tuple[Level, ...]
    form: Submission
    is_returned = False
    ended: str | None = None
    score_hundredths: int | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.passed: list[str] = []
        self.reviewers: dict[str, UUID | None] = {}
        self.sheets: dict[UUID, tuple[int, ...]] = {}

    @classmethod
    def submit(cls, applied: Applied) -> Self:
        application = cls(applied.application_id)
        application.record(applied)
        return application

    def takes_back(self, form: Form) -> bool:
        """True for a returned application; the form that is in already is no news, another is refused."""
        if self.is_returned:
            if form.department != self.department:
                raise Refused(
                    "department-changed", rule="APP-02", department=self.department,
                    zh="退回的申报须由原系部（{department}）审核",
                    en="a returned application goes back to its own department, {department}",
                )  # fmt: skip
            return True
        if filled(form) != filled(self.form):
            raise Refused(
                "not-returned", rule="APP-02",
                zh="申报未被退回，不能修改", en="only a returned application is handed in again",
            )  # fmt: skip
        return False

    def resubmit(self, resubmitted: Resubmitted) -> None:
        self.record(resubmitted)

    def review(
        self, level: Level, verdict: Verdict, by: UUID | None, *, attests: bool = False, reason: Text | None = None
    ) -> None:
        self.check_due(level)
        self._check_reviewer(by)
        if level == "department" and verdict == "approved" and not attests:
            raise Refused(
                "attestation-missing", rule="APP-16",
                zh="系部同意推荐须对附件1第1、2、4、6条作出证明",
                en="a department that approves attests conditions 1, 2, 4 and 6 of annex 1",
            )  # fmt: skip
        self.record(
            Reviewed(
                application_id=self.id, level=level, verdict=verdict, score_hundredths=None, reviewer_id=by,
                attests=attests, reason=reason,
            )
        )  # fmt: skip

    def score(self, expert_id: UUID, points: tuple[Points, ...]) -> None:
        """An expert's sheet; a later one of the same expert replaces it while the panel sits."""
        self.check_due("panel")
        if len(points) != CONDITIONS:
            raise Refused(
                "six-conditions", rule="A.9-7", given=len(points),
                zh="附件1有6条，给出了{given}个分数", en="annex 1 has 6 conditions, {given} scores were given",
            )  # fmt: skip
        self._check_reviewer(expert_id)
        if self.sheets.get(expert_id) != points:
            self.record(PanelScored(expert_id=expert_id, points=points))

    def conclude_panel(self, mark: Points, by: UUID | None, *, least_experts: int, on_duty: bool) -> None:
        """The verdict follows from the scores: the mark itself passes (AMB-14), off duty nobody does (AMB-10)."""
        self._check_recusal(by)
        self.check_due("panel")
        if len(self.sheets) < least_experts or len(self.sheets) % 2 == 0:
            raise Refused(
                "panel-too-small", rule="APP-04", sheets=len(self.sheets), least=least_experts,
                zh="评审组应为不少于{least}人的单数，现有{sheets}份评分",
                en="the panel is an odd number of at least {least}, {sheets} sheets are in",
            )  # fmt: skip
        score = to_hundredths(trimmed_mean([Fraction(sum(s), CONDITIONS) for s in self.sheets.values()]))
        verdict: Verdict = "approved" if on_duty and score >= mark * 100 else "rejected"
        self.record(
            Reviewed(
                application_id=self.id, level="panel", verdict=verdict, score_hundredths=score,
                failed_rule=None if on_duty else "APP-07",
            )
        )  # fmt: skip

    def decide_finally(self, verdict: Literal["approved", "rejected"], reason: Text | None = None) -> None:
        """The school's level: listed, or struck."""
        self.check_due("school")
        self.record(
            Reviewed(application_id=self.id, level="school", verdict=verdict, score_hundredths=None, reason=reason)
        )

    def publish(self) -> None:
        if self.ended != "published":
            self.record(ApplicationPublished(round_id=self.round_id))

    @property
    def department(self) -> str:
        return self.form.department

    @property
    def due(self) -> str | None:
        """The level that decides next; None while it is with the applicant, and once all is decided."""
        over = self.ended or self.is_returned or len(self.passed) >= len(self.chain)
        return None if over else self.chain[len(self.passed)]

    @property
    def is_before_panel(self) -> bool:
        return self.due is not None and self.chain.index(self.due) <= self.chain.index("panel")

    @property
    def is_recommended(self) -> bool:
        return self.due == "school"

    @property
    def flags(self) -> tuple[PreferenceFlag, ...]:
        return tuple(one.flag for one in self.form.preferences if one.state == "met")

    def as_entry(self) -> BatchEntry:
        return BatchEntry(
            application_id=self.id, applicant_id=self.applicant_id, semesters=self.form.semesters,
            title=self.form.title, class_honor=self.form.class_honor, flags=self.flags,
        )  # fmt: skip

    def as_candidate(self) -> Candidate:
        assert self.score_hundredths is not None
        return Candidate(
            application_id=self.id, score_hundredths=self.score_hundredths, flags=self.flags,
            semesters=self.form.semesters,
        )  # fmt: skip

    def check_due(self, level: str) -> None:
        if self.is_returned:
            raise Refused(
                "awaiting-resubmission", rule="APP-02",
                zh="申报已退回，须由申报人重新提交", en="the application was returned and waits for its applicant",
            )  # fmt: skip
        if self.due is None:
            raise Refused(
                "review-over", rule="APP-02", state=self.ended or "listed",
                zh="该申报已处于“{state}”，不能再评审", en="this application is {state} and no longer reviewed",
            )  # fmt: skip
        if level != self.due:
            raise Refused(
                "level-skipped", rule="APP-02", level=level, due=self.due,
                zh="应先由{due}评审，不能跳到{level}", en="{due} reviews next, not {level}",
            )  # fmt: skip

    def _check_recusal(self, person_id: UUID | None) -> None:
        if person_id == self.applicant_id:
            raise Refused("recusal", rule="SIL-02", zh="不得评审本人的申报", en="nobody judges their own application")

    def _check_reviewer(self, person_id: UUID | None) -> None:
        """Nobody judges themselves, nobody decides two levels (A.9-14)."""
        self._check_recusal(person_id)
        before = next((level for level, by in self.reviewers.items() if by and by == person_id), None)
        if before:
            raise Refused(
                "one-person-two-levels", rule="A.9-14", before=before,
                zh="您已代表{before}评审过该申报，一人不得评审两级",
                en="you decided at {before} already, one person does not decide two levels",
            )  # fmt: skip

    def apply(self, happened: Any) -> None:
        match happened:
            case Applied():
                self.applicant_id, self.round_id = happened.applicant_id, happened.round_id
                self.chain, self.form = happened.review_chain, happened
            case Resubmitted():
                self.form, self.is_returned = happened, False
            case PanelScored(expert_id=expert, points=points):
                self.sheets[expert] = points
            case Reviewed(verdict="approved", level=level):
                self.is_returned = False
                self.passed.append(level)
                self.reviewers[level] = happened.reviewer_id
                if level == "panel":
                    self.score_hundredths = happened.score_hundredths
            case Reviewed(verdict="returned"):
                # A returned application starts again at the department (A.9-14).
                self.is_returned, self.passed, self.reviewers, self.sheets = True, [], {}, {}
            case Reviewed(verdict="rejected"):
                self.ended = "rejected"
            case ApplicationPublished():
                self.ended = "published"
