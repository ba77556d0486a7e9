"""With any rates and inputs, a message fits Telegram's limits and a narrow phone, and shows all its digits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram.entities import parse_html
from bot.demo.telegram.spans import utf16_length
from bot.domain.articles import Article, StoredArticle
from bot.domain.broadcasts import Audience, BroadcastState, Progress, read
from bot.domain.chats import Chat, ChatState, Quiet
from bot.domain.deliveries import DeliveryState
from bot.domain.errors import InvalidInput
from bot.domain.events import ChatPaused, EventKind, SourceBack, SourceStale
from bot.domain.failures import FailedDelivery
from bot.domain.posts import MAX_SIGNATURE, PostForm
from bot.domain.rate_graph import PEG, PairRate, RateTableRow, ResolvedRate
from bot.domain.rate_series import per_units, shown_units
from bot.domain.rates import Pair, Rate
from bot.domain.reviews import MAX_LEAD, Review, ReviewState
from bot.domain.sites import Site, SiteState
from bot.domain.snapshot import Snapshot
from bot.domain.status import SourceStatus, Status
from bot.domain.times import MAX_DIGESTS, MINUTES_A_DAY
from bot.domain.topics.curated import TOPICS
from bot.i18n import LANGUAGES, Html, Translator
from bot.sources.sites import MAX_ID, MAX_NAME, MAX_SITES
from bot.views import (
    broadcasts,
    catchup,
    digest,
    failures,
    news,
    posts,
    privacy,
    rates,
    reviews,
    settings,
    sources,
    start,
    status,
)
from bot.views.actions import FailureAction
from bot.views.errors import invalid_input
from bot.views.message import MAX_TEXT, View
from bot.views.rate_card import card
from bot.views.rate_text import change, is_marked, number, short
from bot.views.topic_names import names
from handlers.errors import MAX_ALERT
from storage.rates import TABLE_CURRENCIES

NOW = dt.datetime(2026, 12, 30, 21, 40, tzinfo=dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=4000)
ALMATY = ZoneInfo("Asia/Almaty")
MAX_ENTITIES = 100
PHONE_COLUMNS = 32
# Telegram's limits on a button's label are not published; this is what a row of one shows on a narrow phone.
MAX_LABEL = 40
# Markup characters, a right-to-left override, and letters that are two UTF-16 units each.
NASTY = "<b>&amp;</b> \u202e🏔 " * 12
URL = "https://example.org/" + "a" * 400
# An article of another site with the longest name that sources.toml may have.
ARTICLE = StoredArticle(7, "other", NASTY + "x" * 200, NASTY * 50, URL, LONG_AGO, LONG_AGO, site="W&" * (MAX_NAME // 2))
# The stale bank with the longest name, and the sources that may stand in for it.
SOURCES = ("nbk", "nbkr", "cbu", "nbt", "cbr", "ecb", "frankfurter", "ticker", "peg")
# Rates of a dollar up to twice those of 2026, with half a step of the currency's own bank; 0 is a fixed rate.
DEAREST = {
    "KZT": ("1000.00", "0.005"),
    "KGS": ("180.0000", "0.00005"),
    "UZS": ("25000.00", "0.005"),
    "TJS": ("20.0000", "0.00005"),
    "TMT": ("3.5", "0"),
    "RUB": ("160.0000", "0.00005"),
    "EUR": ("1.7000", "0.00005"),
}
# Half a step of the ticker, which prints dollars for one unit.
TICKER_TICK = Decimal("0.000005")

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def check(view: View) -> str:
    """Return the text of a view that Telegram would take."""
    text, entities = parse_html(view.text)  # raises where a tag is not closed or not known
    assert 0 < utf16_length(text) <= MAX_TEXT
    assert len(entities) <= MAX_ENTITIES
    assert "{" not in text
    assert not re.search(
        r"\b(?:rates|own|digest|settings|status|start|sources|privacy|failures|broadcast|catchup)\.\w", text
    )
    for row in view.buttons:
        assert len(row) <= 8
        for button in row:
            assert 0 < len(button.label) <= MAX_LABEL
            assert [button.data, button.url, button.copy, button.share].count(None) == 3
    return text


def table_of(view: View) -> list[str]:
    """Return the lines of the view's table, each no wider than a phone."""
    [table] = re.findall(r"<pre>(.*?)</pre>", view.text, re.DOTALL)
    lines = unescape(table).split("\n")
    assert max(map(len, lines)) <= PHONE_COLUMNS, lines
    return lines


