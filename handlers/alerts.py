"""/alert and sentences that ask for an alert; the tables of the whole feature."""

from __future__ import annotations

from bot.domain import links
from bot.domain.alerts import UnknownCurrency
from bot.domain.errors import InvalidInput
from bot.domain.intents import Intent, IntentKind
from bot.domain.intents.arguments import request_in
from bot.domain.mistyped import nearest_currency
from bot.domain.vocabulary import code_of
from bot.services.rates import known_currencies
from bot.views import actions
from bot.views.gold_actions import GOLD_ALERT
from handlers import alert_builder, alert_creation, alert_list, alert_prompts
from handlers.arguments import person
from handlers.command import Command, on
from handlers.context import Context


async def create(ctx: Context) -> None:
    """Answer /alert: create the alert that was typed, or begin to build one by buttons."""
    if not ctx.arguments:
        await alert_builder.build(ctx)
        return
    try:
        request = request_in(ctx.arguments, person(ctx))
    except UnknownCurrency as error:
        raise await _explained(ctx, error) from None
    if request.without_table:
        ctx.notes.append(ctx.t("alerts.no_table"))
    if request.complete:
        await alert_creation.create(ctx, request)
    else:
        await alert_builder.build_for(ctx, request.currencies, request.market)


async def _explained(ctx: Context, error: UnknownCurrency) -> InvalidInput:
    """Return the error of an unknown currency with the nearest one, or with all that there are."""
    if code := code_of(nearest_currency(error.word) or ""):
        return InvalidInput("alerts.did_you_mean", word=error.word, code=code)
    known = ", ".join(await known_currencies(ctx.database, ctx.now))
    return InvalidInput(error.key, word=error.word, known=known)


async def create_asked(ctx: Context, intent: Intent) -> None:
    """Answer a sentence that asks for an alert: create it, with a way to undo that; without a level, offer some."""
    if intent.problem is not None:
        problem = intent.problem
        raise await _explained(ctx, problem) if isinstance(problem, UnknownCurrency) else problem
    if intent.alert is not None and intent.alert.without_table:
        ctx.notes.append(ctx.t("alerts.no_table"))
    if intent.alert is not None and intent.alert.complete:
        await alert_creation.create(ctx, intent.alert, undo=True)
    else:
        await alert_builder.build_for(ctx, intent.currencies, intent.alert.market if intent.alert else "")


COMMANDS = (
    Command("alert", create, changes=True, description_key="alerts.command.alert", reactivates=True),
    Command("alerts", alert_list.show_alerts, description_key="alerts.command.alerts"),
)
BUTTONS = (
    on(actions.ALERTS_LIST, alert_list.show_alerts),
    on(actions.ALERTS_ONE, alert_list.show_card),
    on(actions.ALERTS_BUILD, alert_builder.build),
    on(actions.ALERTS_PAIR, alert_builder.choose_level),
    on(GOLD_ALERT, alert_builder.build_for_gold),
    on(actions.ALERTS_PERCENT, alert_builder.choose_percent),
    on(actions.ALERTS_TYPE, alert_prompts.ask_level),
    on(actions.ALERTS_TYPE_SIDE, alert_prompts.ask_level),
    on(actions.ALERTS_CANCEL, alert_prompts.cancel),
    on(actions.ALERTS_CREATE, alert_creation.create_built),
    on(actions.ALERTS_CREATE_FIRED, alert_creation.create_fired),
    on(actions.ALERTS_CREATE_AND_FIRE, alert_creation.create_and_fire),
    on(actions.ALERTS_CHANGE, alert_prompts.ask_change),
    on(actions.ALERTS_SET, alert_prompts.set_level),
    on(actions.ALERTS_ONCE, alert_creation.set_once),
    on(actions.ALERTS_REPEATS, alert_creation.explain_repeats),
    on(actions.ALERTS_DELETE, alert_list.delete),
    on(actions.ALERTS_RESTORE, alert_list.restore),
    on(actions.ALERTS_PAUSE, alert_list.pause),
    on(actions.ALERTS_RESUME, alert_list.resume),
    on(actions.ALERTS_PAUSE_ALL, alert_list.pause_all),
    on(actions.ALERTS_RESUME_ALL, alert_list.resume_all),
    on(actions.ALERTS_ASK_SNOOZE, alert_list.ask_snooze),
    on(actions.ALERTS_SNOOZE, alert_list.snooze),
)
PROMPTS = ((alert_prompts.LEVEL, alert_prompts.answer_level), (alert_prompts.CHANGE, alert_prompts.answer_change))
INTENTS = ((IntentKind.ALERT, create_asked),)
DEEP_LINKS = ((links.ALERT, alert_builder.follow),)
