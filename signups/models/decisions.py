"""How a decision of the committee is refused."""


class ReviewError(Exception):
    """A decision that cannot be taken; its text tells the committee why."""
