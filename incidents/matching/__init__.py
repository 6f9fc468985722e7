"""The matcher behind the quick line: free text in, ranked suggestions out.

Pure: no Django, no clock, no query. The text, the words of a room and the instant are arguments;
the same arguments give the same answer. Nothing here decides: a suggestion never overwrites what a
person chose.
"""

from incidents.matching.engine import suggest
from incidents.matching.places import is_place_name
from incidents.matching.terms import (
    CategoryTerm,
    Found,
    PersonTerm,
    PlaceTerm,
    Rule,
    Span,
    Suggestion,
    TimeFound,
    Vocabulary,
)

__all__ = [
    "CategoryTerm",
    "Found",
    "PersonTerm",
    "PlaceTerm",
    "Rule",
    "Span",
    "Suggestion",
    "TimeFound",
    "Vocabulary",
    "is_place_name",
    "suggest",
]
