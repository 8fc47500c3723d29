"""What a stranger or a stolen login could write: it comes out as text, wherever it is shown.

The vectors are from OWASP's "Cross-Site Scripting Prevention: Filter Evasion" cheat sheet and from
html5sec.org; those in ``ATTACKS`` of test_markdown.py are added, which know Markdown. Pages are
read as browsers read them (html5lib), and have to have the same elements and attributes as with
harmless words.
"""

from __future__ import annotations

import json

import feedparser
import html5lib
import pytest
from django.urls import reverse

from spotlights.markdown import ATTRIBUTES, TAGS
from spotlights.models import SearchEntry, Spotlight
from tests.factories import make_program, make_user
from tests.spotlights.factories import make_question, make_spotlight, make_topic
from tests.spotlights.test_markdown import ATTACKS

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PLAIN = [
    *ATTACKS[:12],
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<!--<script>alert(1)//-->",
    "]]><script>alert(1)</script><![CDATA[",
    "'\"><img src=x onerror=alert(1)>",
    '" onfocus=alert(1) autofocus x="',
    "' onmouseover='alert(1)",
    "`-alert(1)-`",
    "{{ 7*7 }}{% debug %}",
    "${alert(1)}",
    "<<script>alert(1);//<</script>",
    "<svg/onload=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<a href='&#x6A;avascript:alert(1)'>x</a>",
    "<template><script>alert(1)</script></template>",
    "<xmp></xmp><script>alert(1)</script>",
    "<plaintext>",
    "\u2028<script>alert(1)</script>\u2029",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
]
VECTORS = [*PLAIN, *ATTACKS[12:]]
HARMLESS = "harmless"
SHORT = {"pronouns": 40, "portrait_alt": 250}


def write_everywhere(words: str, *, markdown: str, spotlight: Spotlight) -> None:
    """Put ``words`` into every plain text of a spotlight, and ``markdown`` into its long ones."""
    plain = {
        name: words[: SHORT.get(name, 120)]
        for name in (
            *("title", "person_name", "pronouns", "position_title", "library", "town"),
            *("summary", "pull_quote", "portrait_alt", "consent_note"),
        )
    }
    Spotlight.objects.filter(pk=spotlight.pk).update(**plain, body=markdown)
    spotlight.questions.update(question=words, answer=markdown)
    spotlight.links.update(label=words[:120], url=f"https://a.example/{words}")
    spotlight.topics.update(name=words[:80], i18n={"name_es": words[:80]})
    spotlight.refresh_from_db()
    SearchEntry.objects.write_for([spotlight])


@pytest.fixture
def written(client):
    """A published spotlight with one of everything, and one more that leads to it."""
    program = make_program(name="Lantern")
    spotlight = make_spotlight(
        program=program,
        portrait="a" * 32,
        portrait_width=500,
        portrait_height=500,
        portrait_alt="x",
    )
    make_question(spotlight, "x", "x")
    spotlight.links.create(label="x", url="https://a.example/")
    topic = make_topic("x", slug="x")
    topic.spotlights.set([spotlight, make_spotlight(program=program)])
    return spotlight


def tree(html: str):
    return html5lib.parse(html, namespaceHTMLElements=False)


def skeleton(root) -> list[tuple[str, list[str]]]:
    """Every element with the names of its attributes: what a page is, apart from its words."""
    return [(str(e.tag), sorted(e.attrib)) for e in root.iter() if isinstance(e.tag, str)]


def without_prose(root):
    """A page without what Markdown became, which has tests of its own."""
    for parent in root.iter():
        for child in list(parent):
            if child.get("class") == "prose":
                assert_prose_is_clean(child)
                child.clear()
    return root


def assert_prose_is_clean(root, also=()) -> None:
    for element in list(root.iter())[1:]:
        assert element.tag in TAGS | {*also}
        allowed = ATTRIBUTES.get(element.tag, set()) | (
            {"src", "alt", "width", "height"} if also else set()
        )
        assert set(element.attrib) <= allowed
        scheme = element.get("href", "https:").partition(":")[0].lower()
        assert scheme in {"http", "https", "mailto"} or "/" in scheme


def pages_of(client, spotlight) -> list[str]:
    """Everything that readers see, and what the committee sees of it."""
    neighbour = Spotlight.objects.exclude(pk=spotlight.pk).get()
    addresses = [
        "/",
        reverse("spotlights:list"),
        reverse("spotlights:list") + "?topic=x",
        "/es" + reverse("spotlights:list"),
        spotlight.get_absolute_url(),
        "/es" + spotlight.get_absolute_url(),
        neighbour.get_absolute_url(),
        reverse("admin:spotlights_spotlight_changelist"),
        reverse("admin:spotlights_spotlight_change", args=[spotlight.pk]),
        reverse("admin:spotlights_spotlight_delete", args=[spotlight.pk]),
        reverse("admin:spotlights_spotlighttopic_changelist"),
    ]
    return [client.get(address).text for address in addresses]


def test_every_page_is_the_same_but_for_its_words(client, written):
    client.force_login(make_user(is_superuser=True))
    write_everywhere(HARMLESS, markdown=HARMLESS, spotlight=written)
    harmless = [skeleton(without_prose(tree(page))) for page in pages_of(client, written)]

    # What only Markdown makes of them is tested by itself: here it is all these pages each time.
    for vector in PLAIN:
        write_everywhere(vector, markdown=vector, spotlight=written)

        hostile = [skeleton(without_prose(tree(page))) for page in pages_of(client, written)]

        assert hostile == harmless, vector


def test_json_ld_says_what_was_written_and_ends_where_it_ends(client, written):
    for vector in VECTORS:
        write_everywhere(vector, markdown="x", spotlight=written)

        root = tree(client.get(written.get_absolute_url()).text)

        [script] = [e for e in root.iter("script") if e.get("type") == "application/ld+json"]
        data = json.loads(script.text)
        assert (data["headline"], data["about"]["name"]) == (vector[:120], vector[:120])


@pytest.mark.parametrize("name", ["feed", "rss"])
def test_feeds_say_what_was_written_and_bring_nothing_else(client, written, name):
    for vector in VECTORS:
        write_everywhere(vector, markdown=vector, spotlight=written)

        response = client.get(reverse(f"spotlights:{name}"))
        feed = feedparser.parse(response.content, sanitize_html=False, resolve_relative_uris=False)

        [entry] = [one for one in feed.entries if one.id.endswith(f"/{written.slug}/")]
        assert feed.bozo is False
        assert entry.title.split() == vector[:120].replace("\x01", " ").split()
        for html in (entry.content[0].value, entry.summary):
            body = tree(html).find("body")
            assert_prose_is_clean(_without_language(body), also={"img"})


def _without_language(body):
    for element in body.iter("div"):
        element.attrib.pop("lang", None)
        element.tag = "p"
    return body


@pytest.mark.parametrize("vector", VECTORS)
def test_what_is_searched_for_is_text_too(client, written, vector):
    address = reverse("spotlights:list")
    harmless = skeleton(tree(client.get(address, {"q": "zzz"}).text))

    response = client.get(address, {"q": vector})

    assert response.status_code == (200 if "\x00" not in vector else 400)
    found = response.context["n_found"]
    assert found or skeleton(tree(response.text)) == harmless
