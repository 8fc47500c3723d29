"""Pages as element trees, so that tests ask for elements rather than search in text."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


class _TreeParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()
        self.builder.start("page", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def parse(html: str) -> Element:
    """The tree of ``html``, whose every element has to be closed, below one called page."""
    parser = _TreeParser()
    parser.feed(html)
    parser.close()
    parser.builder.end("page")
    return parser.builder.close()


def texts(page: Element, path: str) -> list[str]:
    """What a reader sees in each element at ``path``, white space folded."""
    return [" ".join("".join(element.itertext()).split()) for element in page.iterfind(path)]
