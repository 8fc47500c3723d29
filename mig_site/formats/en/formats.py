"""English: the day before the month, as in all our sentences."""

DATE_FORMAT = "j F Y"
