"""Money in integer fen (分)."""

from typing import Any

from shared.kernel.values import Whole


def in_hundredths(amount: int) -> str:
    """An amount in hundredths as people write it: 6000 is 60.00."""
    return f"{amount // 100}.{amount % 100:02d}"


class Fen(Whole):
    """Money, 0 fen to ten million yuan. Inside: an integer. Out of the API: fen and yuan."""

    most = 1_000_000_000

    @property
    def yuan(self) -> str:
        return in_hundredths(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> dict[str, Any]:
        show = {"type": "function-plain", "function": _both, "when_used": "json"}
        return super().__get_pydantic_core_schema__(source, handler) | {"serialization": show}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        plain = super().__get_pydantic_json_schema__(schema, handler)
        if getattr(handler, "mode", "") != "serialization":
            return plain
        both = {"fen": plain, "yuan": {"type": "string", "examples": ["3000.00"]}}
        return {"type": "object", "properties": both, "required": ["fen", "yuan"]}


def _both(amount: int) -> dict[str, Any]:
    return {"fen": int(amount), "yuan": Fen(amount).yuan}


class Price(Fen):
    """An amount somebody asks for: at least one fen."""

    least = 1
