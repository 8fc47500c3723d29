"""Read every public page in every language with the Nu HTML checker: make check-html.

Pages are found as a reader finds them, by following links from the home page in each language;
what no link leads to is named here. Fails on anything that the checker has to say.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from served import fetch, served

CHECKER = "vnu-jar@26.9.27"
TOOLS = Path(__file__).resolve().parent.parent / "var" / "tools"
JAR = TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# Where reading starts, and what no page links to.
STARTS = ["/", "/es/", "/my/lost-link/", "/es/my/lost-link/", "/nowhere/", "/es/nowhere/"]
# Kept by its own people, and not public.
LEFT_OUT = ("/admin/",)
LINK = re.compile(r'<a\s[^>]*?href="([^"#]+)')
# Lists with many pages and many filters are read as far as this.
N_PAGES_MOST = 400


def pages(site: str) -> dict[str, str]:
    """The text of each page that can be reached, by its address."""
    found: dict[str, str] = {}
    waiting = deque(site + start for start in STARTS)
    seen = set(waiting)
    while waiting and len(found) < N_PAGES_MOST:
        address = waiting.popleft()
        _, kind, text = fetch(address)
        if kind != "text/html":
            continue
        found[address.removeprefix(site)] = text
        for link in LINK.findall(text):
            target = urljoin(address, link.replace("&amp;", "&"))
            path = urlsplit(target).path
            if target.startswith(site) and not path.startswith(LEFT_OUT) and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def faults(texts: dict[str, str]) -> list[str]:
    """What the checker says, one line each."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for number, (address, text) in enumerate(texts.items()):
            file = Path(folder) / f"{number}.html"
            file.write_text(text)
            paths[file.name] = address
        done = subprocess.run(
            ["java", "-Xss4m", "-jar", JAR, "--format", "json", "--stdout", folder],
            capture_output=True,
            text=True,
        )
    if not done.stdout.strip():
        sys.exit(f"The checker did not run: {done.stderr}")
    return [
        f"{paths[message['url'].rsplit('/', 1)[-1]]}:{message.get('lastLine', '')}: "
        f"{message['message']} {message.get('extract', '')!r}"
        for message in json.loads(done.stdout)["messages"]
    ]


def main() -> None:
    if not JAR.exists():
        subprocess.run(["npm", "install", "--silent", "--prefix", TOOLS, CHECKER], check=True)
    with served() as site:
        texts = pages(site)
    found = faults(texts)
    sys.stdout.write("".join(f"{address}\n" for address in sorted(texts)))
    sys.stdout.write("".join(f"{fault}\n" for fault in found))
    sys.stdout.write(f"{len(texts)} pages read, {len(found)} faults.\n")
    if found or not texts:
        sys.exit(1)


if __name__ == "__main__":
    main()
