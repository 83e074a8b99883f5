"""What was bought to keep: registered when it is paid for, taken over at the end."""

from typing import Any
from uuid import UUID

import pytest

from services.finance.commands import (
    DisposeOfAsset,
    ReturnRest,
    claim_expense,
    dispose_of_asset,
    pay_expense,
    return_rest,
    reverse_expense,
)
from services.finance.events import (
    AssetDisposed,
    AssetRegistered,
    AssetsCalledIn,
    AssetStruckOff,
    FundsReturned,
    HostNoted,
    Quantity,
    Thing,
)
from services.finance.read_models.assets import AssetRow, assets
from services.finance.read_models.funds import funds
from shared.kernel.money import Fen, Price
from shared.kernel.values import Label, Text
from tests.finance.examples import (
    BOOKS,
    CYCLE_OVER,
    FUND,
    LAID_OUT,
    LIN_JING,
    OPENED,
    PAY,
    REVERSE,
    STUDIO,
    TRIP,
    WANG_FANG,
    approved,
    claimed,
    claiming,
    funded,
    happened,
    office,
    payer,
    reversed_,
    signed,
    spent,
    wang,
)
from tests.scenario import given

REASON = Text("移交学校资产室")


def thing(unit: int = 100_000, quantity: int = 1) -> Thing:
    return Thing(name=Label("投影仪"), quantity=Quantity(quantity), unit_fen=Price(unit))


def registered(unit: int = 100_000, quantity: int = 1, asset: UUID = BOOKS) -> AssetRegistered:
    return AssetRegistered(
        asset_id=asset, studio_id=STUDIO, name=Label("投影仪"), quantity=Quantity(quantity), unit_fen=Price(unit),
        keeper_id=LIN_JING,
    )  # fmt: skip


def disposed(status: Any = "handed_over", asset: UUID = BOOKS) -> AssetDisposed:
    return AssetDisposed(asset_id=asset, studio_id=STUDIO, status=status, reason=REASON)


def disposing(status: Any = "handed_over") -> DisposeOfAsset:
    return DisposeOfAsset(studio_id=STUDIO, asset_id=BOOKS, status=status, reason=REASON)


BOUGHT = claimed(asset=thing()), signed(), approved(), spent(), registered()


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(("quantity", "unit"), [(1, 120_000), (2, 60_000), (1, 1)])
def test_sil_09_a_claim_names_the_thing_it_buys_up_to_its_amount(quantity: int, unit: int) -> None:
    bought = thing(unit, quantity)

    wang(funded()).when(claim_expense, claiming(asset=bought)).then(claimed(asset=bought))


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(("quantity", "unit", "worth"), [(1, 120_001, 120_001), (2, 60_001, 120_002)])
def test_sil_09_things_are_not_worth_more_than_is_claimed(quantity: int, unit: int, worth: int) -> None:
    wang(funded()).when(claim_expense, claiming(asset=thing(unit, quantity))).then_refused(
        "asset-above-claim", "SIL-09", worth_fen=worth, asked_fen=120_000
    )


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(("unit", "enters"), [(99_999, False), (100_000, True), (100_001, True)])
def test_sil_09_paid_for_it_enters_the_register_from_1000_yuan_apiece(unit: int, *, enters: bool) -> None:
    known = funded(claimed(asset=thing(unit)), signed(), approved())

    payer(known).when(pay_expense, PAY).then(spent(), *[registered(unit)] * enters)


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(("least", "enters"), [(60_000, True), (60_001, False)])
def test_sil_09_the_least_price_is_the_schools_and_counts_for_one_piece(least: int, *, enters: bool) -> None:
    known = payer(funded(claimed(asset=thing(60_000, 2)), signed(), approved())).under(asset_min_fen=least)

    known.when(pay_expense, PAY).then(spent(), *[registered(60_000, 2)] * enters)


@pytest.mark.rule("SIL-09", "A.9-8")
def test_sil_09_with_a_reversed_payment_it_leaves_the_register() -> None:
    payer(funded(*BOUGHT)).when(reverse_expense, REVERSE).then(
        reversed_(), AssetStruckOff(asset_id=BOOKS, studio_id=STUDIO)
    )


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize("status", ["handed_over", "scrapped"])
def test_sil_09_an_office_takes_a_thing_over_or_scraps_it_once(status: Any) -> None:
    office(funded(*BOUGHT)).when(dispose_of_asset, disposing(status)).then(disposed(status))
    office(funded(*BOUGHT, disposed(status))).when(dispose_of_asset, disposing(status)).then_nothing()


@pytest.mark.rule("SIL-09")
@pytest.mark.parametrize(
    "history", [(), (*BOUGHT, reversed_(), AssetStruckOff(asset_id=BOOKS, studio_id=STUDIO))],
    ids=["never registered", "struck off"],
)  # fmt: skip
def test_sil_09_what_is_not_in_the_register_is_not_disposed_of(history: Any) -> None:
    office(funded(*history)).when(dispose_of_asset, disposing()).then_refused(
        "asset-unknown", "SIL-09", asset_id=str(BOOKS)
    )


@pytest.mark.rule("SIL-09", "A.9-8")
def test_sil_09_at_the_funds_end_what_is_in_use_is_called_in() -> None:
    other = (claimed(expense=TRIP, asset=thing()), spent(expense=TRIP), registered(asset=TRIP), disposed(asset=TRIP))

    given(funded(*BOUGHT, *other, CYCLE_OVER)).on("2026-04-27").when(return_rest, ReturnRest(studio_id=STUDIO)).then(
        AssetsCalledIn(studio_id=STUDIO, asset_ids=(BOOKS,)), FundsReturned(studio_id=STUDIO, fen=Fen(360_000))
    )


def row(*events: Any) -> Any:
    shown: Any = None
    for event in events:
        assert f"{FUND}:{BOOKS}" in assets.keys(happened(event))
        shown = assets.fold(f"{FUND}:{BOOKS}", shown, happened(event))
    return shown


CALLED_IN = AssetsCalledIn(studio_id=STUDIO, asset_ids=(BOOKS,))


@pytest.mark.rule("SIL-09")
def test_sil_09_the_register_shows_what_who_keeps_it_and_what_became_of_it() -> None:
    bought = row(registered())

    assert bought == AssetRow(
        asset_id=BOOKS, studio_id=STUDIO, host_id=LIN_JING, name="投影仪", quantity=1, unit_price=Fen(100_000),
        registered_on=bought.registered_on,
    )  # fmt: skip
    assert row(registered(), CALLED_IN).to_hand_over
    over = row(registered(), CALLED_IN, disposed())
    assert (over.status, over.to_hand_over, over.reason) == ("handed_over", False, "移交学校资产室")
    assert row(registered(), AssetStruckOff(asset_id=BOOKS, studio_id=STUDIO)) is None


@pytest.mark.rule("SIL-09", "SIL-04")
def test_sil_04_a_new_host_keeps_the_things() -> None:
    changed = HostNoted(
        studio_id=STUDIO, former_host_id=LIN_JING, host_id=WANG_FANG, open_expenses=(), assets=(BOOKS,), periods=()
    )

    assert row(registered(), changed).host_id == WANG_FANG


@pytest.mark.rule("SIL-09")
def test_sil_09_a_closed_fund_lists_what_is_to_be_handed_over_until_it_is() -> None:
    shown: Any = None
    listed = []
    for event in (OPENED, LAID_OUT, CALLED_IN, disposed()):
        shown = funds.fold(str(FUND), shown, happened(event))
        listed.append(shown.assets_to_hand_over)

    assert listed == [(), (), (BOOKS,), ()]
