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
        # Firmnesses that events say.
        "claims": int,
        # Those of them that were counted anew: under the supply that is in force, as far as a few seconds reach.
        "claims_recounted": int,
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
        # Other capacity for it from where it lacks; give the parts to `change`. For the first 500 of the list.
        "cures": "list[Cure]",
        # From when it lacks something; of one that is softer, from when something of it is left.
        "from": str,
        # GPU-hours that it lacks by contract.
        "gpu_hours": float,
        # `short`: contracted supply no longer holds it. `softer`: it does, and the promise is less firm than it was promised.
        "kind": str,
        "priority": int,
        "promise": str,
        # What is broken, in words: `firmness fell from 0.93 to 0.71`.
        "says": str,
        # The most GPUs that it lacks at any minute by contract.
        "short": int,
        "state": str,
        "tenant": str,
        "until": str,
    },
)

_BreachMay = TypedDict(
    "_BreachMay",
    {
        # The joint firmness of what is left of it, of one that is softer.
        "firmness": "float | None",
        # The joint firmness that it was promised at, of one that is softer.
        "promised_firmness": "float | None",
    }, total=False,
)


class Breach(_BreachMust, _BreachMay):
    """A promise that gets less than was promised or is less firm, with what would cure it."""


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
    """All that is promised and will not be there, or not as probably."""


_CalendarMust = TypedDict(
    "_CalendarMust",
    {
        # The level of firm supply that is shown.
        "firmness": float,
        # By pool.
        "pools": "list[Row]",
        # First instant of each step.
        "starts": "list[str]",
        # End of the last.
        "until": str,
    },
)


class Calendar(_CalendarMust):
    """What is free of every pool that the asker may use."""


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


_ChangeQuoteMust = TypedDict(
    "_ChangeQuoteMust",
    {
        # Probability that it is kept over all its pools and months.
        "joint": float,
        # What speaks against it; none where it can be done as it is.
        "objections": "list[Against]",
        # What it would take from the next minute on.
        "parts": "list[Part]",
        # Money for that.
        "total": float,
        # Money for what it takes now from the next minute on.
        "total_before": float,
    },
)


class ChangeQuote(_ChangeQuoteMust):
    """What a change would take. Nothing is changed yet."""


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


_ChangeMust = TypedDict(
    "_ChangeMust",
    {
        # `added`, `removed` or `changed`.
        "happened": str,
        "id": str,
        "table": str,
        "values": "list[ValueChange]",
    },
)

_ChangeMay = TypedDict(
    "_ChangeMay",
    {
        # Its name for people, if it has one.
        "name": "str | None",
    }, total=False,
)


class Change(_ChangeMust, _ChangeMay):
    """A thing that is not the same."""


# What came of a change, or what it would take.
Changed: TypeAlias = "Promise | ChangeQuote"


