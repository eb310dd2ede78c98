"""A status comes back as HTML in many dresses: it is known again in each, and nothing else is taken for it."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.poster.platforms.mastodon_text import same_text

LONG = "https://example.com/a/very/long/path/that/is/cut/when/shown?and=this&too"

# As Mastodon 4 writes a link: all of it is there, parts are hidden.
MASTODON_LINK = (
    '<a href="https://example.com/a/very/long/path/that/is/cut/when/shown?and=this&amp;too" target="_blank" '
    'rel="nofollow noopener" translate="no"><span class="invisible">https://</span><span class="ellipsis">'
    'example.com/a/very/long/path/t</span><span class="invisible">hat/is/cut/when/shown?and=this&amp;too</span></a>'
)
# As servers write it that shorten what is shown.
SHORT_LINK = '<a href="https://example.com/a/very/long" rel="noopener">example.com/a/very…</a>'
TAG = '<a href="https://here.example/tags/OurKneeLive" class="mention hashtag" rel="tag">#<span>OurKneeLive</span></a>'
MENTION = (
    '<span class="h-card" translate="no"><a href="https://there.example/@nurse" class="u-url mention">@'
    "<span>nurse</span></a></span>"
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Good morning.</p>", "Good morning."),
        ("Good morning.", "Good morning."),
        ("<p>A &amp; B &lt;c&gt; it&#39;s &quot;so&quot;</p>", 'A & B <c> it\'s "so"'),
        ("<p>One.<br>Two.<br />Three.</p><p>Four.</p>", "One.\nTwo.\nThree.\n\nFour."),
        (f"<p>See {MASTODON_LINK}</p>", f"See {LONG}"),
        (f"<p>See {MASTODON_LINK}.</p>", f"See {LONG}."),
        (f"<p>See {SHORT_LINK} now {TAG}</p>", f"See {LONG} now #OurKneeLive"),
        (f"<p>See {LONG.replace('&', '&amp;')}</p>", f"See {LONG}"),
        (f"<p>10:42 Closed. (1/2) {TAG}</p>", "10:42 Closed. (1/2) #OurKneeLive"),
        (f"<p>Thanks {MENTION}!</p>", "Thanks @nurse@there.example!"),
        ("<p>Thanks @nurse@there.example!</p>", "Thanks @nurse@there.example!"),
        ("<p>5<em>3</em>2 = <strong>30</strong></p>", "5*3*2 = **30**"),
        ("<p>Zu\u0308rich</p>", "Z\u00fcrich"),
        ("<p>a\u00a0b  c</p>", "a b c"),
        ("<p>\U0001f9b5\ufe0f :knee:</p>", "\U0001f9b5\ufe0f :knee:"),
    ],
)
def test_a_text_is_known_again(content: str, text: str) -> None:
    assert same_text(content, text)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Good morning.</p>", "Good evening."),
        ("<p>Good morning. (1/2)</p>", "Good morning. (2/2)"),
        ("<p>10:42 Vitals stable.</p>", "10:43 Vitals stable."),
        ("", "Good morning."),
        (f"<p>See {SHORT_LINK}</p>", "See"),
        (f"<p>Not {SHORT_LINK}</p>", f"See {LONG}"),
        (f"<p>Closed. {TAG}</p>", "Closed. #OtherKneeLive"),
        ("<p>Goodmorning.</p>", "Good morning."),
    ],
)
def test_another_text_is_not_taken_for_it(content: str, text: str) -> None:
    assert not same_text(content, text)


@given(st.text(min_size=1, max_size=300))
def test_any_text_is_known_again_once_it_was_escaped(text: str) -> None:
    dressed = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines())
    assert same_text(dressed, " ".join(text.splitlines()))


@given(st.text(max_size=300))
def test_no_html_is_too_broken_to_be_read(content: str) -> None:
    same_text(f"<p{content}<a class={content}", content)
