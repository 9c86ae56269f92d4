"""Every shape and every call of the desk's API.

Written by `cargo xtask python-client` from `schema/desk.openapi.json`; change that, not this.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias, TypedDict, cast

from .client import Client, _in_path


_AgainstMust = TypedDict(
    "_AgainstMust",
    {
        # What it is, with numbers.
        "detail": str,
        # A stable word for its kind.
        "kind": str,
        # Whether the desk may waive it.
        "may_be_waived": bool,
    },
)


class Against(_AgainstMust):
    """One thing that speaks against a request."""


_AlternativeMust = TypedDict(
    "_AlternativeMust",
    {
        # GPUs in all.
        "gpus": int,
        # What it takes; give it to `POST /v1/holds` as it is.
        "parts": "list[Part]",
        # The level of firm supply that it fits in, pool by pool: a screen and no promise.
        "screen": float,
        # When it starts.
        "start": str,
        # What it costs in all.
        "total": float,
    },
)

_AlternativeMay = TypedDict(
    "_AlternativeMay",
    {
        # Probability that it is kept over all its pools and months, if it was asked for.
        "joint": "float | None",
    }, total=False,
)


class Alternative(_AlternativeMust, _AlternativeMay):
    """One way to serve a wish."""


_AuditMust = TypedDict(
    "_AuditMust",
    {
        # Pools of which the desk and the recount count different promises.
        "disagreements": "list[str]",
        # Events that were recounted.
        "events": int,
        # What is wrong.
        "faults": "list[str]",
        # Whether nothing is wrong.
        "is_sound": bool,
        # Promises that still take something.
        "live": int,
    },
)


class Audit(_AuditMust):
    """What a recount of the ledger found."""


_BecauseMay = TypedDict(
    "_BecauseMay",
    {
        # Why what may be waived is waived; for the desk.
        "override": "str | None",
        # Why, in words.
        "why": str,
    }, total=False,
)


class Because(_BecauseMay):
    """Why something is done, and perhaps why what may be waived is."""


_BreachMust = TypedDict(
    "_BreachMust",
    {
        # Other capacity for it from where it lacks; give the parts to `change`.
        "cures": "list[Cure]",
        "from": str,
        "gpu_hours": float,
        "priority": int,
        "promise": str,
        # The most GPUs that it lacks at any minute.
        "short": int,
        "state": str,
        "tenant": str,
        "until": str,
    },
)


class Breach(_BreachMust):
    """A promise that gets less than was promised, with what would cure it."""


_BreachesMust = TypedDict(
    "_BreachesMust",
    {
        # Contracts sold before.
        "contracts": "list[Late]",
        # Promises, by priority.
        "promises": "list[Breach]",
    },
)


class Breaches(_BreachesMust):
    """All that is promised and will not be there."""


_CapableMust = TypedDict(
    "_CapableMust",
    {
        # `sign` or `build`.
        "by": str,
        "gpus": int,
        "start": str,
        # The offer, or the power pool and the recipe.
        "what": str,
    },
)

_CapableMay = TypedDict(
    "_CapableMay",
    {
        "capex": "float | None",
        "price": "float | None",
    }, total=False,
)


class Capable(_CapableMust, _CapableMay):
    """What could be signed or built."""


_ChangeRequestMay = TypedDict(
    "_ChangeRequestMay",
    {
        # From when.
        "from": "str | None",
        # How many GPUs.
        "gpus": "int | None",
        # Why what may be waived is waived; for the desk.
        "override": "str | None",
        # In which pool.
        "pool": "str | None",
        # Whether only to say what it would take.
        "quote_only": bool,
        # Until when.
        "until": "str | None",
        # Why, in words.
        "why": str,
    }, total=False,
)


class ChangeRequest(_ChangeRequestMay):
    """How a promise is to be changed from the next minute on; what is left out stays."""


# What came of a change, or what it would take.
Changed: TypeAlias = "Promise | list[Part]"


_ConstraintsMay = TypedDict(
    "_ConstraintsMay",
    {
        # Types of GPU that will do; none for any.
        "accelerators": "list[str]",
        # Sites that will not do.
        "avoid": "list[str]",
        # The least joint firmness, 0.9 if nothing is said.
        "firmness": "float | None",
        # The place that the round trip is measured from.
        "latency_from": "str | None",
        # The longest round trip in milliseconds.
        "latency_ms": "float | None",
        # The smallest NVLink domain that will do, in GPUs.
        "nvlink_domain": "int | None",
        # The pool that it must be.
        "pool": "str | None",
        # The most that may be asked for a GPU-hour.
        "price_ceiling": "float | None",
        # 1 (as if nothing is said) is served first, 5 last.
        "priority": "int | None",
        # `pool` (as if nothing is said), `site` or `anywhere`: how far apart GPUs may stand.
        "together": "str | None",
        # Whether only whole racks are taken.
        "whole_racks": bool,
        # Zones that will do, each with all within it; none for any.
        "zones": "list[str]",
    }, total=False,
)


class Constraints(_ConstraintsMay):
    """What capacity must be like."""


_CureMust = TypedDict(
    "_CureMust",
    {
        "parts": "list[Part]",
        "start": str,
    },
)


class Cure(_CureMust):
    """A cure of a breach."""


_EventMust = TypedDict(
    "_EventMust",
    {
        "at": str,
        "kind": str,
        "who": str,
        "why": str,
    },
)

_EventMay = TypedDict(
    "_EventMay",
    {
        "promise": "str | None",
    }, total=False,
)


class Event(_EventMust, _EventMay):
    """An event as it is streamed."""


_FindingMust = TypedDict(
    "_FindingMust",
    {
        # The field.
        "field": str,
        # How to mend it.
        "fix": str,
        # What is wrong with it.
        "problem": str,
    },
)


class Finding(_FindingMust):
    """One field that is wrong."""


_HoldRequestMust = TypedDict(
    "_HoldRequestMust",
    {
        # For how many minutes it is held unless it is confirmed.
        "minutes": float,
    },
)

_HoldRequestMay = TypedDict(
    "_HoldRequestMay",
    {
        "constraints": "Constraints | None",
        # Why what may be waived is waived; for the desk.
        "override": "str | None",
        # Parts of an alternative.
        "parts": "list[Part]",
        # For whom; a tenant's token holds for its own.
        "tenant": "str | None",
        # Why, in words.
        "why": str,
        "wish": "Wish | None",
    }, total=False,
)


class HoldRequest(_HoldRequestMust, _HoldRequestMay):
    """What is to be set apart: parts as a quote offered them, or a wish of which the best alternative is taken."""


_LateMust = TypedDict(
    "_LateMust",
    {
        "contract": str,
        "from": str,
        "short": int,
        "tenant": str,
    },
)


class Late(_LateMust):
    """A contract sold before the desk opened that is later than it forgives."""


_LevelMust = TypedDict(
    "_LevelMust",
    {
        "firmness": float,
        "gpus": int,
    },
)


class Level(_LevelMust):
    """What is left at a level of firm supply."""


_MeMust = TypedDict(
    "_MeMust",
    {
        # Its name: who acts with it.
        "name": str,
        # `viewer`, `tenant`, `desk` or `admin`.
        "role": str,
    },
)

_MeMay = TypedDict(
    "_MeMay",
    {
        # The tenant whose it is, for the role `tenant`.
        "tenant": "str | None",
    }, total=False,
)


class Me(_MeMust, _MeMay):
    """The token that a request came with."""


_NearMust = TypedDict(
    "_NearMust",
    {
        "pool": str,
        "value": float,
    },
)


class Near(_NearMust):
    """Something near to what was asked, and where."""


_NewTokenMust = TypedDict(
    "_NewTokenMust",
    {
        "name": str,
        "role": str,
        # What to send as `Authorization: Bearer`.
        "secret": str,
    },
)


class NewToken(_NewTokenMust):
    """A token that was just made: its secret is shown here and never again."""


_PartMust = TypedDict(
    "_PartMust",
    {
        # From when.
        "from": str,
        # How many.
        "gpus": int,
        # Which pool.
        "pool": str,
        # What is paid for a GPU-hour.
        "price": float,
        # Until just before when.
        "until": str,
    },
)


class Part(_PartMust):
    """GPUs of one pool from one instant to another."""


_PoolMust = TypedDict(
    "_PoolMust",
    {
        "accelerator": str,
        "id": str,
        "nvlink_domain": int,
        # What is asked for a GPU-hour.
        "price": float,
        "rack_gpus": int,
        "site": str,
        "zones": "list[str]",
    },
)

_PoolMay = TypedDict(
    "_PoolMay",
    {
        # What a GPU-hour costs and displaces; left out for tenants.
        "floor": "float | None",
    }, total=False,
)


class Pool(_PoolMust, _PoolMay):
    """A pool."""


_PositionMust = TypedDict(
    "_PositionMust",
    {
        "committed": int,
        # GPUs in service by contract.
        "contracted": int,
        # GPUs left of each level of firm supply: long above zero, short below.
        "firm_left": "list[Level]",
        # GPUs that may still be promised by contract.
        "free": int,
        "from": str,
        "held": int,
        # GPUs that the pipeline may take, each opportunity by its chance.
        "pipeline": float,
        # GPUs of contracts sold before the desk opened.
        "sold": int,
        "until": str,
    },
)


class Position(_PositionMust):
    """A pool's position over a stretch in which nothing of it changes."""


