"""The tables, one class each. Migrations must add up to these; importing the package registers all of them."""

from storage.models.alerts import AlertRow
from storage.models.articles import ArticleRow, ArticleTopicRow, ArticleWordsRow, TitleWordRow
from storage.models.base import Base
from storage.models.boards import BoardRow
from storage.models.chats import ChatRow, DestinationRow, ManagerRow, MutedRow, SavedRow
from storage.models.deliveries import BroadcastRow, DeliveryRow, EventRow, FanOutRow, ReviewRow
from storage.models.offers import BestOfferRow, CurrentOfferRow, GoldPriceRow, OfferRow, PolicyFanOutRow, PolicyRateRow
from storage.models.processes import LeaderRow
from storage.models.rates import CurrentRateRow, RateRow
from storage.models.sharing import FeedRow, ShareRow
from storage.models.sources import SourceRow
from storage.models.telegram import ChartRow, ReceivedRow
from storage.models.topics import MatchRow, QueryRow, SubscriptionRow

__all__ = [
    "AlertRow",
    "ArticleRow",
    "ArticleTopicRow",
    "ArticleWordsRow",
    "Base",
    "BestOfferRow",
    "BoardRow",
    "BroadcastRow",
    "ChartRow",
    "ChatRow",
    "CurrentOfferRow",
    "CurrentRateRow",
    "DeliveryRow",
    "DestinationRow",
    "EventRow",
    "FanOutRow",
    "FeedRow",
    "GoldPriceRow",
    "LeaderRow",
    "ManagerRow",
    "MatchRow",
    "MutedRow",
    "OfferRow",
    "PolicyFanOutRow",
    "PolicyRateRow",
    "QueryRow",
    "RateRow",
    "ReceivedRow",
    "ReviewRow",
    "SavedRow",
    "ShareRow",
    "SourceRow",
    "SubscriptionRow",
    "TitleWordRow",
]
