"""Why a candidate may apply, why a name is on the list, why a studio stands: the judgements made again."""

from services.applications.events import Applied, ListPosted, ListPublished, Resubmitted
from services.applications.explanations.eligibility import explain_eligibility
from services.applications.explanations.establishment import explain_establishment
from services.applications.explanations.selection import explain_selection
from shared.kernel.explaining import Decision
from shared.kernel.published import StudioEstablished

DECISIONS = (
    Decision(kind="eligibility", facts=(Applied, Resubmitted), explain=explain_eligibility),
    Decision(kind="selection", facts=(ListPosted, ListPublished), explain=explain_selection),
    Decision(kind="establishment", facts=(StudioEstablished,), explain=explain_establishment),
)