_ConstraintsMay = TypedDict(
    "_ConstraintsMay",
    {
        # Types of GPU that will do; none for any.
        "accelerators": "list[str]",
        # Sites that will not do.
        "avoid": "list[str]",
        # Zones that will not do, each with all within it.
        "avoid_zones": "list[str]",
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
        # 1 is served first, 5 last; the best that the tenant may ask for if nothing is said.
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

_CureMay = TypedDict(
    "_CureMay",
    {
        # Probability that it is kept over all its pools and months, where that was lacking.
        "joint": "float | None",
    }, total=False,
)


class Cure(_CureMust, _CureMay):
    """A cure of a breach."""


_DifferenceMust = TypedDict(
    "_DifferenceMust",
    {
        # The second.
        "after": "Version",
        # The first version.
        "before": "Version",
        # Things that are not the same.
        "changes": "list[Change]",
    },
)


class Difference(_DifferenceMust):
    """What is not the same in two versions."""


_EditMust = TypedDict(
    "_EditMust",
    {
        # The kind of thing, as `tranche`; `book` for the top of the book.
        "table": str,
    },
)

_EditMay = TypedDict(
    "_EditMay",
    {
        # The key, as `late.grace`; left out to take out the whole thing.
        "field": "str | None",
        # Its id, as `iren-childress.horizon-1`; empty for kinds of which there is one.
        "id": str,
        # How far to trust it, as `press`; empty to take that out, left out to let it be.
        "mark": "str | None",
        # The id of its source; empty to take that out, left out to let it be.
        "source": "str | None",
        # What it is to be: text as the file would have it (`200 MW`), a number, a list of texts, yes or no; left out or
        # null to take it out.
        "value": Any,
    }, total=False,
)


class Edit(_EditMust, _EditMay):
    """One edit: a value set or taken out; without a field, a thing taken out. A thing that is not there yet is added."""


_EditRequestMust = TypedDict(
    "_EditRequestMust",
    {
        # What is to be changed.
        "edits": "list[Edit]",
    },
)

_EditRequestMay = TypedDict(
    "_EditRequestMay",
    {
        # Whether they are only to be checked, and nothing kept.
        "check_only": bool,
        # Why, in words.
        "why": str,
    }, total=False,
)


class EditRequest(_EditRequestMust, _EditRequestMay):
    """Edits that are to be kept as the newest version."""


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


_FileMust = TypedDict(
    "_FileMust",
    {
        "name": str,
        # Its text.
        "text": str,
    },
)


class File(_FileMust):
    """A file of a book."""


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

_FindingMay = TypedDict(
    "_FindingMay",
    {
        # The file of the book that it stands in.
        "file": "str | None",
        # The line, from 1; left out when the whole file is meant.
        "line": "int | None",
        # The rule of the book that found it.
        "rule": "str | None",
        # `error` or `warning`, of a finding in a book.
        "severity": "str | None",
    }, total=False,
)


class Finding(_FindingMust, _FindingMay):
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


_ImportRequestMust = TypedDict(
    "_ImportRequestMust",
    {
        # The text of each file (TOML and CSV) by its name; parts of a path are parted by `/`.
        "files": "dict[str, str]",
    },
)

_ImportRequestMay = TypedDict(
    "_ImportRequestMay",
    {
        # Whether it is only to be checked, and nothing kept.
        "check_only": bool,
        # The file or folder to begin with; all of them if nothing is said.
        "entry": str,
        # Why, in words.
        "why": str,
    }, total=False,
)


class ImportRequest(_ImportRequestMust, _ImportRequestMay):
    """A book that is to be kept as the newest version."""


_JobFileMust = TypedDict(
    "_JobFileMust",
    {
        # Its name: what to ask `/files/{name}` for.
        "name": str,
        # Bytes.
        "size": int,
    },
)


class JobFile(_JobFileMust):
    """A file that came of a job."""


_JobRequestMust = TypedDict(
    "_JobRequestMust",
    {
        # `check`, `assess`, `stress`, `value`, `calendar`, `offer`, `plan` or `study`.
        "kind": str,
    },
)

_JobRequestMay = TypedDict(
    "_JobRequestMay",
    {
        # The version of the book: an id, its first digits, `newest` or `published`; if nothing is said, the published one,
        # or the newest where none is.
        "book": "str | None",
        # What is changed on top of the version, for this run alone.
        "changes": "list[Edit]",
        # The command's own options by name, as `{"samples": 500, "quick": true}`.
        "options": "dict[str, Any]",
    }, total=False,
)


class JobRequest(_JobRequestMust, _JobRequestMay):
    """A run of a command that is asked for."""


_JobMust = TypedDict(
    "_JobMust",
    {
        # The version of the book, by its id.
        "book": str,
        # What is changed on top of the version.
        "changes": "list[Any]",
        # What it does now.
        "doing": str,
        # Its id.
        "id": str,
        # Whether somebody wants it ended.
        "is_cancelled": bool,
        # The command.
        "kind": str,
        # When.
        "made": str,
        # The command's options.
        "options": "dict[str, Any]",
        # How far it is, from 0 to 1.
        "progress": float,
        # `queued`, `running`, `done`, `failed` or `cancelled`.
        "state": str,
        # How often it was begun: more than once where its server died.
        "tries": int,
        # Who asked for it.
        "who": str,
    },
)

_JobMay = TypedDict(
    "_JobMay",
    {
        # When it was begun last.
        "begun": "str | None",
        # When it ended.
        "ended": "str | None",
        # Why it failed.
        "error": "str | None",
        # The command's exit code: 0 it holds, 1 it does not, 2 the input is wrong.
        "exit": "int | None",
        # What came of it; left out in lists.
        "files": "list[JobFile] | None",
        # What can be done about that.
        "hint": "str | None",
        # Whether it was there before: the same command on the same book came to a result, or will.
        "reused": "bool | None",
    }, total=False,
)


class Job(_JobMust, _JobMay):
    """A run of a command."""


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


_PublishRequestMay = TypedDict(
    "_PublishRequestMay",
    {
        # Why what may be waived is waived.
        "override": "str | None",
        # The version of the book; left out, the book on the disk of the desk is read again, kept as the newest version and
        # published.
        "version": "str | None",
        # Why, in words.
        "why": str,
    }, total=False,
)


class PublishRequest(_PublishRequestMay):
    """What is to be published."""


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


_ReasonMay = TypedDict(
    "_ReasonMay",
    {
        # Why, in words.
        "why": str,
    }, total=False,
)


class Reason(_ReasonMay):
    """Why something is done."""


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


_RowMust = TypedDict(
    "_RowMust",
    {
        "accelerator": str,
        # GPUs free all through each step of the level of firm supply.
        "firm": "list[int]",
        # GPUs free all through each step by contract; below zero where too many are promised.
        "free": "list[int]",
        "id": str,
        "site": str,
        # The most GPUs that are under contract at any time.
        "size": int,
    },
)


class Row(_RowMust):
    """What is free of one pool."""


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
        # Pools that the asker may use.
        "pools": int,
        # Which assess of which book.
        "study": str,
    },
)

