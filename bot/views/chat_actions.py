"""The actions of the buttons with which a person manages groups and channels from their private chat.

All but the first three are about one managed chat, whose id is in the version part of the data (bot/views/buttons.py).
"""

from __future__ import annotations

from bot.domain.posts import REVIEW_HOURS
from bot.domain.topics.curated import TOPICS
from bot.views.buttons import FLAG, ID, MAX_DESTINATION, Access, action, choice, integer

ADMINS = Access.ADMINS
# The largest page of a list of chats, ten on each.
LAST_PAGE = 999
# The parts of a post that its form shows or leaves out (bot/domain/posts.py: PostForm).
POST_PARTS = ("lead", "preview", "hashtags")
_DESTINATION = integer(1, MAX_DESTINATION)

CHATS_LIST = action("chats:list", integer(0, LAST_PAGE))
CHATS_ADD = action("chats:add")
CHATS_REMOVE = action("chats:remove", _DESTINATION)
CHATS_ONE = action("chats:one", access=ADMINS)
CHATS_TOPIC = action("chats:topic", choice(TOPICS), FLAG, access=ADMINS)
CHATS_REGION = action("chats:region", access=ADMINS)
CHATS_FORM = action("chats:form", access=ADMINS)
CHATS_SHOW = action("chats:show", choice(POST_PARTS), FLAG, access=ADMINS)
CHATS_SIGN = action("chats:sign", access=ADMINS)
CHATS_UNSIGN = action("chats:unsign", access=ADMINS)
CHATS_REVIEW = action("chats:review", access=ADMINS)
CHATS_HOURS = action("chats:hours", choice(("0", *map(str, REVIEW_HOURS))), access=ADMINS)
CHATS_UNREVIEWED = action("chats:unreviewed", FLAG, access=ADMINS)
CHATS_DRAFTS = action("chats:drafts", FLAG, access=ADMINS)
CHATS_COPY = action("chats:copy", integer(0, LAST_PAGE), access=ADMINS)
CHATS_COPY_ASK = action("chats:from", _DESTINATION, access=ADMINS)
CHATS_COPY_NOW = action("chats:copied", _DESTINATION, access=ADMINS)
CHATS_TEST = action("chats:test", access=ADMINS)
CHATS_TEST_DELETE = action("chats:untest", ID, access=ADMINS)
CHATS_PAUSE = action("chats:pause", access=ADMINS)
CHATS_RESUME = action("chats:resume", access=ADMINS)
CHATS_LEAVE = action("chats:leave", access=ADMINS)
CHATS_LEAVE_NOW = action("chats:left", access=ADMINS)
CHATS_FORUM = action("chats:forum", access=ADMINS)
CHATS_THREAD = action("chats:thread", choice(TOPICS), access=ADMINS)
CHATS_THREAD_DROP = action("chats:drop", access=ADMINS)