@st.composite
def current(draw: st.DrawFn, code: str) -> Rate:
    """A dollar's price as a bank prints it, or as the ticker does, from six tenths of the dearest on."""
    source = draw(st.sampled_from(SOURCES))
    printed, tick = map(Decimal, DEAREST[code])
    share = draw(st.decimals("0.6", "1", places=4))
    if source == "ticker" and tick:
        value = (1 / (printed * share)).quantize(Decimal("0.00001"))
        return Rate(Pair(code, "USD"), value, TICKER_TICK, source, LONG_AGO, LONG_AGO, LONG_AGO.date()).inverted
    value = (printed * share).quantize(printed) if tick else printed
    return Rate(Pair("USD", code), value, tick, source, LONG_AGO, LONG_AGO, LONG_AGO.date())


@st.composite
def rates_views(draw: st.DrawFn) -> list[RateTableRow]:
    """All rows of a table of rates, each of a stale or fresh source, with changes of up to two thirds."""
    lines = []
    for code in TABLE_CURRENCIES:
        now, previous, week_ago = (draw(current(code)) for _ in range(3))
        stale = draw(st.sampled_from([(), (now.source,)]))
        lines.append(
            RateTableRow(
                ResolvedRate(now, (now,), stale),
                draw(st.sampled_from([previous, None])),
                draw(st.sampled_from([week_ago, None])),
            )
        )
    return lines


@both_languages
@pytest.mark.parametrize("per_dollar", [True, False])
@given(lines=rates_views())
def test_a_table_shows_every_rate_whole(language: str, per_dollar: bool, lines: list[RateTableRow]) -> None:
    t = Translator(language)
    view = rates.rate_table(t, lines, NOW, ALMATY, per_dollar=per_dollar)
    check(view)
    for line, row in zip(lines, table_of(view)[1:], strict=True):
        now = line.resolved.rate if per_dollar else line.resolved.rate.inverted
        unit = 1 if per_dollar else shown_units(now)
        before = [then if per_dollar or then is None else then.inverted for then in (line.previous, line.week_ago)]
        moved = ["" if then is None else change(t, then, now) for then in before]
        if line.resolved.source == PEG:
            moved = ["", t.plain("rates.fixed")]
        amount = "" if per_dollar else number(t, Decimal(unit))
        shown = "≈" * is_marked(now) + short(t, per_units(now, unit))
        cells = [amount, line.code + "!" * line.resolved.stale, shown, *moved]
        assert re.sub(r"\s", "", row) == re.sub(r"\s", "", "".join(cells))


@both_languages
@given(lines=rates_views())
def test_a_digest_shows_every_rate_whole_and_ten_articles(language: str, lines: Sequence[RateTableRow]) -> None:
    t = Translator(language)
    shown = [digest.DigestLine(line.resolved, line.previous) for line in lines]
    for has_topics in (True, False):
        view = digest.digest(t, digest.DigestContent(NOW.date(), shown, [ARTICLE] * 40, has_topics, None), NOW, ALMATY)
        assert check(view).count("\n• ") == digest.MAX_ARTICLES
        for line, row in zip(shown, table_of(view)[1:], strict=True):  # below the heads
            assert row.split()[0].rstrip("!") == line.now.rate.pair.quote
            moved = change(t, line.then, line.now.rate) if line.then else ""
            moved = t.plain("rates.fixed") if line.now.source == PEG else moved
            assert re.sub(r"\s", "", row).endswith(re.sub(r"\s", "", moved))