_SupplyMay = TypedDict(
    "_SupplyMay",
    {
        # The version of the book that it was made of; left out where none was kept.
        "book": str,
    }, total=False,
)


class Supply(_SupplyMust, _SupplyMay):
    """The supply that was published last."""


_TableMust = TypedDict(
    "_TableMust",
    {
        # What such a thing is.
        "about": str,
        # What identifies one, in order; none for kinds of which there is one.
        "ids": "list[str]",
        "rows": "list[Thing]",
        # The kind, as `tranche`; `book` for the top of the book.
        "table": str,
    },
)


class Table(_TableMust):
    """The things of one kind."""


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
        # The best priority that it may ask for, and gets when it asks for none: 1 (served first) if nothing is said, to 5.
        "best_priority": "int | None",
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
        # The best priority that it may ask for, and gets when it asks for none.
        "best_priority": int,
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


_ThingMust = TypedDict(
    "_ThingMust",
    {
        # Its id, as edits name it.
        "id": str,
        # Its values, those that are written first.
        "values": "list[Value]",
    },
)

_ThingMay = TypedDict(
    "_ThingMay",
    {
        # Where it is written, as `file:line`; left out for what was made to stand in.
        "place": "str | None",
    }, total=False,
)


class Thing(_ThingMust, _ThingMay):
    """A thing."""


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


_ToldMust = TypedDict(
    "_ToldMust",
    {
        # What the study is: enough to make it again.
        "about": "list[ToldFact]",
        # Parts that were not run.
        "absent": "list[ToldAbsent]",
        "figures": "list[ToldShown]",
        "how": "list[ToldDefinition]",
        "keys": "list[ToldKey]",
        # As known on which day, over which, from how many futures.
        "known": str,
        "questions": "list[ToldQuestion]",
        "sources": "list[ToldSource]",
        "tables": "list[ToldTable]",
        # What the book is about.
        "title": str,
    },
)

_ToldMay = TypedDict(
    "_ToldMay",
    {
        "verdict": "ToldVerdict | None",
    }, total=False,
)


class Told(_ToldMust, _ToldMay):
    """All that a study says."""


_ToldAbsentMust = TypedDict(
    "_ToldAbsentMust",
    {
        # What it would have asked.
        "about": str,
        "part": str,
    },
)


class ToldAbsent(_ToldAbsentMust):
    """A part that was not run."""


_ToldDefinitionMust = TypedDict(
    "_ToldDefinitionMust",
    {
        "id": str,
        "name": str,
        # The field's term, or nothing.
        "term": str,
        "text": str,
    },
)


class ToldDefinition(_ToldDefinitionMust):
    """How a number is made."""


_ToldFactMust = TypedDict(
    "_ToldFactMust",
    {
        "name": str,
        "text": str,
    },
)


class ToldFact(_ToldFactMust):
    """Something to know of the study."""


_ToldFigureMust = TypedDict(
    "_ToldFigureMust",
    {
        # What a picture would show, for who does not see it.
        "alt": str,
        # What the script draws from; `null` for a figure that is a table alone.
        "data": "dict[str, Any]",
        # The same numbers as tables.
        "table": str,
        # Its heading: what is seen.
        "title": str,
        # The definition that its numbers have.
        "why": str,
        # What to see in it, in HTML.
        "words": str,
    },
)


