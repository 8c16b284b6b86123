"""What can go wrong, as sentences for the user."""


class Problem(Exception):
    """It failed."""


class BadUsage(Exception):
    """What was asked for can't be had."""
