"""/banks and /send: what banks and other providers pay and ask, by way of payment."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.amounts import ConvertError, amount
from bot.domain.errors import ExpiredButton, InvalidInput
from bot.domain.intents import Intent, IntentKind
from bot.domain.intents.offer_rules import offers_in
from bot.domain.intents.sentence import Sentence
from bot.domain.offer_ranking import OfferRequest, request_of
from bot.domain.offers import Channel
from bot.views import actions
from bot.views import errors as error_views
from bot.views import offers as views
from bot.views.button_offers import OFFERS
from bot.views.message import View
from bot.views.offer_actions import OFFERS_CHART
from handlers.arguments import read
from handlers.command import Command, on
from handlers.context import Context
from handlers.offer_charts import show_offer_chart
from handlers.offers_view_cache import OffersViewCache

AMOUNT = "banks.amount"


async def banks(ctx: Context) -> None:
    """Answer /banks with the dollar in the chat's country, /banks 1000 rub tjs transfer with that."""
    await ctx.reply(await _ranking(ctx, _typed(ctx)))


async def send(ctx: Context) -> None:
    """Answer /send 10000 rub tjs with the best, the median and the worst transfer."""
    if not ctx.arguments:
        await ctx.reply(views.how_to_send(ctx.t))
        return
    try:
        request = replace(_typed(ctx), channel=Channel.TRANSFER)
    except InvalidInput:
        # The examples of /banks and of conversions would lead away from this command.
        raise InvalidInput("banks.error.send") from None
    ranking = await _cache(ctx).ranking(request, ctx.now)
    await ctx.reply(views.sent(ctx.t, ranking, ctx.now, ctx.zone, private=ctx.chat.private))


def _typed(ctx: Context) -> OfferRequest:
    found = read(ctx)
    if found.unknown:
        raise InvalidInput("banks.error.unknown", word=found.unknown)
    intent, sentence, own = offers_in(found.sentence), found.sentence, ctx.chat.currencies
    if intent.problem is not None and len(own) > 1 and len(sentence.numbers) == 1 and not sentence.codes:
        # A number alone is of the money that the person has.
        intent = replace(intent, problem=None, currencies=own[:2], amount=amount(sentence.numbers[0]))
    return _request(ctx, intent)


def _request(ctx: Context, intent: Intent) -> OfferRequest:
    if intent.problem is not None:
        raise intent.problem
    return request_of(
        intent.currencies,
        intent.channel,
        intent.amount,
        buys=intent.buys,
        own=ctx.chat.currencies,
        timezone=ctx.chat.timezone,
    )


async def _ranking(ctx: Context, request: OfferRequest, *, whole: bool = False) -> View:
    return await _cache(ctx).view(ctx.t, request, ctx.now, ctx.zone, whole=whole, private=ctx.chat.private)


def _cache(ctx: Context) -> OffersViewCache:
    ctx.services.offers_views = ctx.services.offers_views or OffersViewCache(ctx.database)
    return ctx.services.offers_views


async def banks_intent(ctx: Context, intent: Intent) -> None:
    """Answer a sentence about the offers of banks."""
    await ctx.reply(await _ranking(ctx, _request(ctx, intent)))


async def show(ctx: Context, request: OfferRequest, whole: bool) -> None:
    """Show the ranking of a button."""
    await ctx.edit_or_reply(await _ranking(ctx, request, whole=whole))


async def ask_amount(ctx: Context, request: OfferRequest) -> None:
    """Ask for the amount of a ranking."""
    await ctx.prompt(AMOUNT, views.amount_question(ctx.t, request), OFFERS.write(request))


async def read_amount(ctx: Context) -> None:
    """Show the ranking for a typed amount; after an answer of no use, ask again."""
    try:
        request = OFFERS.read(ctx.prompt_argument)
    except (ValueError, ArithmeticError):
        raise ExpiredButton from None
    try:
        wanted = _with_amount(request, read(ctx).sentence)
    except InvalidInput as error:
        reason, question = error_views.invalid_input(ctx.t, error), views.amount_question(ctx.t, request)
        await ctx.prompt(AMOUNT, replace(question, text=f"{reason.text}\n{question.text}"), ctx.prompt_argument)
        return
    await ctx.reply(await _ranking(ctx, wanted))


def _with_amount(request: OfferRequest, sentence: Sentence) -> OfferRequest:
    """Return a request for a typed amount: of the currency that is named with it, else of that of the former amount."""
    codes = (request.pair.base, request.pair.quote)
    code = next(iter(sentence.codes), request.code)
    if len(sentence.numbers) != 1 or code not in codes:
        raise InvalidInput("banks.error.amount")
    try:
        wanted = amount(sentence.numbers[0])
        return request_of((code, *codes), request.channel, wanted, buys=code == request.pair.quote)
    except ConvertError as error:
        # An amount that is too large is answered with the limit.
        raise error if error.key == "convert.error.large" else InvalidInput("banks.error.amount") from None


COMMANDS = (
    Command("banks", banks, description_key="banks.command.banks"),
    Command("send", send, description_key="banks.command.send"),
)
BUTTONS = (
    on(actions.OFFERS_SHOW, show),
    on(actions.OFFERS_AMOUNT, ask_amount),
    on(OFFERS_CHART, show_offer_chart),
)
PROMPTS = ((AMOUNT, read_amount),)
INTENTS = ((IntentKind.BANKS, banks_intent),)
