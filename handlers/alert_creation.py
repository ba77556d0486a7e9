"""Creation of an alert, by words or by a button, and the answers to its outcomes."""

from __future__ import annotations

from bot.domain.alerts import AlertRequest, AlertRule
from bot.domain.currencies import GOLD
from bot.domain.gold import home_currency
from bot.services import alert_list
from bot.services.alerts import AlreadyMet, Ambiguous, Created, Duplicate, FarLevel, IfMet, create_alert
from bot.views import alerts as views
from bot.views.message import View
from handlers.context import Context, existing

# The kind under which an alert is remembered for the message that created it, in case the message is edited.
ALERT = "alert"
# The keys of this feature's prompts begin with this.
PROMPT = "alerts."
Result = Created | Duplicate | AlreadyMet | FarLevel | Ambiguous


async def create(
    ctx: Context,
    wanted: AlertRequest | AlertRule,
    *,
    once: bool = False,
    if_met: IfMet = IfMet.ASK,
    undo: bool = False,
) -> Result:
    """Create an alert and confirm it, or ask what to do about a rule that is met already, far, or ambiguous."""
    result = await create_alert(
        ctx.database,
        ctx.chat.id,
        ctx.thread_id,
        wanted,
        ctx.now,
        own=_own(ctx, wanted),
        once=once,
        if_met=if_met,
        replacing=ctx.made_before(ALERT),
    )
    await ctx.close_prompt(PROMPT)
    ctx.replace_made(ALERT)
    if isinstance(result, Created):
        ctx.made.append((ALERT, result.alert.id))
        if result.chosen:
            key = "alerts.chosen_gold" if result.alert.rule.pair.base == GOLD else "alerts.chosen"
            ctx.notes.append(ctx.t(key, code=result.chosen))
    await ctx.edit_or_reply(views.replacing(ctx.t, answer(ctx, result, undo=undo), result.replaced))
    return result


def _own(ctx: Context, wanted: AlertRequest | AlertRule) -> tuple[str, ...]:
    """Return the person's currencies; for gold also the one of the chat's country."""
    own = ctx.chat.currencies
    if isinstance(wanted, AlertRule) or GOLD not in wanted.currencies:
        return own
    return (home_currency(own, ctx.chat.timezone),)


def answer(ctx: Context, result: Result, *, undo: bool) -> View:
    """Return the answer to the outcome of a request."""
    match result:
        case Created(alert, rate):
            return views.created(ctx.t, alert, rate, undo=undo)
        case Duplicate(alert, rate, just_created=True) if ctx.callback_query is not None:
            return views.created(ctx.t, alert, rate)  # a button pressed twice
        case Duplicate(alert, rate):
            return views.duplicate(ctx.t, alert, rate)
        case AlreadyMet(rule, once, rate):
            return views.already(ctx.t, rule, rate, once=once)
        case FarLevel(rule, once, rate, share, alert_id):
            return views.far(ctx.t, rule, rate, share, once=once, alert_id=alert_id)
        case Ambiguous(rules, once):
            return views.which_currency(ctx.t, rules, once=once)


async def create_built(ctx: Context, rule: AlertRule, once: bool) -> None:
    """Create the alert that was built."""
    await create(ctx, rule, once=once)


async def create_fired(ctx: Context, rule: AlertRule, once: bool) -> None:
    """Create an alert whose rule is met already: it is armed when the rate has come back."""
    await create(ctx, rule, once=once, if_met=IfMet.WAIT)


async def create_and_fire(ctx: Context, rule: AlertRule, once: bool) -> None:
    """Create an alert whose rule is met already, and fire it at once."""
    await create(ctx, rule, once=once, if_met=IfMet.FIRE)


async def set_once(ctx: Context, alert_id: int, once: bool) -> None:
    """Let the alert of a confirmation fire once or each time."""
    current = existing(await alert_list.set_once(ctx.database, ctx.chat.id, alert_id, once, ctx.now))
    if current.rate is not None:
        await ctx.edit_or_reply(views.created(ctx.t, current.alert, current.rate))


async def explain_repeats(ctx: Context, alert_id: int) -> None:
    """Say over the button when the alert fires again."""
    current = existing(await alert_list.find_alert(ctx.database, ctx.chat.id, alert_id, ctx.now))
    await ctx.answer_callback(views.again(ctx.t, current.alert, current.rate), alert=True)
