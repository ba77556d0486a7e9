"""The form of a chat's posts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import StoredArticle
from bot.domain.chats import Chat
from bot.domain.posts import MAX_SIGNATURE, PostForm
from bot.domain.topics.matched import TopicMatch
from bot.i18n import LANGUAGES, Translator
from bot.views import news, posts
from bot.views.message import Button, View, plain_text

NOW = dt.datetime(2025, 12, 8, 6, tzinfo=dt.UTC)
FORM = PostForm(hashtags=True, signature="Market · @market")
CHANNEL = Chat(-100, "channel", "en", "Asia/Almaty", title="Market", post_form=FORM)
GROUP = replace(CHANNEL, kind="supergroup")
MINE = StoredArticle(
    7, "one", "A mine opens", "A mine was opened. It has gold.", "https://one.example/1", NOW, NOW, site="One"
)
TOPICS = [("topic:kazakhstan", "kazakhstan"), ("gold", None)]
ENGLISH = Translator("en")


def test_a_post_of_a_channel_names_no_topics_and_has_no_buttons() -> None:
    view = posts.in_form(posts.article_post(ENGLISH, CHANNEL, MINE, TOPICS, NOW), CHANNEL)
    assert view == View(
        '<a href="https://one.example/1">A mine opens</a>\n'
        "A mine was opened. It has gold.\n"
        '<tg-time unix="1765173600" format="t">11:00</tg-time> · One\n'
        "#Kazakhstan #gold\n\nMarket · @market",
        preview_url="https://one.example/1",
    )


def test_a_post_is_made_once_for_all_chats_that_get_the_same() -> None:
    first = posts.article_post(ENGLISH, CHANNEL, MINE, TOPICS, NOW)
    signed = replace(CHANNEL, id=-200, title="Bazaar", post_form=replace(FORM, signature="Bazaar", preview=False))
    assert posts.article_post(Translator("en"), signed, replace(MINE), [*TOPICS], NOW + dt.timedelta(hours=1)) is first
    burst = posts.burst_post(ENGLISH, CHANNEL, [MINE, MINE], [TOPICS, TOPICS])
    assert posts.burst_post(ENGLISH, signed, [MINE, replace(MINE)], [TOPICS, TOPICS]) is burst


@pytest.mark.parametrize(
    ("chat", "topics", "at", "corrected"),
    [
        (replace(CHANNEL, language="ru"), TOPICS, NOW, False),
        (replace(CHANNEL, timezone="Asia/Tashkent"), TOPICS, NOW + dt.timedelta(hours=13), False),
        (replace(CHANNEL, post_form=PostForm(hashtags=True, lead=False)), TOPICS, NOW, False),
        (replace(CHANNEL, post_form=PostForm()), TOPICS, NOW, False),
        (GROUP, TOPICS, NOW, False),
        (CHANNEL, TOPICS[:1], NOW, False),
        (CHANNEL, TOPICS, NOW + dt.timedelta(days=1), False),
        (CHANNEL, TOPICS, NOW, True),
    ],
)
def test_what_decides_on_a_post_makes_another_one(
    chat: Chat, topics: list[posts.Topic], at: dt.datetime, corrected: bool
) -> None:
    t = Translator(chat.language)
    assert posts.article_post(t, chat, MINE, topics, at, corrected=corrected) != posts.article_post(
        ENGLISH, CHANNEL, MINE, TOPICS, NOW
    )


def test_a_group_keeps_the_topics_and_the_buttons() -> None:
    view = posts.in_form(posts.article_post(ENGLISH, GROUP, MINE, TOPICS, NOW), GROUP)
    assert "<i>Your topics: Kazakhstan, gold</i>\n#Kazakhstan #gold\n\nMarket · @market" in view.text
    assert view.buttons == news.article_view(ENGLISH, MINE, ["Kazakhstan", "gold"], dt.UTC, NOW).buttons  # type: ignore[arg-type]


def test_the_lead_and_the_preview_can_be_left_out() -> None:
    short = replace(CHANNEL, post_form=PostForm(lead=False, preview=False))
    view = posts.in_form(posts.article_post(ENGLISH, short, MINE, TOPICS, NOW, corrected=True), short)
    assert view == View(
        '<a href="https://one.example/1">A mine opens</a>\n'
        '<tg-time unix="1765173600" format="t">11:00</tg-time> · One\n<i>Headline corrected</i>'
    )


def test_a_private_chat_has_no_form() -> None:
    view = View("text", ((Button("a", data="v1:help:all"),),), "https://one.example/1")
    assert posts.in_form(view, replace(CHANNEL, kind="private")) == view


def test_a_signature_is_plain_text_of_one_line() -> None:
    signed = replace(CHANNEL, post_form=PostForm(signature="<b>A & B</b>\n\u202et.me/market" + "x" * 200))
    text = posts.in_form(View("text"), signed).text
    assert text.startswith("text\n\n&lt;b&gt;A &amp; B&lt;/b&gt; t.me/market")
    assert len(plain_text(text)) == len("text\n\n") + MAX_SIGNATURE


@pytest.mark.parametrize(
    ("topics", "tags"),
    [
        ([("topic:nuclear", "nuclear")], ["#NuclearUranium"]),
        ([("topic:transport -metro", None), ("strict:energy", None)], ["#Transport", "#Energy"]),
        ([("Kashagan", None), ('"middle corridor"', None)], ["#Kashagan"]),
        ([("title:gas", None)], ["#Uzbekistan", "#Water"]),
        ([("2030", None)], ["#Uzbekistan", "#Water"]),
        ([("o'zbek", None), ("нефть", None)], ["#нефть"]),
    ],
)
def test_hashtags_are_of_the_followed_topics_else_of_what_the_article_is_about(
    topics: list[posts.Topic], tags: list[str]
) -> None:
    about = (TopicMatch("water", 2, ()), TopicMatch("uzbekistan", 4, ()))
    assert posts.hashtags(ENGLISH, replace(MINE, topics=about), topics) == tags


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.lists(st.tuples(st.text(), st.none())))
def test_hashtags_are_letters_and_digits_and_few(language: str, topics: list[posts.Topic]) -> None:
    t = Translator(language)
    found = posts.hashtags(t, MINE, [("topic:nuclear", "nuclear"), *topics])
    line = posts.with_hashtags(View("text"), found).text.partition("\n")[2].split(" ")
    assert 1 <= len(line) <= posts.MAX_HASHTAGS
    assert all(tag[0] == "#" and tag[1:].isalnum() for tag in line)