_ProblemMust = TypedDict(
    "_ProblemMust",
    {
        # The status of the answer.
        "status": int,
        # What it is, in a few words.
        "title": str,
        # A stable name of the kind of problem.
        "type": str,
    },
)

_ProblemMay = TypedDict(
    "_ProblemMay",
    {
        # What it is here.
        "detail": str,
        # Fields that are wrong.
        "findings": "list[Finding]",
        # What speaks against it.
        "objections": "list[Against]",
    }, total=False,
)


class Problem(_ProblemMust, _ProblemMay):
    """Why a request was not done."""


_PromiseMust = TypedDict(
    "_PromiseMust",
    {
        # Its id.
        "id": str,
        # What it takes, or took.
        "parts": "list[Part]",
        # Who is served first.
        "priority": int,
        # The joint firmness that it was promised at.
        "promised_firmness": float,
        # `held`, `committed`, `lapsed`, `released` or `cancelled`.
        "state": str,
        # To whom.
        "tenant": str,
        # How often it changed: what `If-Match` names.
        "version": int,
    },
)

_PromiseMay = TypedDict(
    "_PromiseMay",
    {
        # The joint firmness that it has now; left out once it takes nothing.
        "firmness": "float | None",
        # When the hold lapses; left out once it is no hold.
        "lapses": "str | None",
    }, total=False,
)


