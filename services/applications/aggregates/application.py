"""One teacher's application on its way through the levels of review."""

from collections.abc import Collection
from typing import Any, Literal, Self
from uuid import UUID

from services.applications.aggregates.annex_one import filled, met
from services.applications.aggregates.selection import CONDITIONS, panel_score, reaches
from services.applications.events import (
    ApplicationPublished,
    Applied,
    BatchEntry,
    CandidacyReserved,
    Candidate,
    Form,
    Level,
    PanelRecused,
    PanelRescored,
    PanelScored,
    PanelScoreVoided,
    PreferenceFlag,
    Resubmitted,
    Reviewed,
    Submission,
    Verdict,
)
from shared.kernel.model import Aggregate, Refused
from shared.kernel.panels import is_panel, quorum
from shared.kernel.personal import PersonalText
from shared.kernel.policy import PolicySettings
from shared.kernel.values import Points, derived_id


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
    concluded_by: int | None = None
    """How many sheets the panel concluded on; None before."""

    failed_rule: Literal["APP-07", "APP-16", "SIL-07"] | None = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.passed: list[str] = []
        self.reviewers: dict[str, UUID | None] = {}
        self.sheets: dict[UUID, tuple[Points, ...]] = {}
        self.recused: set[UUID] = set()

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
        self,
        level: Level,
        verdict: Verdict,
        by: UUID | None,
        *,
        attests: bool = False,
        reason: PersonalText | None = None,
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
        if expert_id in self.recused:
            raise Refused(
                "recusal", rule="SIL-02", relation="declared",
                zh="已就该申报回避，不能评分", en="an expert who stepped aside from an application does not score it",
            )  # fmt: skip
        if self.sheets.get(expert_id) != points:
            self.record(PanelScored(expert_id=expert_id, points=points))

    def recuse(self, expert_id: UUID, reason: PersonalText) -> None:
        """Before a sheet is in; one that is in is voided instead."""
        if expert_id in self.recused:
            return
        if expert_id in self.sheets:
            raise Refused(
                "sheet-in", rule="SIL-02",
                zh="该专家已评分，须由管理办公室宣布其评分无效",
                en="the expert's sheet is in: an office voids it instead",
            )  # fmt: skip
        self.record(PanelRecused(application_id=self.id, expert_id=expert_id, reason=reason))

    def void(self, expert_id: UUID, by: UUID | None, reason: PersonalText, least: int) -> bool:
        """A sheet counts no more; True when that is new. After the panel's conclusion a quorum must be left."""
        self._check_recusal(by)
        if expert_id in self.recused and expert_id not in self.sheets:
            return False
        if expert_id not in self.sheets:
            raise Refused("no-sheet", rule="SIL-02", zh="该专家没有有效评分", en="the expert has no valid sheet here")
        left = len(self.sheets) - 1
        if self.concluded_by and left < max(least, 1):
            raise Refused(
                "quorum-lost", rule="A.9-25", left=left, least=least,
                zh="只剩{left}份有效评分，不足{least}份", en="{left} valid sheets would be left, {least} are needed",
            )  # fmt: skip
        self.record(PanelScoreVoided(application_id=self.id, expert_id=expert_id, reason=reason))
        return True

    def conclude_panel(
        self, settings: PolicySettings, by: UUID | None, *, seated: int | None = None, on_duty: bool
    ) -> None:
        """The verdict follows from the scores: the mark itself passes (AMB-14), off duty nobody does (AMB-10).

        Of a seated panel a quorum suffices; else the sheets are an odd number themselves (A.9-25).
        """
        self._check_recusal(by)
        self.check_due("panel")
        sheets, least = len(self.sheets), settings.panel_min_experts
        if seated is not None and sheets < (needed := quorum(seated, settings.panel_quorum)):
            raise Refused(
                "quorum-missing", rule="A.9-25", sheets=sheets, seated=seated, least=needed,
                zh="评审组{seated}人，有效评分须不少于{least}份，现有{sheets}份",
                en="of a panel of {seated} at least {least} sheets are needed, {sheets} are in",
            )  # fmt: skip
        if seated is None and not is_panel(self.sheets, least):
            raise Refused(
                "panel-not-odd", rule="A.9-25", sheets=sheets, least=least,
                zh="评审组应为不少于{least}人的单数，现有{sheets}份评分",
                en="the panel is an odd number of at least {least}, {sheets} sheets are in",
            )  # fmt: skip
        score = panel_score(self.sheets.values(), settings)
        verdict: Verdict = "approved" if on_duty and reaches(score, settings) else "rejected"
        self.record(
            Reviewed(
                application_id=self.id, level="panel", verdict=verdict, score_hundredths=score,
                failed_rule=None if on_duty else "APP-07",
            )
        )  # fmt: skip

    def rescore(self, settings: PolicySettings) -> None:
        """The panel's result from the sheets that are left; whoever was off duty then stays rejected."""
        score = panel_score(self.sheets.values(), settings)
        self.record(
            PanelRescored(
                application_id=self.id, score_hundredths=score, failed_rule="APP-07" if self.failed_rule else None,
                verdict="approved" if not self.failed_rule and reaches(score, settings) else "rejected",
            )
        )  # fmt: skip

    def decide_finally(
        self, verdict: Literal["approved", "rejected"], reason: PersonalText | None = None, *,
        failed_rule: Literal["SIL-07"] | None = None,
    ) -> None:  # fmt: skip
        """The school's level: listed, or struck."""
        self.check_due("school")
        self._by_school(verdict, reason, failed_rule)

    def strike_from_posted(self, reason: PersonalText | None, failed_rule: Literal["SIL-07"] | None = None) -> None:
        """The name leaves the list that the school had already approved."""
        if self.ended is None:
            self._by_school("rejected", reason, failed_rule)

    def _by_school(
        self,
        verdict: Literal["approved", "rejected"],
        reason: PersonalText | None,
        failed_rule: Literal["SIL-07"] | None,
    ) -> None:
        self.record(
            Reviewed(
                application_id=self.id, level="school", verdict=verdict, score_hundredths=None, reason=reason,
                failed_rule=failed_rule,
            )
        )  # fmt: skip

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

    def seats(self, seated: Collection[UUID]) -> int:
        """Of how many the quorum is: of the seated panel, else of those who judged when it concluded."""
        return len(seated) or self.concluded_by or 0

    @property
    def is_before_panel(self) -> bool:
        return self.due is not None and self.chain.index(self.due) <= self.chain.index("panel")

    @property
    def is_recommended(self) -> bool:
        return self.due == "school"

    @property
    def flags(self) -> tuple[PreferenceFlag, ...]:
        """Those met when it was handed in."""
        return met(self.form.preferences)

    def as_entry(self) -> BatchEntry:
        return BatchEntry(
            application_id=self.id, applicant_id=self.applicant_id, semesters=self.form.semesters,
            title=self.form.title, class_honor=self.form.class_honor, flags=self.flags,
        )  # fmt: skip

    def as_candidate(self, flags: tuple[PreferenceFlag, ...], score_hundredths: int | None = None) -> Candidate:
        """With the flags met now: what speaks for a candidate may have come after the application."""
        score = self.score_hundredths if score_hundredths is None else score_hundredths
        assert score is not None
        return Candidate(application_id=self.id, score_hundredths=score, flags=flags, semesters=self.form.semesters)

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
            case PanelRecused(expert_id=expert) | PanelScoreVoided(expert_id=expert):
                self.recused.add(expert)
                self.sheets.pop(expert, None)
            case Reviewed(level="panel"):
                self.concluded_by, self.failed_rule = len(self.sheets), happened.failed_rule
                self._conclude(happened.verdict, happened.score_hundredths)
            case PanelRescored():
                self._conclude(happened.verdict, happened.score_hundredths)
            case Reviewed(verdict="approved", level=level):
                self.is_returned = False
                self.passed.append(level)
                self.reviewers[level] = happened.reviewer_id
            case Reviewed(verdict="returned"):
                # A returned application starts again at the department (A.9-14).
                self.is_returned, self.passed, self.reviewers, self.sheets = True, [], {}, {}
            case Reviewed(verdict="rejected"):
                self.ended = "rejected"
            case ApplicationPublished():
                self.ended = "published"

    def _conclude(self, verdict: str, score_hundredths: int | None) -> None:
        """The panel's result, also when it takes the place of an earlier one."""
        self.score_hundredths, self.ended = score_hundredths, "rejected" if verdict == "rejected" else None
        self.passed = [level for level in self.passed if level != "panel"]
        if verdict == "approved":
            self.passed.append("panel")
