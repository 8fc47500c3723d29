"""What does not belong into a log."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"(/my/(?:link|news|spotlight/link|suggestion)/)[^/\s\"']+")


class WithoutTokens(logging.Filter):
    """Takes the tokens of links out of the addresses in a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if "/my/" in text:
            record.msg, record.args = TOKEN.sub(r"\1…", text), ()
        return True
