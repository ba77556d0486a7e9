"""The site becomes stale and comes back: its followers get one message for each."""

import pytest

from bot.app import App
from bot.demo.telegram import EmbeddedTelegram
from tests.app.conftest import Site
from tests.app.talk import ask, filled, texts


@pytest.mark.slow
async def test_a_stale_source_and_its_return_are_sent_once_to_their_recipients(
    app: App, site: Site, telegram: EmbeddedTelegram
) -> None:
    telegram.add_person(3, "Cai", language_code="en")
    await filled(telegram)
    await ask(telegram, 1, "/alert kzt < 0.0018")
    await ask(telegram, 2, "/subscribe uranium")
    await ask(telegram, 3, "/start")
    before = {person: len(texts(telegram, person)) for person in (1, 2, 3)}

    def since(person: int) -> list[str]:
        return texts(telegram, person)[before[person] :]

    site.status = 503
    await telegram.wait_for(lambda: since(1) and since(2), timeout=20)
    site.status = 200
    await telegram.wait_for(lambda: len(since(1)) > 1 and len(since(2)) > 1, timeout=20)
    await ask(telegram, 3, "/status")
    assert ["No new rates since" in since(1)[0], "Rates are back." in since(1)[1], len(since(1))] == [True, True, 2]
    assert ["Новостей из ленты нет с" in since(2)[0], "снова обновляется" in since(2)[1], len(since(2))] == [
        True,
        True,
        2,
    ]
    assert len(since(3)) == 1