class Promise(_PromiseMust, _PromiseMay):
    """A promise as it stands."""


_ProspectMust = TypedDict(
    "_ProspectMust",
    {
        # Chance of closing.
        "chance": float,
        # From when.
        "from": str,
        # GPUs that it would take.
        "gpus": int,
        # Who may come.
        "party": str,
        # Until just before when.
        "until": str,
    },
)

_ProspectMay = TypedDict(
    "_ProspectMay",
    {
        # Until when others are refused what it may claim, if it has such a right.
        "first_refusal_until": "str | None",
        # The pool that would serve it, if that is known.
        "pool": "str | None",
    }, total=False,
)


class Prospect(_ProspectMust, _ProspectMay):
    """An opportunity."""


_QuoteMust = TypedDict(
    "_QuoteMust",
    {
        # Whether there is an alternative.
        "is_offered": bool,
        # What joint firmness the alternatives are screened for, pool by pool.
        "screened_for": float,
    },
)

_QuoteMay = TypedDict(
    "_QuoteMay",
    {
        # Ways to serve it, the best first.
        "alternatives": "list[Alternative]",
        "refusal": "Refusal | None",
    }, total=False,
)


class Quote(_QuoteMust, _QuoteMay):
    """The answer to a wish."""


_ReasonMust = TypedDict(
    "_ReasonMust",
    {
        "pool": str,
        "reason": str,
    },
)


class Reason(_ReasonMust):
    """Why a pool does not serve."""


_RefusalMust = TypedDict(
    "_RefusalMust",
    {
        # Why each pool does not serve.
        "reasons": "list[Reason]",
    },
)

_RefusalMay = TypedDict(
    "_RefusalMay",
    {
        # What could be signed or built to serve it; left out for tenants.
        "capable": "list[Capable]",
        # When it would fit at the earliest.
        "earliest_possible": "str | None",
        "fewer_gpus": "Near | None",
        "fewer_hours": "Near | None",
        "less_firm": "Near | None",
    }, total=False,
)


class Refusal(_RefusalMust, _RefusalMay):
    """Why a wish cannot be served, and what comes nearest."""


_SettingsMay = TypedDict(
    "_SettingsMay",
    {
        # A commitment worth more is confirmed only once a second person approved it; none if left out.
        "approval_above": "float | None",
    }, total=False,
)


class Settings(_SettingsMay):
    """What holds for the whole desk."""


_SupplyMust = TypedDict(
    "_SupplyMust",
    {
        "currency": str,
        "paths": int,
        "pools": int,
        # Which assess of which book.
        "study": str,
    },
)


class Supply(_SupplyMust):
    """The supply that was published last."""


_TenantRequestMust = TypedDict(
    "_TenantRequestMust",
    {
        # Its name for people.
        "name": str,
    },
)