class ToldFigure(_ToldFigureMust):
    """One figure of the page."""


_ToldKeyMust = TypedDict(
    "_ToldKeyMust",
    {
        "name": str,
        # HTML.
        "number": str,
        "unit": str,
    },
)


class ToldKey(_ToldKeyMust):
    """A figure that people ask for first."""


_ToldQuestionMust = TypedDict(
    "_ToldQuestionMust",
    {
        # HTML.
        "answer": str,
        "asks": str,
        # Ids of the figures that show it.
        "see": "list[str]",
        "who": str,
    },
)


class ToldQuestion(_ToldQuestionMust):
    """A question with its answer."""


_ToldSourceMust = TypedDict(
    "_ToldSourceMust",
    {
        "id": str,
        # Publisher, date and address, as far as they are known.
        "said": str,
        "title": str,
    },
)


class ToldSource(_ToldSourceMust):
    """Where words of the book come from."""


_ToldTableMust = TypedDict(
    "_ToldTableMust",
    {
        "html": str,
        "id": str,
    },
)


class ToldTable(_ToldTableMust):
    """A table that is no figure's."""


_ToldVerdictMust = TypedDict(
    "_ToldVerdictMust",
    {
        "tone": str,
        "word": str,
    },
)


class ToldVerdict(_ToldVerdictMust):
    """ToldVerdict"""


_TrialMust = TypedDict(
    "_TrialMust",
    {
        # Whether the message was taken; if so, a hook that was given up goes on.
        "is_taken": bool,
    },
)

_TrialMay = TypedDict(
    "_TrialMay",
    {
        # Why not.
        "problem": "str | None",
    }, total=False,
)


class Trial(_TrialMust, _TrialMay):
    """What came of a trial."""


_ValueChangeMust = TypedDict(
    "_ValueChangeMust",
    {
        "field": str,
        # `added`, `removed`, `changed`, or `retold` where only mark, source or range are others.
        "happened": str,
        # Whether either version writes it, and not a default alone.
        "is_written": bool,
    },
)

_ValueChangeMay = TypedDict(
    "_ValueChangeMay",
    {
        "after": "Value | None",
        "before": "Value | None",
    }, total=False,
)


class ValueChange(_ValueChangeMust, _ValueChangeMay):
    """A value that is not the same."""


_ValueMust = TypedDict(
    "_ValueMust",
    {
        # Its key within the thing.
        "field": str,
        # How far to trust it: `filing`, `press`, `weak`, `derived`, `unverified`, `judgement`, or `default` where the file
        # says nothing.
        "mark": str,
        # What it is.
        "text": str,
    },
)

_ValueMay = TypedDict(
    "_ValueMay",
    {
        # The other end.
        "high": "str | None",
        # What a judgement is moved between.
        "low": "str | None",
        # The formula of a derived value, a remark, or where a default comes from.
        "note": "str | None",
        # Its number, where it begins with one.
        "number": "float | None",
        # Where it is written, as `file:line`; left out for a default.
        "place": "str | None",
        # The id of its source.
        "source": "str | None",
        # Its unit, where it has one.
        "unit": "str | None",
    }, total=False,
)


class Value(_ValueMust, _ValueMay):
    """A value, as the file has it or as the default reads."""


_VersionMust = TypedDict(
    "_VersionMust",
    {
        # The day whose knowledge it holds.
        "as_of": str,
        # When it was kept.
        "at": str,
        # Its id, a hash of its files: equal books have equal ids.
        "id": str,
        # Whether it is the newest.
        "is_newest": bool,
        # Whether the desk's supply was made of it.
        "is_published": bool,
        # Its place among all versions: 1 for the first.
        "number": int,
        # The book's title.
        "title": str,
        # Who kept it.
        "who": str,
        # Why.
        "why": str,
    },
)

_VersionMay = TypedDict(
    "_VersionMay",
    {
        # Warnings; only where it was read to answer.
        "findings": "list[Finding] | None",
        # The version that it was made from; left out for one that came from outside.
        "parent": "str | None",
    }, total=False,
)


class Version(_VersionMust, _VersionMay):
    """A version of the book."""


