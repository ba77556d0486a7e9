"""Which languages of news a chat gets."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chats import Chat
from bot.domain.news_languages import chosen, languages_read, toggled

CODES = st.sampled_from(["en", "ru", "uz", "kk"])
CHATS = st.builds(
    lambda own, languages: Chat(1, "private", own, "UTC", news_languages=tuple(sorted(languages))),
    CODES,
    st.sets(CODES),
)


@given(CHATS, st.sets(CODES))
def test_a_chat_gets_what_it_reads_or_everything_where_nothing_is_written_so(chat: Chat, available: set[str]) -> None:
    languages = languages_read(chat, available)
    if languages is None:
        assert not set(chosen(chat)) & available
    else:
        assert set(languages) == set(chat.news_languages or (chat.language,))
        assert set(languages) & available


@given(CHATS, CODES)
def test_a_language_is_added_and_removed(chat: Chat, code: str) -> None:
    added = replace(chat, news_languages=toggled(chat, code, on=True))
    assert set(chosen(added)) == {*chosen(chat), code}
    removed = replace(added, news_languages=toggled(added, code, on=False))
    assert set(chosen(removed)) == (set(chosen(added)) - {code} or {chat.language})


def test_the_choice_of_the_own_language_alone_follows_the_language_of_the_chat() -> None:
    chat = Chat(1, "private", "en", "UTC", news_languages=("en", "ru"))
    assert toggled(chat, "ru", on=False) == ()
    assert toggled(chat, "en", on=False) == ("ru",)


def test_uzbek_in_either_alphabet_reads_the_same_sources() -> None:
    chat = Chat(1, "private", "uz_cyrl", "UTC")
    assert chosen(chat) == ("uz",)
    assert languages_read(chat, {"uz", "ru"}) == ("uz",)
    assert toggled(chat, "ru", on=True) == ("ru", "uz")
    assert toggled(replace(chat, news_languages=("ru", "uz")), "ru", on=False) == ()