_TenantRequestMay = TypedDict(
    "_TenantRequestMay",
    {
        # The most that its promises may be worth from now to their ends.
        "credit_limit": "float | None",
        # What it pays at least for a GPU-hour, by accelerator.
        "floors": "dict[str, float]",
        # The most GPUs that it may have at any minute.
        "quota": "int | None",
    }, total=False,
)


class TenantRequest(_TenantRequestMust, _TenantRequestMay):
    """What is to hold for a tenant."""


_TenantMust = TypedDict(
    "_TenantMust",
    {
        # What its promises are worth from now to their ends.
        "exposure": float,
        "id": str,
        "name": str,
    },
)

_TenantMay = TypedDict(
    "_TenantMay",
    {
        "credit_limit": "float | None",
        "quota": "int | None",
    }, total=False,
)


class Tenant(_TenantMust, _TenantMay):
    """A tenant, with what its promises are worth."""


_TokenRequestMust = TypedDict(
    "_TokenRequestMust",
    {
        # Its name, new and unique: who acts with it.
        "name": str,
        # `viewer`, `tenant`, `desk` or `admin`.
        "role": str,
    },
)

_TokenRequestMay = TypedDict(
    "_TokenRequestMay",
    {
        # The tenant whose it is, for the role `tenant`.
        "tenant": "str | None",
    }, total=False,
)


class TokenRequest(_TokenRequestMust, _TokenRequestMay):
    """A token that is to be made."""


_TokenMust = TypedDict(
    "_TokenMust",
    {
        "made": str,
        "name": str,
        "role": str,
    },
)

_TokenMay = TypedDict(
    "_TokenMay",
    {
        "barred": "str | None",
        "tenant": "str | None",
    }, total=False,
)


class Token(_TokenMust, _TokenMay):
    """A token, without its secret."""


_WishMust = TypedDict(
    "_WishMust",
    {
        # The first instant at which it may start.
        "earliest": str,
        # How many GPUs.
        "gpus": int,
        # For how many hours.
        "hours": float,
    },
)

_WishMay = TypedDict(
    "_WishMay",
    {
        # How many alternatives at most, 3 if nothing is said.
        "alternatives": "int | None",
        # `start` (as if nothing is said), `price` or `firmness`: which alternatives come first.
        "by": "str | None",
        # What the capacity must be like.
        "constraints": "Constraints",
        # Whether each alternative is to come with its joint firmness.
        "joint": bool,
        # The last instant at which it may start; the first if nothing is said.
        "latest": "str | None",
        # For whom; a tenant's token asks for its own.
        "tenant": "str | None",
    }, total=False,
)


class Wish(_WishMust, _WishMay):
    """Capacity that is asked for."""


_NamedProspectMust = TypedDict(
    "_NamedProspectMust",
    {
        "id": str,
    },
)


class NamedProspect(Prospect, _NamedProspectMust):
    """An opportunity with its id."""