@both_languages
@given(lines=rates_views())
def test_the_first_message_fits_with_any_table_and_the_longest_headlines(
    language: str, lines: Sequence[RateTableRow]
) -> None:
    view = start.start(Translator(language), "<i>" + "Ж" * 37, lines, [ARTICLE] * 3)
    assert "<i>ЖЖЖ" in check(view)
    table_of(view)


@both_languages
def test_without_rates_and_articles_the_first_message_the_table_and_the_digest_say_so(language: str) -> None:
    t = Translator(language)
    for view in (
        start.start(t, "", [], []),
        rates.rate_table(t, [], NOW, ALMATY, per_dollar=True),
        digest.digest(t, digest.DigestContent(NOW.date(), [], [], False, None), NOW, ALMATY),
        status.status(t, Status([], 0, {}), "1.0", NOW, operator=True),
    ):
        assert len(check(view)) > 20


@both_languages
@given(found=st.sampled_from(TABLE_CURRENCIES).flatmap(lambda code: st.lists(current(code), min_size=12, max_size=12)))
def test_one_currency_fits_with_all_its_details(language: str, found: list[Rate]) -> None:
    t = Translator(language)
    now, previous, *others = found
    earlier = dict(zip(("week", "month", "year"), others, strict=False))
    others = [ResolvedRate(rate, (rate,)) for rate in others]
    earlier = {"day": previous, **earlier}
    view = card(t, PairRate(ResolvedRate(now, (now, now), (now.source,)), earlier, tuple(others)), NOW, ALMATY)
    assert now.pair.quote in check(view)
    assert short(t, now) in view.text


@both_languages
@pytest.mark.parametrize("state", ChatState)
def test_settings_fit_with_everything_chosen(language: str, state: ChatState) -> None:
    t = Translator(language)
    zone = "America/Argentina/ComodRivadavia"
    chat = Chat(1, "supergroup", language, zone, state, digest_times=(MINUTES_A_DAY - 1,), quiet=Quiet(1380, 420))
    view = settings.settings(t, chat, NOW)
    check(view)
    shown = [button.label for row in view.buttons for button in row]
    assert all(any(chosen in label for label in shown) for chosen in ("23:59", "23:00-07:00", LANGUAGES[language]))
    often = replace(chat, digest_times=tuple(range(MINUTES_A_DAY - MAX_DIGESTS, MINUTES_A_DAY)))
    for view in (
        settings.language(t, language),
        settings.timezone(t, zone, NOW),
        settings.timezone(t, zone, NOW, -180),
        settings.unknown_zone(t, NASTY[:60], [zone, "Asia/Tashkent", "Pacific/Kiritimati"], NOW),
        settings.which_city(t, ["America/North_Dakota/New_Salem"] * 11, NOW),
        settings.no_offset(t, 99 * 60),
        settings.quiet(t, chat),
        digest.choose(t, often, NOW),
        digest.set_to(t, often, NOW),
        settings.settings(t, often, NOW),
        digest.set_to(t, replace(chat, digest_times=()), NOW),
        digest.typing(t),
        digest.not_a_time(t),
    ):
        check(view)


@both_languages
def test_a_status_fits_with_every_source_failing_at_length(language: str) -> None:
    t = Translator(language)
    failing = [SourceStatus(name, LONG_AGO, 10**6, NASTY[:200]) for name in (*SOURCES, "feed", "page")]
    queue = dict.fromkeys(DeliveryState, 10**9)
    shown = check(status.status(t, Status(failing, 10**9, queue), "1.2.3", NOW, operator=True))
    assert NASTY[:20].strip() in shown
    assert "amp" not in check(status.status(t, Status(failing, 10**9, queue), "1.2.3", NOW, operator=False))
    never = [SourceStatus(name, None, 3, None) for name in (*SOURCES, "feed", "page")]
    check(status.status(t, Status(never, 0, {}), "1.2.3", NOW, operator=True))