_WebhookRequestMust = TypedDict(
    "_WebhookRequestMust",
    {
        # Where to send it: http or https, on the public internet unless the desk was told otherwise.
        "url": str,
    },
)

_WebhookRequestMay = TypedDict(
    "_WebhookRequestMay",
    {
        # Kinds of event as `GET /v1/events` names them; all if nothing is said.
        "kinds": "list[str]",
    }, total=False,
)


class WebhookRequest(_WebhookRequestMust, _WebhookRequestMay):
    """Who wants to be told of what."""


_WebhookMust = TypedDict(
    "_WebhookMust",
    {
        # Tries in a row that came to nothing.
        "failures": int,
        "id": str,
        # Kinds of event that it hears; all if empty.
        "kinds": "list[str]",
        "made": str,
        # The name of the token that asked for it.
        "made_by": str,
        # `active`; `retrying` while tries come to nothing; `failing` once it was given up; `barred` with the token that made it.
        "state": str,
        "url": str,
    },
)

_WebhookMay = TypedDict(
    "_WebhookMay",
    {
        # When it last took a message.
        "last_taken": "str | None",
        # When the next try is.
        "next_try": "str | None",
        # Why the last try came to nothing.
        "problem": str,
        # Whose events it hears; left out for all.
        "tenant": "str | None",
    }, total=False,
)


class Webhook(_WebhookMust, _WebhookMay):
    """A webhook, without its secret."""


_WhatIfRequestMay = TypedDict(
    "_WhatIfRequestMay",
    {
        # The version of the book, as a job names it.
        "book": "str | None",
        # What is changed on top of it.
        "changes": "list[Edit]",
        # Whether months and quarters come along, to draw them.
        "picture": bool,
        # How many futures, 16 if nothing is said, 8 at least, 2,000 at most.
        "samples": "int | None",
        # Seed of the futures, 1 if nothing is said.
        "seed": "int | None",
        # Names what one person looks at: a question takes the place of the one before of the same token and session.
        "session": str,
    }, total=False,
)


class WhatIfRequest(_WhatIfRequestMay):
    """A question."""


_WishMust = TypedDict(
    "_WishMust",
    {
        # The first instant at which it may start.
        "earliest": str,
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
        # How many GPUs; left out where tokens are asked for.
        "gpus": "int | None",
        # For how many hours at least: where all of them cannot be had, as many as can. All if nothing is said.
        "hours_at_least": "float | None",
        # Whether each alternative is to come with its joint firmness.
        "joint": bool,
        # The last instant at which it may start; the first if nothing is said.
        "latest": "str | None",
        # For whom; a tenant's token asks for its own.
        "tenant": "str | None",
        # How many tokens a second in all, in place of GPUs: as many of each type are quoted as do them.
        "tokens_per_second": "float | None",
        # Tokens a second that each user of a model has to see at least; any if nothing is said.
        "tokens_per_user": "float | None",
        # What makes the tokens: a workload of the book, at its own target, or a model of its catalog.
        "work": "str | None",
    }, total=False,
)


class Wish(_WishMust, _WishMay):
    """Capacity that is asked for."""


_BookMust = TypedDict(
    "_BookMust",
    {
        # The files as they are written.
        "files": "list[File]",
        # What holds, by kind of thing.
        "tables": "list[Table]",
    },
)


class Book(Version, _BookMust):
    """A version of the book with all that is in it."""


_NamedProspectMust = TypedDict(
    "_NamedProspectMust",
    {
        "id": str,
    },
)


class NamedProspect(Prospect, _NamedProspectMust):
    """An opportunity with its id."""


_NewWebhookMust = TypedDict(
    "_NewWebhookMust",
    {
        # What its messages are signed with, as Standard Webhooks says.
        "secret": str,
    },
)


class NewWebhook(Webhook, _NewWebhookMust):
    """A webhook that was just made: its secret is shown here and never again."""


_ToldShownMust = TypedDict(
    "_ToldShownMust",
    {
        "id": str,
    },
)


class ToldShown(ToldFigure, _ToldShownMust):
    """A figure with its id."""


_WhatIfMust = TypedDict(
    "_WhatIfMust",
    {
        # The version of the book, by its id.
        "book": str,
        # Futures that were drawn.
        "samples": int,
        # Their seed.
        "seed": int,
    },
)


class WhatIf(_WhatIfMust):
    """An answer."""