class Desk(Client):
    """A desk that is spoken to."""

    def audit(self, *, key: str | None = None) -> Audit:
        """Recounts the ledger from its first event with arithmetic of its own."""
        return cast("Audit", self._json("POST", "/v1/audit", key=key))

    def book(self) -> Supply:
        """Shows which supply is in force."""
        return cast("Supply", self._json("GET", "/v1/book"))

    def publish(self, body: Because | None = None, *, key: str | None = None) -> Supply:
        """Reads the book that the desk was started with again, assesses it and publishes its supply; refused when promises
would no longer fit, unless that is overridden."""
        return cast("Supply", self._json("POST", "/v1/book", body=body or {}, key=key))

    def breaches(self) -> Breaches:
        """Lists what is promised and will not be there, with what would cure it."""
        return cast("Breaches", self._json("GET", "/v1/breaches"))

    def commitments(self, *, limit: int | None = None) -> Iterator[Promise]:
        """Lists commitments that have not ended."""
        return self._pages("/v1/commitments", {"limit": limit})

    def events(self) -> Iterator[Event]:
        """Streams what happens from now on, as server-sent events; a tenant hears of its own promises alone."""
        return self._events("/v1/events")

    def holds(self, *, limit: int | None = None) -> Iterator[Promise]:
        """Lists holds."""
        return self._pages("/v1/holds", {"limit": limit})

    def hold(self, body: HoldRequest, *, key: str | None = None) -> Promise:
        """Sets capacity apart for a while."""
        return cast("Promise", self._json("POST", "/v1/holds", body=body, key=key))

    def me(self) -> Me:
        """Says whose token it is, and what it may do."""
        return cast("Me", self._json("GET", "/v1/me"))

    def pipeline(self) -> list[NamedProspect]:
        """Lists the pipeline."""
        return cast("list[NamedProspect]", self._json("GET", "/v1/pipeline"))

    def put_prospect(self, id: str, body: Prospect, *, key: str | None = None) -> NamedProspect:
        """Enters an opportunity, or changes one; it holds nothing."""
        return cast("NamedProspect", self._json("PUT", f"/v1/pipeline/{_in_path(id)}", body=body, key=key))

    def delete_prospect(self, id: str, *, key: str | None = None) -> None:
        """Forgets an opportunity."""
        self._send("DELETE", f"/v1/pipeline/{_in_path(id)}", key=key)

    def pools(self, *, limit: int | None = None) -> Iterator[Pool]:
        """Lists the pools that the asker may use."""
        return self._pages("/v1/pools", {"limit": limit})

    def position(self, id: str, *, from_: str | None = None, until: str | None = None) -> list[Position]:
        """Shows what of a pool is there, promised and left, stretch by stretch."""
        return cast("list[Position]", self._json("GET", f"/v1/pools/{_in_path(id)}/position", query={"from": from_, "until": until}))

    def promise(self, id: str) -> Promise:
        """Shows a promise."""
        return cast("Promise", self._json("GET", f"/v1/promises/{_in_path(id)}"))

    def approve(self, id: str, body: Because | None = None, *, key: str | None = None, if_match: int | None = None) -> Promise:
        """Approves a hold as the second person."""
        return cast("Promise", self._json("POST", f"/v1/promises/{_in_path(id)}/approve", body=body or {}, key=key, if_match=if_match))

    def cancel(self, id: str, body: Because | None = None, *, key: str | None = None, if_match: int | None = None) -> Promise:
        """Ends a promise, by the desk."""
        return cast("Promise", self._json("POST", f"/v1/promises/{_in_path(id)}/cancel", body=body or {}, key=key, if_match=if_match))

    def change(self, id: str, body: ChangeRequest | None = None, *, key: str | None = None, if_match: int | None = None) -> Changed:
        """Grows, shrinks, extends or moves a promise in one step, or says what that would take."""
        return cast("Changed", self._json("POST", f"/v1/promises/{_in_path(id)}/change", body=body or {}, key=key, if_match=if_match))

    def confirm(self, id: str, body: Because | None = None, *, key: str | None = None, if_match: int | None = None) -> Promise:
        """Makes a hold a commitment."""
        return cast("Promise", self._json("POST", f"/v1/promises/{_in_path(id)}/confirm", body=body or {}, key=key, if_match=if_match))

    def release(self, id: str, body: Because | None = None, *, key: str | None = None, if_match: int | None = None) -> Promise:
        """Gives a hold, or what is left of a commitment, back."""
        return cast("Promise", self._json("POST", f"/v1/promises/{_in_path(id)}/release", body=body or {}, key=key, if_match=if_match))

    def quote(self, body: Wish, *, key: str | None = None) -> Quote:
        """Says in what ways a wish could be served; promises nothing."""
        return cast("Quote", self._json("POST", "/v1/quotes", body=body, key=key))

    def settings(self) -> Settings:
        """Shows the settings."""
        return cast("Settings", self._json("GET", "/v1/settings"))

    def put_settings(self, body: Settings | None = None, *, key: str | None = None) -> Settings:
        """Changes the settings."""
        return cast("Settings", self._json("PUT", "/v1/settings", body=body or {}, key=key))

    def tenants(self, *, limit: int | None = None) -> Iterator[Tenant]:
        """Lists the tenants that the asker may see: itself, for a tenant."""
        return self._pages("/v1/tenants", {"limit": limit})

    def put_tenant(self, id: str, body: TenantRequest, *, key: str | None = None) -> Tenant:
        """Enters a tenant, or changes one."""
        return cast("Tenant", self._json("PUT", f"/v1/tenants/{_in_path(id)}", body=body, key=key))

    def tokens(self) -> list[Token]:
        """Lists tokens, barred ones too."""
        return cast("list[Token]", self._json("GET", "/v1/tokens"))

    def make_token(self, body: TokenRequest, *, key: str | None = None) -> NewToken:
        """Makes a token and shows its secret, this once."""
        return cast("NewToken", self._json("POST", "/v1/tokens", body=body, key=key, is_once=True))

    def bar_token(self, name: str, *, key: str | None = None) -> None:
        """Bars a token."""
        self._send("DELETE", f"/v1/tokens/{_in_path(name)}", key=key)
