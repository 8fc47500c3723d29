"""From the Markdown that a committee writes to HTML that is safe on a page and in a feed."""

from __future__ import annotations

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

TAGS = {
    *("h2", "h3", "h4", "h5", "h6"),
    *("p", "br", "hr", "blockquote", "pre", "code"),
    *("ul", "ol", "li"),
    *("strong", "em", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
CLASSES = {"li": {"task"}}
URL_SCHEMES = {"http", "https", "mailto"}

# What the cheat sheet in the admin shows, beside what becomes of it.
EXAMPLES = (
    "## What was your first job in a library?",
    "A blank line\n\nstarts a new paragraph.",
    "*Italic* for titles, **bold** for what matters.",
    "[Colorado State Library](https://www.coloradostatelibrary.org/)",
    "- first of a list\n- second of a list",
    "1. one step\n2. the next step",
    "> Somebody else’s words",
    "- [ ] still to do\n- [x] done",
    "| Minutes | What we do |\n|---|---|\n| 10 | Say hello |",
)

# How many words people read in a minute, in either language of the site.
WORDS_A_MINUTE = 200
BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


def _image_as_text(
    renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    """The alternative text in place of a picture: pages show no pictures from elsewhere."""
    return escape(renderer.renderInlineAsText(tokens[index].children or [], options, env))


def _draw_boxes(state: StateCore) -> None:
    """A box as a sign of its own where a list item begins with [ ] or [x]: it prints, too."""
    for item, paragraph, inline in zip(
        state.tokens, state.tokens[1:], state.tokens[2:], strict=False
    ):
        begins_item = (item.type, paragraph.type) == ("list_item_open", "paragraph_open")
        text = inline.children[0] if begins_item and inline.children else None
        if text and text.type == "text" and (box := BOXES.get(text.content[:4])):
            text.content = box + text.content[4:]
            item.attrSet("class", "task")


def _name_columns(state: StateCore) -> None:
    """Headings of tables say that they are those of columns."""
    for token in state.tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")


_parser = MarkdownIt("commonmark", {"html": False}).enable("table")
_parser.add_render_rule("image", _image_as_text)
_parser.core.ruler.push("boxes", _draw_boxes)
_parser.core.ruler.push("columns", _name_columns)


def _fit_headings(tokens: list[Token], top_level: int) -> None:
    """Number headings by their depth from ``top_level`` on, so that no level is left out."""
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            written = int(token.tag[1])
            above = [level for level in above if level < written] + [written]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(top_level - 1 + len(above), 6)}"


def render_markdown(text: str, *, base_url: str | None = None, top_level: int = 2) -> SafeString:
    """Safe HTML for ``text``; with ``base_url``, relative links become absolute ones.

    Its headings begin at ``top_level``, below what the page has above the text.
    """
    tokens = _parser.parse(text)
    _fit_headings(tokens, top_level)
    html = nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=URL_SCHEMES,
        url_relative=("rewrite_with_base", base_url) if base_url else "pass_through",
        # Links are the committee's own choice and open in the same tab, and the site's
        # Referrer-Policy already keeps the referrer: there is nothing for a rel to forbid.
        link_rel=None,
    )
    return mark_safe(html)  # noqa: S308 - nh3 has just cleaned it


def minutes_to_read(text: str) -> int:
    """How long reading ``text`` takes, in whole minutes and at least one."""
    return max(1, round(len(text.split()) / WORDS_A_MINUTE))
