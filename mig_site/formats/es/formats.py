"""Spanish as it is written in the Americas: 1,234.5 and not 1.234,5; 11:59 p.m. and not 23:59."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i a"
