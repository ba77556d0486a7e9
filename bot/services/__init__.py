"""The functions of the product for a person or an operator, without Telegram and without texts.

Handlers, inline mode and deep links call these functions. A function is one transaction: plain arguments in, a frozen
value out.
"""

from storage.database import Database

__all__ = ["Database"]
