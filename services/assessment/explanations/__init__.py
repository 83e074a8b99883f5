"""Why assessment decided as it did, and what it would have decided otherwise."""

from services.assessment.explanations.awards import CERTIFICATE, CREDIT, RECOMMENDATION, TITLE
from services.assessment.explanations.evaluations import EVALUATION

DECISIONS = (EVALUATION, TITLE, CERTIFICATE, CREDIT, RECOMMENDATION)
"""In the order in which one rests on another."""

__all__ = ["CERTIFICATE", "CREDIT", "DECISIONS", "EVALUATION", "RECOMMENDATION", "TITLE"]
