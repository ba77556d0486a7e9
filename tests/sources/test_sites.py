"""sources.toml: what it may say, and the one line for each thing that it may not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.config import SettingsError, load
from bot.domain.sites import FEED, Site
from bot.sources.sites import MAX_BYTES, MAX_SITES, SitesError, load_sites

NEW = '[mysite]\nname = "My Site"\nurl = "https://example.org/feed/"\nlanguage = "kk"\n'


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def listed(folder: Path, text: str | bytes) -> dict[str, Site]:
    path = folder / "sources.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return {site.id: site for site in load_sites(path)}


def test_by_default_the_home_site_is_on_and_many_others_wait() -> None:
    home, *others = load_sites(None)
    assert (home.id, home.url, home.enabled, home.poll) == (FEED, "https://timesca.com/feed/", True, None)
    assert len(others) > 30
    assert not any(site.enabled for site in others)
    assert {"KZ", "KG", "UZ", "TJ", "TM", ""} == {site.country for site in others}


def test_the_operator_s_file_changes_and_adds(tmp_path: Path) -> None:
    sites = listed(tmp_path, NEW + "poll_minutes = 7.5\nweight = 80\n[eurasianet]\nenabled = true\n")
    assert sites["eurasianet"].enabled
    assert sites["eurasianet"].name == "Eurasianet"
    minutes = dt.timedelta(minutes=7.5)
    assert sites["mysite"] == Site("mysite", "My Site", "https://example.org/feed/", "kk", "", 80, minutes, True)
    assert next(iter(sites)) == FEED  # the home site leads, the weightiest follows
    assert list(sites)[1] == "mysite"


def test_a_site_has_a_zone_by_its_own_word_or_its_country(tmp_path: Path) -> None:
    def zone(lines: str) -> str:
        return str(listed(tmp_path, NEW + lines)["mysite"].zone)

    assert [zone(""), zone('country = "UZ"'), zone('country = "RU"')] == ["None", "Asia/Tashkent", "Europe/Moscow"]
    assert zone('country = "UZ"\ntimezone = "Asia/Samarkand"') == "Asia/Samarkand"
    assert [zone('country = "FJ"'), zone('timezone = "Europe/Prague"')] == ["None", "Europe/Prague"]


def test_the_file_in_this_folder_is_found_by_itself(tmp_path: Path) -> None:
    listed(tmp_path, NEW)
    assert "mysite" in {site.id for site in load_sites(None)}
    assert "mysite" in {site.id for site in load({}, _env_file=None).sites}


def test_another_address_of_the_home_feed_wins_over_the_file(tmp_path: Path) -> None:
    listed(tmp_path, '[timesca]\nurl = "https://example.org/1"\n')
    assert load({}, _env_file=None).sites[0].url == "https://example.org/1"
    assert load({}, _env_file=None, news_feed_url="https://example.org/2").sites[0].url == "https://example.org/2"


WRONG = [
    ("interval = 5", "mysite.interval", "no such key; there are name, url, language"),
    ("enabled = 'yes'", "mysite.enabled", "expected true or false"),
    ("timezone = 'Tashkent'", "mysite.timezone", "expected a time zone in quotes"),
    ("timezone = '../Asia/Tashkent'", "mysite.timezone", "expected a time zone in quotes"),
    ("timezone = 'Asia'", "mysite.timezone", "expected a time zone in quotes"),
    ("weight = 0", "mysite.weight", "expected a whole number, 1 to 100"),
    ("weight = '7'", "mysite.weight", "expected a whole number, 1 to 100"),
    ("weight = 7.5", "mysite.weight", "expected a whole number, 1 to 100"),
    ("poll_minutes = 1", "mysite.poll_minutes", "expected minutes, 5 to 1440"),
    ("poll_minutes = -1", "mysite.poll_minutes", "expected minutes, 5 to 1440"),
    ("poll_minutes = inf", "mysite.poll_minutes", "expected minutes, 5 to 1440"),
    ("poll_minutes = nan", "mysite.poll_minutes", "expected minutes, 5 to 1440"),
    ("poll_minutes = true", "mysite.poll_minutes", "expected minutes, 5 to 1440"),
    ("country = 'XX'", "mysite.country", "expected the code of a country"),
    ("country = '143'", "mysite.country", "expected the code of a country"),
    ("country = 7", "mysite.country", "expected the code of a country"),
    ("[other]\nname='O'\nurl='https://hunter2.example/'\nlanguage='xx'", "other.language", "the code of a language"),
    ("[other]\nname='O'\nurl='ftp://hunter2/'\nlanguage='en'", "other.url", "an http(s) address"),
    ("[other]\nname='O'\nurl='https://u:hunter2@x/'\nlanguage='en'", "other.url", "an http(s) address"),
    ("[other]\nname='O'\nurl='https://[hunter2'\nlanguage='en'", "other.url", "an http(s) address"),
    ("[other]\nname='O\\nO'\nurl='https://x.org/'\nlanguage='en'", "other.name", ""),
    ("[other]\nname=' '\nurl='https://x.org/'\nlanguage='en'", "other.name", "one line of 1 to 40 characters"),
    ("[other]\nurl='https://x.org/'\nlanguage='en'", "other.name", "missing; expected one line"),
    ("[other]\nname='MY SITE'\nurl='https://x.org/'\nlanguage='en'", "other.name", "another name than that of mysite"),
    ("[other]\nname='O'\nurl='https://example.org/feed/'\nlanguage='en'", "other.url", "url than that of mysite"),
    ("[Oh_no]\nname='O'\nurl='https://x.org/'\nlanguage='en'", "[Oh_no]", "lower-case letters, digits and hyphens"),
    ("[nbk]\nname='O'\nurl='https://x.org/'\nlanguage='en'", "[nbk]", "another id"),
    ("[page]\nname='O'\nurl='https://x.org/'\nlanguage='en'", "[page]", "another id"),
]


@pytest.mark.parametrize(
    ("more", "where", "words"), WRONG, ids=[f"{n}: {where}" for n, (_, where, _) in enumerate(WRONG)]
)
def test_what_is_wrong_is_said_in_one_line_by_site_and_key(tmp_path: Path, more: str, where: str, words: str) -> None:
    if where == "other.name" and not words:
        more = more.replace("'O\\nO'", '"O\\nO"')
    with pytest.raises(SitesError) as caught:
        listed(tmp_path, f"{NEW}{more}\n")
    assert str(caught.value).startswith(f"sources.toml: {where}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{NEW}{NEW}", "this is no TOML: "),  # one id twice
        ("[mysite", "this is no TOML: "),
        ('name = "My Site"', "expected a table with the site's id"),
        (b"\xff\xfe\x00", "expected UTF-8 text"),
        (b"#" * (MAX_BYTES + 1), "expected at most 1024 KiB"),
        ("\n".join(NEW.replace("mysite", f"s{n}") for n in range(MAX_SITES)), f"expected at most {MAX_SITES} sites"),
        ("a = " + "[" * 5000, "this is no TOML: "),
    ],
)
def test_a_file_that_is_no_list_is_said_so(tmp_path: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(SitesError, match=r"^sources\.toml") as caught:
        listed(tmp_path, content)
    assert words in str(caught.value)


def test_all_errors_of_the_file_are_reported_with_the_settings(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text(f"{NEW}weight = 0\nenabled = 1\n")
    with pytest.raises(SettingsError) as caught:
        load({}, _env_file=None)
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["mysite.enabled", "mysite.weight"]
    with pytest.raises(SettingsError, match=r"^SOURCES_FILE: the file cannot be read \(FileNotFoundError\)$"):
        load({}, _env_file=None, sources_file=str(tmp_path / "none.toml"))


def test_a_stand_in_on_this_machine_may_be_asked_often(tmp_path: Path) -> None:
    sites = listed(tmp_path, NEW.replace("https://example.org", "http://127.0.0.1:8000") + "poll_minutes = 0.05\n")
    assert sites["mysite"].poll == dt.timedelta(seconds=3)
