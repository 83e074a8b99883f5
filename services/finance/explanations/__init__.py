"""Why money came, stopped, was refused and went back; in the order in which one rests on another."""

from collections.abc import Sequence

from services.finance.explanations.cuts import CUT
from services.finance.explanations.refusals import REFUSAL
from services.finance.explanations.releases import RELEASE
from services.finance.explanations.returns import RETURN
from shared.kernel.explaining import Decision

DECISIONS: Sequence[Decision] = (RELEASE, CUT, REFUSAL, RETURN)
