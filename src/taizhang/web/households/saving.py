"""What every form that writes does with its answer: the act, and what a second posting, a lost race or a refusal comes to."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from taizhang.households.services.refusals import BadFacts, LostRace, Refused
from taizhang.journal.models import Posted
from taizhang.journal.posting import AlreadyPosted, Cause
from taizhang.policy.archive import Fact
from taizhang.web.households.forms import (
    Typed,
    found_errors,
    key_of,
    reason_of,
    reason_section,
    reason_typed,
    shown_fields,
    version_of,
)
from taizhang.web.jinja import moment, page
from taizhang.web.journal.sentences import Told, names_of_actors, told_of
from taizhang.web.journal.words import value_of

WRONG = "有栏目填写不对，见下面标红的说明"
Form = Callable[..., HttpResponse]


def saved(
    act: Callable[[], Any],
    *,
    go: str | Callable[[int], str],
    form: Form,
    lost: Callable[[LostRace], HttpResponse] | None = None,
    errors: dict[str, str] | None = None,
    refusals: tuple[type[Exception], ...] = (),
) -> HttpResponse:
    """Do an act and answer: on to `go` when it was done (or was done before by the same form), else the form again.

    `go` may ask for the number of the row that the act gave. `form(whole=…, status=…)` draws the form: 422 for wrong facts,
    which also go beside their fields in `errors`, 409 for a refusal (`refusals` are those of rooms that have their own) and for a
    lost race that `lost` does not answer in its own way.
    """
    try:
        done = act()
    except AlreadyPosted as posted:
        return HttpResponseRedirect(go if isinstance(go, str) else go(int(posted.result)))
    except LostRace as race:
        return lost(race) if lost else form(whole=[str(race)], status=409)
    except BadFacts as bad:
        return form(whole=found_errors(bad, {} if errors is None else errors), status=422)
    except (Refused, *refusals) as refused:
        return form(whole=[str(refused)], status=409)
    return HttpResponseRedirect(go if isinstance(go, str) else go(done.pk))


def signed(request: HttpRequest, action: str, reason: str | None = None) -> dict[str, Any]:
    """What every act begins with: who does it, now, for which cause (the reason is the one in the form); and the key of the form."""
    cause = Cause(action, reason_typed(request) if reason is None else reason)
    return {"by": request.user, "at": timezone.now(), "cause": cause, "idempotency_key": key_of(request)}


def form_page(
    request: HttpRequest,
    *,
    title: str,
    crumbs: list[tuple[str, str | None]],
    sections: list[dict[str, Any]],
    cancel_url: str,
    version: Any = None,
    note: str = "",
    whole: list[str] | None = None,
    errors: dict[str, str] | None = None,
    conflict: str | None = None,
    status: int = 200,
    template: str = "households/edit.html",
    **more: Any,
) -> HttpResponse:
    """A form over facts: `whole` are the sentences above it, `errors` those beside the fields (which make one above it, too)."""
    context = {
        "title": title,
        "crumbs": crumbs,
        "note": note,
        "sections": sections,
        "errors": whole or ([WRONG] if errors else []),
        "conflict": conflict,
        "idempotency_key": key_of(request),
        "version": version,
        "cancel_url": cancel_url,
        "ask_reason": False,
    }
    return page(request, template, context | more, status=status)


def withdrawn(
    request: HttpRequest, row: Posted, act: Callable[..., Any], *, action: str, go: str, form: Callable[..., HttpResponse], **told: Any
) -> HttpResponse:
    """Withdraw a row that was entered by mistake: `form(errors, …)` asks why, `act(version=…, **told)` does it."""
    if request.method != "POST":
        return form({})
    errors: dict[str, str] = {}
    reason = reason_of(request, errors)
    if errors:
        return form(errors, version=version_of(request), status=422)

    def lost(race: LostRace) -> HttpResponse:
        row.refresh_from_db()
        return form({}, conflict=changed_by(row), status=409)

    act = partial(act, **signed(request, action, reason), **told, version=version_of(request))
    return saved(act, go=go, form=partial(form, {}), lost=lost)


def withdrawal(request: HttpRequest, what: str, title: str, facts: Iterable[Fact], row: Any, errors: dict[str, str]) -> dict[str, Any]:
    """What the form of a withdrawal shows: the row as it stands, and where to say why."""
    return {
        "note": f"登记有误的{what}在此撤销：撤销后不再列出，记录仍在变动历史中，不会删除。",
        "sections": [{"title": title, "fields": shown_fields(facts, row)}, reason_section(request.POST, errors)],
        "errors": errors,
    }


def raced(row: Posted | None, facts: Iterable[Fact], typed: Typed, version: int, lost: LostRace) -> dict[str, Any]:
    """What a form is told after a lost race over `row`, which stands as it is now: who changed it, and both values where they differ.

    What the loser left blank where he had read no row (version 0) was never his word.

    Writes   `typed.raw` without what the loser had left as he read it
    """
    told = told_of([(type(row), [row.pk])]) if row is not None and row.pk else []
    if row is None or not version:
        left = {name for name, value in typed.values.items() if value is None}
    else:
        left = untouched(typed, row, facts, told, version)
    whole = [] if told else [str(lost)]
    return {"conflict": conflict_of(told), "theirs": both_values(typed, left, lost), "whole": whole, "status": 409}


def changed_by(row: Posted) -> str:
    """Who changed a row last, and when."""
    return conflict_of(told_of([(type(row), [row.pk])]))


def conflict_of(told: list[Told]) -> str:
    """Who changed it when, of the newest posting."""
    if not told:
        return ""
    newest = told[0]
    who = names_of_actors({(newest.tx.actor, newest.tx.person)})[newest.tx.actor, newest.tx.person]
    return f"{moment(newest.tx.at)} 由 {who} 修改"


def untouched(typed: Typed, row: Posted, facts: Iterable[Fact], told: list[Told], version: int) -> set[str]:
    """The facts that the loser of a race left as he had read them: there the winner's value stands, and nothing is to choose."""
    table = row._meta.db_table
    read = [image for one in told for tbl, pk, _, image, _ in one.rows if (tbl, pk, image["version"]) == (table, row.pk, str(version))]
    if not read:
        return set()
    known = {f.name: f for f in facts if f.name in typed.values and not f.kind.secret}
    return {n for n, f in known.items() if _words(f, typed.values[n]) == _words_of_text(table, n, read[0].get(n))}


def both_values(typed: Typed, left: set[str], lost: LostRace) -> dict[str, Any]:
    """What stands now of the facts that the loser of a race did change; those he left show what stands.

    Writes   `typed.raw` without the facts in `left`
    """
    typed.raw = {name: raw for name, raw in typed.raw.items() if name not in left}
    return {name: value for name, value in lost.theirs.items() if name not in left}


def _words(fact: Fact, value: Any) -> str:
    return fact.kind.show_one(value)


def _words_of_text(table: str, name: str, text: str | None) -> str:
    value = value_of(table, name, text)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return ""
    shown = str(value)
    return shown.rstrip("0").rstrip(".") if "." in shown and shown.replace(".", "").lstrip("-").isdecimal() else shown