@both_languages
def test_a_status_fits_with_as_many_sites_as_may_be_listed(language: str) -> None:
    t = Translator(language)
    many = [SourceStatus(f"s{n}", NOW, 0, NASTY[:300], "W&" * 20) for n in range(MAX_SITES)]
    many.append(SourceStatus("nbk", LONG_AGO, 9, NASTY[:300]))
    state = Status(many, 10**9, dict.fromkeys(DeliveryState, 10**9))
    text = check(status.status(t, state, "1.2.3", NOW, operator=True))
    assert t.plain("sources.name.nbk") in text
    assert f"{MAX_SITES} " in text or f" {MAX_SITES + 1}" in text
    failing = replace(state, sources=[replace(one, failures=1) for one in many])
    text = check(status.status(t, failing, "1.2.3", NOW, operator=True))
    assert str(len(many) - status.MAX_SOURCES) in text


@both_languages
@pytest.mark.parametrize("operator", [True, False])
def test_sources_fit_with_the_longest_names_and_errors(language: str, operator: bool) -> None:
    t = Translator(language)
    site = Site("m" * MAX_ID, "W&" * (MAX_NAME // 2), "https://" + "h" * 60 + ".example.org/", "uz", "KZ", 100)
    state = SiteState(
        site, True, True, LONG_AGO, LONG_AGO, LONG_AGO, 10**6, NASTY * 9, dt.timedelta(days=1), 10**9, 10**9
    )
    for page in range(10):
        check(sources.listing(t, [state] * MAX_SITES, page, operator=operator))
    check(sources.listing(t, [], 0, operator=operator))
    check(sources.one(t, state, ALMATY, operator=operator))
    article = Article(NASTY[:300], url=URL, published_at=NOW)
    check(sources.tested(t, site, Snapshot("feed", articles=(article,) * 200, warnings=(NASTY * 9,) * 20)))
    check(sources.tested(t, site, Snapshot("feed")))
    check(sources.tested(t, site, NASTY * 9))
    check(sources.unknown(t, NASTY * 9))
    check(sources.which(t, [state] * MAX_SITES, NASTY * 9))


@both_languages
@pytest.mark.parametrize("source", ["feed", "timesca", "page", *SOURCES])
def test_a_stale_and_a_fresh_source_can_be_shown(language: str, source: str) -> None:
    t = Translator(language)
    for event in (SourceStale(source, LONG_AGO), SourceBack(source, LONG_AGO)):
        view = status.source_health(t, event, ALMATY)
        check(view)
        assert f'unix="{int(LONG_AGO.timestamp())}"' in view.text


@both_languages
def test_a_paused_chat_is_named_by_its_id_alone(language: str) -> None:
    assert "-1001234567890" in check(status.paused(Translator(language), ChatPaused(-1001234567890)))


@both_languages
def test_the_privacy_texts_fit(language: str) -> None:
    t = Translator(language)
    text = check(privacy.policy(t))
    assert all(command in text for command in ("/mydata", "/forget"))
    for view in (privacy.ask(t), privacy.forgotten(t), privacy.kept(t)):
        check(view)
    assert len(check(View(t("privacy.data")))) <= 1024  # the caption of a file


@both_languages
def test_failures_fit_with_the_longest_reasons(language: str) -> None:
    t = Translator(language)
    for kind in (*EventKind, "catch_up"):
        line = FailedDelivery(10**15, kind, 10**15, -(10**14), LONG_AGO, 8, NASTY[:200])
        text = check(failures.listing(t, [line] * failures.PAGE_SIZE, 10**6, 99, NOW, ALMATY))
        assert text.count("-100000000000000") == failures.PAGE_SIZE
        check(failures.one(t, line, 99, ALMATY))
    for view in (
        failures.listing(t, [], 0, 0, NOW, ALMATY),
        *(failures.ask(t, what, 10**6, NOW) for what in FailureAction),
        *(failures.done(t, what, 10**6) for what in FailureAction),
        failures.heading(t, -(10**14)),
        failures.source(t, NASTY * 40),
    ):
        check(view)


@both_languages
def test_broadcasts_fit_for_any_audience_and_state(language: str) -> None:
    t = Translator(language)
    for topic in (None, *TOPICS):
        for chosen in (None, *LANGUAGES):
            audience = Audience(chosen, topic)
            check(broadcasts.nobody(t, audience))
            assert "1000000" in check(broadcasts.card(t, 10**15, audience, 10**6, paid=True))
    for state in (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.CANCELLING):
        check(broadcasts.progress(t, 10**15, Progress(state, 10**6, 999, 5000, 4000, LONG_AGO), ALMATY))
    for state in (BroadcastState.CANCELLED, BroadcastState.DONE):
        check(broadcasts.ended(t, state, 10**6, dict.fromkeys(DeliveryState, 10**6)))
    for typed in ("x" * 200 + ":y", "lang:ru lang:en", "lang:" + "<" * 200, "topic:" + "&" * 200):
        with pytest.raises(InvalidInput) as error:
            read(typed, LANGUAGES, names())
        check(invalid_input(t, error.value))
    check(broadcasts.usage(t))
    check(broadcasts.discarded(t))


@both_languages
def test_missed_deliveries_fit_with_the_longest_headlines(language: str) -> None:
    t = Translator(language)
    listed = [ARTICLE] * catchup.SHOWN
    lines = [(NOW, Html("x" * 200))] * catchup.SHOWN
    for view in (
        catchup.missed(t, lines, 10**6, ALMATY, repeat=True),
        catchup.offer(t, 10**6, 100, LONG_AGO, ALMATY),
        catchup.away(t, listed, 10**6, [], ALMATY),
        catchup.away(t, [], 0, [], ALMATY),
    ):
        check(view)


@both_languages
def test_the_longest_posts_fit(language: str) -> None:
    t = Translator(language)
    form = PostForm(hashtags=True, signature="🏔" * MAX_SIGNATURE)
    for kind in ("channel", "supergroup"):
        chat = Chat(-100, kind, language, "Asia/Almaty", post_form=form)
        topics = [("x" * 30, None)] * 40 + [("topic:nuclear", "nuclear")]
        tags = ["#" + letter * 30 for letter in "abcdefgh"]
        content = digest.DigestContent(NOW.date(), [], [ARTICLE] * 40, True, 480, on_topics=True)
        for view in (
            posts.article_post(t, chat, ARTICLE, topics, NOW, [ARTICLE], corrected=True),
            posts.with_hashtags(news.burst(t, [ARTICLE] * 40, corrected=True, in_channel=chat.channel), tags),
            digest.digest(t, content, NOW, ALMATY),
        ):
            assert check(posts.in_form(view, chat)).endswith("🏔")


@both_languages
@pytest.mark.parametrize("state", ReviewState)
def test_a_draft_fits_with_the_longest_headline_lead_and_names(language: str, state: ReviewState) -> None:
    t = Translator(language)
    review = Review(10**15, 1, -5, 0, state, NOW, "x" * MAX_LEAD, 10**10, NASTY[:128], NOW)
    post = news.article_view(t, replace(ARTICLE, text=NASTY * 50), [NASTY] * 9, ALMATY, NOW, [ARTICLE] * 20)
    view = reviews.draft(t, review, post, ARTICLE, NASTY[:128], PostForm(review_hours=12), NOW, ALMATY)
    assert NASTY[:20].strip() in check(view)
    check(reviews.draft(t, review, None, ARTICLE, "", PostForm(), NOW, ALMATY))
    check(reviews.type_lead(t, NASTY[:128]))
    assert len(reviews.already(t, replace(review, decided_at=LONG_AGO), NOW, ALMATY)) <= MAX_ALERT