class Desk(Client):
    """A desk that is spoken to."""

    def audit(self, *, key: str | None = None) -> Audit:
        """Recounts the ledger from its first event with arithmetic of its own."""
        return cast("Audit", self._json("POST", "/v1/audit", key=key))

    def book(self) -> Supply:
        """Shows which supply is in force."""
        return cast("Supply", self._json("GET", "/v1/book"))

    def publish(self, body: PublishRequest | None = None, *, key: str | None = None) -> Supply:
        """Assesses a version of the book and publishes its supply; refused when promises would no longer fit, unless that is
overridden."""
        return cast("Supply", self._json("POST", "/v1/book", body=body or {}, key=key))

    def books(self, *, limit: int | None = None) -> Iterator[Version]:
        """Lists the versions of the book, the newest first; the `ETag` is the newest's."""
        return self._pages("/v1/books", {"limit": limit})

    def import_book(self, body: ImportRequest, *, if_match: int | str | None = None, key: str | None = None) -> Version:
        """Keeps a book as the newest version, if nothing in it is wrong; all that is comes back. It supplies nothing until it
is published."""
        return cast("Version", self._json("POST", "/v1/books", body=body, key=key, if_match=if_match))

    def book_version(self, id: str) -> Book:
        """Shows a version with its tables, values, sources, marks and files."""
        return cast("Book", self._json("GET", f"/v1/books/{_in_path(id)}"))

    def book_diff(self, id: str, other: str) -> Difference:
        """Shows what is not the same in two versions."""
        return cast("Difference", self._json("GET", f"/v1/books/{_in_path(id)}/diff/{_in_path(other)}"))

    def edit_book(self, id: str, body: EditRequest, *, if_match: int | str, key: str | None = None) -> Version:
        """Edits a version in the text of its files, and keeps what comes of it as the newest if nothing in it is wrong."""
        return cast("Version", self._json("POST", f"/v1/books/{_in_path(id)}/edits", body=body, key=key, if_match=if_match))

    def take_back_book(self, id: str, body: Reason | None = None, *, if_match: int | str, key: str | None = None) -> Version:
        """Keeps an older version as the newest: what came after it is taken back, and stays in the list."""
        return cast("Version", self._json("POST", f"/v1/books/{_in_path(id)}/take-back", body=body or {}, key=key, if_match=if_match))

    def breaches(self) -> Breaches:
        """Lists what is promised and will not be there, or not as probably, with what would cure it."""
        return cast("Breaches", self._json("GET", "/v1/breaches"))

    def calendar(self, *, from_: str | None = None, until: str | None = None, steps: int | None = None, firmness: float | None = None) -> Calendar:
        """Shows what is free of every pool over a window of time."""
        return cast("Calendar", self._json("GET", "/v1/calendar", query={"from": from_, "until": until, "steps": steps, "firmness": firmness}))

    def commitments(self, *, limit: int | None = None) -> Iterator[Promise]:
        """Lists commitments that have not ended."""
        return self._pages("/v1/commitments", {"limit": limit})

    def events(self) -> Iterator[Event]:
        """Streams what happens from now on, as server-sent events; a tenant hears of its own promises alone."""
        return self._events("/v1/events")

    def export(self, file: str) -> bytes:
        """Gives out a table of the ledger: `events`, `commitments`, `holds`, `positions`, or `focus` (commitments as rows of
FOCUS 1.3), each as `.csv` and `.parquet`. A tenant gets its own alone."""
        return self._send("GET", f"/v1/export/{_in_path(file)}")

    def holds(self, *, limit: int | None = None) -> Iterator[Promise]:
        """Lists holds."""
        return self._pages("/v1/holds", {"limit": limit})

    def hold(self, body: HoldRequest, *, key: str | None = None) -> Promise:
        """Sets capacity apart for a while."""
        return cast("Promise", self._json("POST", "/v1/holds", body=body, key=key))

    def jobs(self, *, limit: int | None = None) -> Iterator[Job]:
        """Lists runs, the newest first."""
        return self._pages("/v1/jobs", {"limit": limit})

    def start_job(self, body: JobRequest, *, key: str | None = None) -> Job:
        """Asks for a run of a command on a version of the book. What the same command came to on the same book is not run again."""
        return cast("Job", self._json("POST", "/v1/jobs", body=body, key=key))

    def job(self, id: str) -> Job:
        """Shows a run: how far it is, and what came of it."""
        return cast("Job", self._json("GET", f"/v1/jobs/{_in_path(id)}"))

    def delete_job(self, id: str, *, key: str | None = None) -> None:
        """Removes a run that has ended, with all that came of it."""
        self._send("DELETE", f"/v1/jobs/{_in_path(id)}", key=key)

    def cancel_job(self, id: str, *, key: str | None = None) -> Job:
        """Ends a run."""
        return cast("Job", self._json("POST", f"/v1/jobs/{_in_path(id)}/cancel", key=key))

    def job_events(self, id: str) -> Iterator[Job]:
        """Streams how far a run is, as server-sent events named `progress`, until it has ended."""
        return self._events(f"/v1/jobs/{_in_path(id)}/events")

    def job_files(self, id: str) -> list[JobFile]:
        """Lists the files that came of a run."""
        return cast("list[JobFile]", self._json("GET", f"/v1/jobs/{_in_path(id)}/files"))

    def job_file(self, id: str, name: str) -> bytes:
        """Returns a file that came of a run."""
        return self._send("GET", f"/v1/jobs/{_in_path(id)}/files/{_in_path(name)}")

    def job_report(self, id: str) -> Told:
        """Returns the report of a run: its answers in words, tables, and the data of its pictures, as `report.html` has them."""
        return cast("Told", self._json("GET", f"/v1/jobs/{_in_path(id)}/report"))

    def job_result(self, id: str) -> Any:
        """Returns the result: what the command prints with `--json`."""
        return cast("Any", self._json("GET", f"/v1/jobs/{_in_path(id)}/result"))

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

    def approve(self, id: str, body: Because | None = None, *, if_match: int | str | None = None, key: str | None = None) -> Promise:
        """Approves a hold as the second person."""
        return cast("Promise", self._json("POST", f"/v1/promises/{_in_path(id)}/approve", body=body or {}, key=key, if_match=if_match))

    def cancel(self, id: str, body: Because | None = None, *, if_match: int | str | None = None, key: str | None = None) -> Promise:
        """Ends a promise, by the desk."""
        return cast("Promise", self._json("POST", f"/v1/promises/{_in_path(id)}/cancel", body=body or {}, key=key, if_match=if_match))

    def change(self, id: str, body: ChangeRequest | None = None, *, if_match: int | str | None = None, key: str | None = None) -> Changed:
        """Grows, shrinks, extends or moves a promise in one step, or says what that would take."""
        return cast("Changed", self._json("POST", f"/v1/promises/{_in_path(id)}/change", body=body or {}, key=key, if_match=if_match))

    def confirm(self, id: str, body: Because | None = None, *, if_match: int | str | None = None, key: str | None = None) -> Promise:
        """Makes a hold a commitment."""
        return cast("Promise", self._json("POST", f"/v1/promises/{_in_path(id)}/confirm", body=body or {}, key=key, if_match=if_match))

    def release(self, id: str, body: Because | None = None, *, if_match: int | str | None = None, key: str | None = None) -> Promise:
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

    def webhooks(self) -> list[Webhook]:
        """Lists webhooks that the asker may see, with how they are doing."""
        return cast("list[Webhook]", self._json("GET", "/v1/webhooks"))

    def make_webhook(self, body: WebhookRequest, *, key: str | None = None) -> NewWebhook:
        """Asks to be told of what happens from now on, and shows the secret that it is signed with, this once."""
        return cast("NewWebhook", self._json("POST", "/v1/webhooks", body=body, key=key))

    def delete_webhook(self, id: str, *, key: str | None = None) -> None:
        """Takes a webhook away: nothing more is sent, and its secret is forgotten."""
        self._send("DELETE", f"/v1/webhooks/{_in_path(id)}", key=key)

    def test_webhook(self, id: str, *, key: str | None = None) -> Trial:
        """Sends a ping and says what came of it. When it is taken, a hook that was given up goes on from where it stopped."""
        return cast("Trial", self._json("POST", f"/v1/webhooks/{_in_path(id)}/test", key=key))

    def what_if(self, body: WhatIfRequest | None = None, *, key: str | None = None) -> WhatIf:
        """Says what the headline of an assess would be with changes on top of a version; nothing is kept."""
        return cast("WhatIf", self._json("POST", "/v1/what-if", body=body or {}, key=key))
