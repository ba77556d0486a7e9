"""Managed chats: their list, the choice of one, its card, and the settings that only they have."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.chats import Chat, ChatState, Destination, Quiet
from bot.domain.errors import InvalidInput
from bot.domain.posts import PostForm
from bot.domain.rights import Right
from bot.views import chat_settings, chats
from bot.views.message import View
from tests.golden.sample import sample
from tests.golden.values import NOW

NAME = "Almaty & <Co> 🏔"
PLACE = Destination(5, -100, 0, NAME)
THREAD = Destination(6, -100, 17, NAME, "Energy", "energy")
CHANNEL = Chat(-100, "channel", "ru", "Asia/Almaty", title=NAME)
FORM = PostForm(lead=False, hashtags=True, signature="@almaty_today", review_hours=3, unreviewed=True)
FULL = replace(CHANNEL, digest_times=(480, 1110), quiet=Quiet(22 * 60, 7 * 60), post_form=FORM)
GROUP = replace(CHANNEL, kind="supergroup", state=ChatState.STOPPED)
LONG = replace(PLACE, id=7, title="🏔 " * 64)

SAMPLES = (
    sample(chats.listing, "", [(PLACE, CHANNEL), (LONG, GROUP), (PLACE, replace(CHANNEL, state=ChatState.GONE))]),
    sample(chats.listing, "page 2", [(PLACE, CHANNEL)] * 24, 1),
    sample(chats.listing, "none", []),
    sample(chats.pick, "", keyboard=True),
    sample(chats.chosen, "", NAME, keyboard=True),
    sample(chats.not_member, "", NAME, "JarchiBot"),
    sample(chats.unknown, "", "@almaty_today"),
    sample(chats.ready, "", CHANNEL, set(), (), "Jarchi", shared=False),
    sample(chats.ready, "of several, topics chosen", CHANNEL, {*chats.REGION, "energy"}, (Right.EDIT,), "Jarchi", shared=True),
    sample(chats.ready, "no right to post", CHANNEL, set(), (Right.POST, Right.EDIT), "Jarchi", shared=False),
    sample(chats.card, "", PLACE, FULL, (5, 2), (), "Jarchi", NOW),
    sample(chats.card, "a forum, paused", PLACE, GROUP, (0, 0), (), "Jarchi", NOW, forum=True, feeds=True),
    sample(chats.card, "a forum, rights are missing", PLACE, replace(GROUP, state=ChatState.ACTIVE), (1, 0), (Right.PIN, Right.TOPICS), "Jarchi", NOW, forum=True),
    sample(chats.card, "a topic of a forum", THREAD, GROUP, (1, 0), (), "Jarchi", NOW),
    sample(chats.forum, "", [THREAD]),
    sample(chats.leave),
    sample(chats.left, "", NAME),
    sample(chats.dropped),
    sample(chat_settings.form, "", PostForm()),
    sample(chat_settings.form, "all different", FORM),
    sample(chat_settings.sign),
    sample(chat_settings.review, "off", PostForm(), drafts=False),
    sample(chat_settings.review, "on", FORM, drafts=True),
    sample(chat_settings.copy, "", [PLACE, THREAD, LONG]),
    sample(chat_settings.copy, "page 2", [PLACE] * 12, 1),
    sample(chat_settings.copy, "none", []),
    sample(chat_settings.copy_ask, "", PLACE),
    sample(chat_settings.copied, "", 5, 2, [InvalidInput("topics.too_many", limit=100)]),
    sample(chat_settings.marked, "", View("<b>Headline</b>")),
    sample(chat_settings.tested, "", 17),
    sample(chat_settings.test_deleted),
)  # fmt: skip
