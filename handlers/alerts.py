"""/alert: creation of alerts on rates; the tables of the whole feature."""

from __future__ import annotations

from bot.domain import links
from bot.domain.alerts import AlertRequest, AlertRule, UnknownCurrency, parse_request
from bot.domain.errors import InvalidInput
from bot.services.alerts import AlreadyMet, IfMet, create_alert
from bot.services.rates import known_currencies
from bot.views import actions
from bot.views import alerts as views
from bot.views.currencies import nearest
from handlers import alert_builder, alert_list
from handlers.context import Command, Context, on

# The kind under which an alert is remembered for the message that created it, in case the message is edited.
ALERT = "alert"


async def create(ctx: Context) -> None:
    """Answer /alert: create the alert that was typed, or begin to build one by buttons."""
    if not ctx.arguments:
        await alert_builder.build(ctx)
        return
    try:
        request = parse_request(ctx.arguments, ctx.t.language)
    except UnknownCurrency as error:
        if code := nearest(error.word):
            raise InvalidInput("alerts.did_you_mean", word=error.word, code=code) from None
        known = ", ".join(await known_currencies(ctx.database, ctx.now))
        raise InvalidInput(error.key, word=error.word, known=known) from None
    await _create(ctx, request)


async def _create(
    ctx: Context, wanted: AlertRequest | AlertRule, once: bool = False, if_met: IfMet = IfMet.ASK
) -> None:
    """Create an alert and confirm it, or ask what to do about a rule that is met already."""
    result = await create_alert(
        ctx.database,
        ctx.chat.id,
        ctx.thread_id,
        wanted,
        ctx.now,
        once=once,
        if_met=if_met,
        replacing=ctx.made_before(ALERT),
    )
    ctx.replace_made(ALERT)
    if isinstance(result, AlreadyMet):
        view = views.already(ctx.t, result.rule, result.rate, once=result.once)
    else:
        ctx.made.append((ALERT, result.alert.id))
        view = views.created(ctx.t, result.alert, result.rate)
    await ctx.edit_or_reply(views.replacing(ctx.t, view, result.replaced))


async def create_built(ctx: Context, rule: AlertRule, once: bool) -> None:
    """Create the alert that was built."""
    await _create(ctx, rule, once)


async def create_fired(ctx: Context, rule: AlertRule, once: bool) -> None:
    """Create an alert whose rule is met already: it is armed when the rate has come back."""
    await _create(ctx, rule, once, IfMet.WAIT)


async def create_and_fire(ctx: Context, rule: AlertRule, once: bool) -> None:
    """Create an alert whose rule is met already, and fire it at once."""
    await _create(ctx, rule, once, IfMet.FIRE)


COMMANDS = (
    Command("alert", create, changes=True, description_key="alerts.command.alert", reactivates=True),
    Command("alerts", alert_list.show_alerts, description_key="alerts.command.alerts"),
)
BUTTONS = (
    on(actions.ALERTS_LIST, alert_list.show_alerts),
    on(actions.ALERTS_BUILD, alert_builder.build),
    on(actions.ALERTS_PAIR, alert_builder.choose_pair),
    on(actions.ALERTS_SIDE, alert_builder.choose_side),
    on(actions.ALERTS_CREATE, create_built),
    on(actions.ALERTS_TYPE, alert_builder.prompt_level),
    on(actions.ALERTS_CREATE_FIRED, create_fired),
    on(actions.ALERTS_CREATE_AND_FIRE, create_and_fire),
    on(actions.ALERTS_DELETE, alert_list.delete),
    on(actions.ALERTS_PAUSE, alert_list.pause),
    on(actions.ALERTS_RESUME, alert_list.resume),
    on(actions.ALERTS_ASK_SNOOZE, alert_list.ask_snooze),
    on(actions.ALERTS_SNOOZE, alert_list.snooze),
    on(actions.ALERTS_SHIFT, alert_list.shift),
)
PROMPTS = (("alerts.level", create),)
DEEP_LINKS = ((links.ALERT, alert_builder.follow),)
