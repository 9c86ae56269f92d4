"""A typed client of the Offtake desk. Shapes of requests and answers are in `offtake_desk.api`."""

from . import api
from .api import Desk
from .client import (
    Forbidden,
    Invalid,
    Missing,
    NoAnswer,
    Problem,
    Refused,
    Unauthorized,
    Unavailable,
)

__all__ = [
    "Desk",
    "Forbidden",
    "Invalid",
    "Missing",
    "NoAnswer",
    "Problem",
    "Refused",
    "Unauthorized",
    "Unavailable",
    "api",
]
