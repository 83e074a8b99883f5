"""Certificates and titles that end, and certificates issued anew (SIL-08)."""

from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from services.assessment.aggregates.award import Award
from services.assessment.commands import Reissue, Revoke, reissue, revoke
from services.assessment.events import CertificateReissued, CertificateRevoked, TitleRevoked, certificate_id
from services.assessment.read_models.certificates import certificates
from services.assessment.read_models.honors import honors
from shared.kernel.people import Role
from shared.kernel.values import Text
from tests.assessment.examples import LI_NA, LIN_JING, STUDIO, WANG_FANG, ZHU_HONG, happened
from tests.assessment.test_awards import COMPLETED, TITLE, WANG, trainee
from tests.scenario import Given, given, stream

pytestmark = pytest.mark.rule("SIL-08", "ASM-07")

FIRST, SECOND, THIRD = (certificate_id(STUDIO, WANG_FANG, issue) for issue in (1, 2, 3))
WHY = Text("材料造假")
AWARDED = (TITLE, *trainee(WANG, 450), COMPLETED)
REVOKE = Revoke(studio_id=STUDIO, certificate_id=FIRST, reason_code="fraud", reason=WHY)
OF_TITLE = Revoke(studio_id=STUDIO, person_id=LIN_JING, reason_code="error", reason=WHY)
REISSUE = Reissue(studio_id=STUDIO, certificate_id=FIRST, reason=WHY)
REVOKED = CertificateRevoked(
    certificate_id=FIRST, studio_id=STUDIO, person_id=WANG_FANG, reason_code="fraud", reason=WHY
)
TITLE_REVOKED = TitleRevoked(studio_id=STUDIO, person_id=LIN_JING, reason_code="error", reason=WHY)


def reissued(new: UUID, old: UUID) -> CertificateReissued:
    return CertificateReissued(
        certificate_id=new, supersedes=old, studio_id=STUDIO, person_id=WANG_FANG, class_hours=36,
        credits_hundredths=450, reason=WHY,
    )  # fmt: skip


def school(*later: Any) -> Given:
    held = stream(Award, Award.id_for(STUDIO), *AWARDED, *later)
    return given(held).on("2026-09-01").by(Role.SCHOOL, ZHU_HONG)


def test_sil_08_the_school_revokes_a_certificate_with_a_reason_code() -> None:
    school().when(revoke, REVOKE).then(REVOKED)
    school(REVOKED).when(revoke, REVOKE).then_nothing()


def test_sil_08_the_school_revokes_a_title() -> None:
    school().when(revoke, OF_TITLE).then(TITLE_REVOKED)
    school(TITLE_REVOKED).when(revoke, OF_TITLE).then_nothing()


def test_sil_08_who_holds_no_title_has_none_to_lose() -> None:
    school().when(revoke, replace(OF_TITLE, person_id=LI_NA)).then_refused("no-title", "SIL-08", person_id=str(LI_NA))


@pytest.mark.parametrize("asked", [replace(REVOKE, person_id=LIN_JING), replace(REVOKE, certificate_id=None)])
def test_sil_08_a_revocation_is_of_one_thing(asked: Revoke) -> None:
    school().when(revoke, asked).then_refused("revocation-of-one", "SIL-08")


@pytest.mark.parametrize(("handler", "asked"), [(revoke, REVOKE), (reissue, REISSUE)])
def test_sil_08_a_certificate_that_was_never_issued_is_not_found(handler: Any, asked: Any) -> None:
    school().when(handler, replace(asked, certificate_id=UUID(int=9))).then_refused(
        "no-certificate", "SIL-08", certificate_id=str(UUID(int=9))
    )
    given().when(handler, asked).then_unknown()


def test_sil_08_a_new_number_supersedes_the_old_one() -> None:
    school().when(reissue, REISSUE).then(reissued(SECOND, FIRST))
    school(reissued(SECOND, FIRST)).when(reissue, replace(REISSUE, certificate_id=SECOND)).then(reissued(THIRD, SECOND))


@pytest.mark.parametrize(
    ("later", "handler", "asked", "status"),
    [
        (REVOKED, reissue, REISSUE, "revoked"),
        (reissued(SECOND, FIRST), reissue, REISSUE, "superseded"),
        (reissued(SECOND, FIRST), revoke, REVOKE, "superseded"),
    ],
)
def test_sil_08_only_a_valid_certificate_is_reissued_and_only_the_newest_revoked(
    later: Any, handler: Any, asked: Any, status: str
) -> None:
    school(later).when(handler, asked).then_refused("certificate-not-valid", "SIL-08", status=status)


def shown(model: Any, key: str, *later: Any) -> Any:
    told = [happened(event, Award.id_for(STUDIO), on="2026-09-01") for event in (*AWARDED[:-1], *later)]
    return reduce(lambda row, one: model.fold(key, row, one) if key in model.keys(one) else row, told, None)


def test_sil_08_the_register_shows_what_holds_and_since_when_not() -> None:
    revoked = shown(certificates, str(FIRST), REVOKED)
    old, new = (shown(certificates, str(id), reissued(SECOND, FIRST)) for id in (FIRST, SECOND))

    assert (revoked.status, revoked.ended_on, revoked.reason_code) == ("revoked", date(2026, 9, 1), "fraud")
    assert (old.status, old.superseded_by) == ("superseded", SECOND)
    assert (new.status, new.supersedes, new.credits_hundredths, new.class_hours) == ("valid", FIRST, 450, 36)


def test_sil_08_honors_show_what_is_left() -> None:
    trained = shown(honors, f"{STUDIO}:{WANG_FANG}", REVOKED)
    led = shown(honors, f"{STUDIO}:{LIN_JING}", TITLE_REVOKED)
    anew = shown(honors, f"{STUDIO}:{WANG_FANG}", reissued(SECOND, FIRST))

    assert (trained.designation, trained.credits_hundredths) == (None, 0)
    assert trained.certificate_revoked_on == date(2026, 9, 1)
    assert (led.title, led.title_revoked_on) == (None, date(2026, 9, 1))
    assert anew.certificate_id == SECOND
