"""Why assessment decided as it did, and what it would have decided otherwise."""

from services.assessment.explanations.awards import CERTIFICATE, CREDIT, ENDING, RECOMMENDATION, TITLE
from services.assessment.explanations.evaluations import EVALUATION

DECISIONS = (EVALUATION, TITLE, CERTIFICATE, CREDIT, RECOMMENDATION, ENDING)
"""In the order in which one rests on another."""

__all__ = ["CERTIFICATE", "CREDIT", "DECISIONS", "ENDING", "EVALUATION", "RECOMMENDATION", "TITLE"]
