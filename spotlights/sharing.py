"""What other sites are told of a page, and how readers hand it on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from spotlights.choosing import Choice
from spotlights.models import Spotlight

# In JSON these mean the same, and in a page they end or begin nothing.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

SITE_IMAGE = "social.png"
SITE_IMAGE_SIZE = (1200, 630)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedImage:
    """The picture that goes with a link to a page."""

    url: str
    width: int
    height: int
    alt: str
    is_large: bool  # wide enough to be shown across


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A page as links to it show it elsewhere; see also templates/includes/shared.html."""

    title: str
    description: str
    url: str
    image: SharedImage
    kind: str = "website"
    # Lists that somebody searched for are no pages to be found by others.
    is_indexed: bool = True


def shared_list(choice: Choice, page: int) -> Shared:
    return Shared(
        title=": ".join([_("Let’s Connect"), *filter(None, [", ".join(choice.in_words())])]),
        description=_(
            "Conversations with people who lead libraries: how they got there, what stood in the "
            "way, and who helped."
        ),
        url=settings.SITE_URL + reverse("spotlights:list") + choice.address(page),
        image=_image_of_site(),
        is_indexed=not choice.words,
    )


def shared_spotlight(spotlight: Spotlight) -> Shared:
    picture = spotlight.picture
    image = _image_of_site()
    if picture:
        image = SharedImage(
            url=settings.SITE_URL + picture.src,
            width=picture.width,
            height=picture.height,
            alt=spotlight.portrait_alt,
            is_large=picture.width > picture.height,
        )
    return Shared(
        title=spotlight.title,
        description=spotlight.summary,
        url=spotlight.absolute_url,
        kind="article",
        image=image,
    )


def _image_of_site() -> SharedImage:
    width, height = SITE_IMAGE_SIZE
    return SharedImage(
        url=settings.SITE_URL + static(SITE_IMAGE),
        width=width,
        height=height,
        alt=_(
            "A mountain range rises from an open book; two people walk along its ridge towards the "
            "sun."
        ),
        is_large=True,
    )


def article_of(spotlight: Spotlight, shared: Shared) -> SafeString:
    """The spotlight as search engines read it: JSON-LD, safe between the tags of a script."""
    person = {
        "@type": "Person",
        "name": spotlight.person_name,
        "jobTitle": spotlight.position_title,
        "worksFor": spotlight.library and {"@type": "Library", "name": spotlight.library},
        "homeLocation": spotlight.town and {"@type": "Place", "name": spotlight.town},
    }
    published = spotlight.published_at
    article = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": spotlight.title,
        "description": spotlight.summary,
        "inLanguage": spotlight.language,
        "url": shared.url,
        "mainEntityOfPage": shared.url,
        "datePublished": published and published.isoformat(),
        "dateModified": spotlight.changed_at.isoformat(),
        "image": {
            "@type": "ImageObject",
            "url": shared.image.url,
            "width": shared.image.width,
            "height": shared.image.height,
        },
        "keywords": [topic.name for topic in spotlight.topics.all()],
        "about": _told(person),
        "author": {"@type": "Organization", "name": spotlight.program.name},
        "publisher": {
            "@type": "Organization",
            "name": spotlight.program.organisation or spotlight.program.name,
        },
        "isPartOf": {
            "@type": "CreativeWorkSeries",
            "name": "Let’s Connect",
            "url": settings.SITE_URL + reverse("spotlights:list"),
        },
    }
    text = json.dumps(_told(article), ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))  # noqa: S308 - just escaped


def _told(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def share_links(spotlight: Spotlight, shared: Shared) -> list[tuple[str, str]]:
    """Places where a reader may hand it on, by plain links that ask nobody until then."""
    text = f"{spotlight.title} {shared.url}"
    mail = {"subject": spotlight.title, "body": f"{spotlight.summary}\n\n{shared.url}"}
    return [
        (_("E-mail"), f"mailto:?{urlencode(mail, quote_via=quote)}"),
        (_("Mastodon"), f"https://share.joinmastodon.org/#text={quote(text, safe='')}"),
        (
            _("LinkedIn"),
            f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': shared.url})}",
        ),
        (
            _("Facebook"),
            f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': shared.url})}",
        ),
    ]
