"""The tables, one class each. Migrations must add up to these; importing the package registers all of them."""

from storage.models.alerts import AlertRow
from storage.models.articles import ArticleRow, ArticleTopicRow, ArticleWordsRow, TitleWordRow
from storage.models.base import Base
from storage.models.chats import ChatRow, MutedRow, SavedRow
from storage.models.deliveries import BroadcastRow, DeliveryRow, EventRow, FanOutRow
from storage.models.processes import LeaderRow
from storage.models.rates import CurrentRateRow, RateRow
from storage.models.sources import SourceRow
from storage.models.telegram import ChartRow, ReceivedRow
from storage.models.topics import MatchRow, QueryRow, SubscriptionRow

__all__ = [
    "AlertRow",
    "ArticleRow",
    "ArticleTopicRow",
    "ArticleWordsRow",
    "Base",
    "BroadcastRow",
    "ChartRow",
    "ChatRow",
    "CurrentRateRow",
    "DeliveryRow",
    "EventRow",
    "FanOutRow",
    "LeaderRow",
    "MatchRow",
    "MutedRow",
    "QueryRow",
    "RateRow",
    "ReceivedRow",
    "SavedRow",
    "SourceRow",
    "SubscriptionRow",
    "TitleWordRow",
]
