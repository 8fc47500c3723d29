"""Measure public pages with Lighthouse's mobile preset: make lighthouse.

Fails below 100 for accessibility, best practices and search engines, and below 95 for
performance. The last depends on what else the machine does: RUNS=3 takes the median of three.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from served import fetch, served

# The last line that runs on Node 20.
LIGHTHOUSE = "lighthouse@12.8.2"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FIGURES = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time"]
FIGURES += ["cumulative-layout-shift", "total-byte-weight"]
N_TRIES = 3
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def pages(site: str) -> dict[str, str]:
    """What is measured: the home page, a program, a form, the spotlights, and one of them."""
    spotlights = fetch(f"{site}/lets-connect/")[2]
    one = re.search(r'href="(/lets-connect/(?!feed/|rss/)[a-z0-9-]+/)"', spotlights)
    if one is None:
        sys.exit("No spotlight to measure.")
    return {
        "home": "/",
        "program": "/programs/cal-mig/",
        "form": "/programs/cal-mig/rolling/apply/mentee/",
        "spotlights": "/lets-connect/",
        "spotlight": one[1],
    }


def report(address: str, folder: Path) -> dict[str, object]:
    """Lighthouse's report of one page."""
    target = folder / "report.json"
    flags = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
    command = [
        *("npx", "--yes", LIGHTHOUSE, address, "--quiet", "--output=json"),
        *(f"--output-path={target}", f"--chrome-flags={flags}"),
        "--only-categories=" + ",".join(LEAST),
    ]
    # On a busy machine the browser is sometimes too late for it.
    for _ in range(N_TRIES):
        done = subprocess.run(command, env=os.environ | {"CHROME_PATH": chromium()})
        if done.returncode == 0:
            return json.loads(target.read_text())
    sys.exit(f"Lighthouse could not read {address}.")


def chromium() -> str:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    return found or sys.exit("No chromium here; apt install chromium, or name it: CHROMIUM=/path")


def main() -> None:
    n_runs, low = int(os.environ.get("RUNS", "1")), []
    write = sys.stdout.write
    write(f"{'page':<12}" + "".join(f"{name:>16}" for name in LEAST) + "  figures\n")
    with served() as site, tempfile.TemporaryDirectory() as folder:
        for name, path in pages(site).items():
            reports = [report(site + path, Path(folder)) for _ in range(n_runs)]
            scores = {
                category: statistics.median(
                    round(100 * run["categories"][category]["score"]) for run in reports
                )
                for category in LEAST
            }
            audits = reports[-1]["audits"]
            figures = ", ".join(audits[figure]["displayValue"] for figure in FIGURES)
            write(f"{name:<12}" + "".join(f"{score:>16g}" for score in scores.values()))
            write(f"  {figures}\n")
            for category, score in scores.items():
                if score < LEAST[category]:
                    low.append(name)
                    write("".join(f"    {line}\n" for line in faults(reports[-1], category)))
            sys.stdout.flush()
    load = ", ".join(f"{figure:.1f}" for figure in os.getloadavg())
    write(f"Median of {n_runs}; load of the machine {load}, {os.cpu_count()} processors.\n")
    if low:
        sys.exit(f"Too low: {', '.join(sorted(set(low)))}.")


def faults(run: dict[str, object], category: str) -> list[str]:
    """What took points from a category, the heaviest first."""
    references = sorted(
        run["categories"][category]["auditRefs"], key=lambda reference: -reference["weight"]
    )
    lines = []
    for reference in references:
        audit = run["audits"][reference["id"]]
        if reference["weight"] and (audit["score"] or 0) < 1 and audit["score"] is not None:
            items = audit.get("details", {}).get("items", [])
            lines.append(f"{audit['title']}: {audit.get('displayValue', '')} {items[:2]}")
    return lines


if __name__ == "__main__":
    main()
