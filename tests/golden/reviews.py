"""Drafts of posts that are reviewed: waiting, decided, and of no use any more."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.posts import PostForm
from bot.domain.reviews import Review, ReviewState
from bot.views import news, reviews
from tests.golden.sample import Lazy, sample
from tests.golden.values import ALMATY, ARTICLES, HOUR, NOW

FORM = PostForm(review_hours=3)
OPEN = Review(17, 1, -5, 0, ReviewState.OPEN, NOW + 3 * HOUR)
POSTED = replace(OPEN, state=ReviewState.POSTED, decided_by=7, decided_name="Aida", decided_at=NOW)
UNDECIDED = replace(OPEN, state=ReviewState.POSTED, decided_at=OPEN.decide_by)
POST = Lazy(lambda t: news.article_view(t, ARTICLES[0], [], ALMATY, NOW))
REST = (ARTICLES[0], "Bishkek News", FORM, NOW, ALMATY)

SAMPLES = (
    sample(reviews.draft, "", OPEN, POST, *REST),
    sample(reviews.draft, "posted without a decision, headline only", OPEN, POST, ARTICLES[0], "Bishkek News", replace(FORM, unreviewed=True, lead=False), NOW, ALMATY),
    sample(reviews.draft, "the article was retracted meanwhile", OPEN, None, *REST),
    sample(reviews.draft, "posted", POSTED, POST, *REST),
    sample(reviews.decision, "posted by nobody", UNDECIDED, NOW, ALMATY),
    sample(reviews.decision, "skipped", replace(POSTED, state=ReviewState.SKIPPED), NOW, ALMATY),
    sample(reviews.decision, "skipped by nobody", replace(UNDECIDED, state=ReviewState.SKIPPED), NOW, ALMATY),
    sample(reviews.decision, "dropped", replace(POSTED, state=ReviewState.DROPPED), NOW, ALMATY),
    sample(reviews.already, "", POSTED, NOW, ALMATY),
    sample(reviews.type_lead, "", "Bishkek News"),
)  # fmt: skip
