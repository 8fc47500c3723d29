"""Text that would run as a script where it came out as markup, and how pages are looked through."""

from __future__ import annotations

import json
import re
from itertools import cycle

import html5lib

# Each vector does nothing but bear this mark, by which it is known wherever it comes out.
MARK = "xss5d1"

# From OWASP's XSS Filter Evasion Cheat Sheet; the last three are for Markdown and for XML.
VECTORS = [
    f'"><SCRIPT>alert("{MARK}")</SCRIPT>',
    f"<svg/onload=alert('{MARK}')>",
    f"';alert('{MARK}')//\\';alert(\"{MARK}\")//-->",
    f'<IMG """><SCRIPT>alert("{MARK}")</SCRIPT>"\\>',
    f"<IMG SRC=# onmouseover=\"alert('{MARK}')\">",
    f'</TITLE><SCRIPT>alert("{MARK}");</SCRIPT>',
    f"<IMG SRC=\"jav&#x09;ascript:alert('{MARK}');\">",
    f'<<SCRIPT>alert("{MARK}");//\\<</SCRIPT>',
    f"<IFRAME SRC=\"javascript:alert('{MARK}');\"></IFRAME>",
    f"\\<a onmouseover=\"alert('{MARK}')\"\\>a link\\</a\\>",
    f"<SCRIPT SRC=https://example.org/{MARK}.js></SCRIPT>",
    f"<DIV STYLE=\"background-image: url(javascript:alert('{MARK}'))\">",
    f'<META HTTP-EQUIV="refresh" CONTENT="0;url=javascript:alert(\'{MARK}\');">',
    f"javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/\"/+/onmouseover=1/"
    f'+/[*/[]/+alert("{MARK}");//\'>',
    f'<INPUT TYPE="IMAGE" SRC="javascript:alert(\'{MARK}\');">',
    f'<EMBED SRC="data:image/svg+xml;base64,{MARK}" type="image/svg+xml">',
    f"[words](javascript:alert('{MARK}')) ![words](data:text/html,{MARK})",
    f"<jav\tascript:{MARK}> <https://example.org/\"onmouseover='{MARK}'>",
    f"]]><script>{MARK}</script><![CDATA[ {{{{ {MARK} }}}} {{% {MARK} %}}",
]
ADDRESS = f'"<svg/onload={MARK}>"@example.org'

_in_turn = cycle(VECTORS)

# Where words may stand; whatever else holds the mark came out as markup.
FOR_WORDS = {"value", "title", "alt", "content", "placeholder", "label", "summary", "aria-label"}
FOR_ADDRESSES = {"href", "action"}
SAFE = re.compile(r"(https?:|mailto:|[^:]*$|[^:]*[/?#])", re.IGNORECASE)


def vector_of(length: int | None) -> str:
    """All vectors where there is room, else the next that fits; empty where none does."""
    if length is None or length >= sum(map(len, VECTORS)) + 2 * len(VECTORS):
        return "\n\n".join(VECTORS)
    for _ in VECTORS:
        vector = next(_in_turn)
        if len(vector) <= length:
            return vector
    return ""


def survivors(html: str) -> list[str]:
    """What of the vectors stands as markup in a page, as a browser would read it."""
    page = html5lib.parse(html, namespaceHTMLElements=False)
    return [found for element in page.iter() for found in _in_element(element)]


def _in_element(element) -> list[str]:
    if not isinstance(element.tag, str):
        return []  # a comment
    found = [element.tag] if MARK in element.tag else []
    for name, value in element.attrib.items():
        name, value = str(name), str(value)
        is_fine = (
            name in FOR_WORDS or (name.startswith("data-") and name != "data-bs-content")
            if name not in FOR_ADDRESSES
            else SAFE.match(re.sub(r"[\x00-\x20]", "", value))
        )
        if MARK in name or (MARK in value and not is_fine):
            found.append(f"{element.tag} {name}={value}")
    if element.tag == "meta" and element.get("http-equiv") and MARK in element.get("content", ""):
        found.append("meta http-equiv")
    words = element.text or ""
    if element.tag in {"script", "style"} and MARK in words and not _is_data(element, words):
        found.append(f"{element.tag}: {words}")
    return found


def _is_data(element, words: str) -> bool:
    """Whether a script is none, but data that can be read as a whole."""
    if "json" not in element.get("type", ""):
        return False
    json.loads(words)
    return True
