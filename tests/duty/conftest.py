"""A request as the middleware hands it to a view, to count the view's own queries."""

from tests.personnel.conftest import asked

__all__ = ["asked"]
