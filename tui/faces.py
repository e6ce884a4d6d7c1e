"""Where on the screens what a command does is done: a place and an action in it, or a job.

Messages of the core name commands; the screens tell the keys in their stead (`told_keys`). The
tests hold the table against the command line's own tree and against the screens' registry.
"""

from __future__ import annotations

FACES: dict[str, tuple[str, ...]] = {
    # the first draw
    "init": ("home:new-workspace",),
    "start": ("home:guide",),
    "template": ("guide:template",),
    "import": ("register:import", "intake:take-in", "results:import"),
    # registers
    "register": ("register:",),
    "register entities": ("register:filter",),
    "register entity": ("register:open",),
    "register inspectors": ("crews:",),
    "register items": ("plan:edit",),
    "register filters": ("register:filter",),
    "register set-aside": ("register:aside",),
    "register mend": ("register:mend-row",),
    "register dismiss": ("register:dismiss",),
    "register undo": ("register:undo",),
    "register vouch": ("register:vouch",),
    "recuse": ("crews:recuse", "job:recuse", "job:recuse-undo", "job:recusals"),
    "absent": ("crews:absent", "job:absent", "job:absent-undo", "job:absences"),
    # plans
    "plan new": ("plan:new-plan", "questions:write-plan"),
    "plan check": ("plan:",),
    "plan preview": ("plan:",),
    "plan mend": ("plan:mend",),
    "plan set": ("plan:edit", "plan:remove", "plan:undo", "plan:redo"),
    "plan chance": ("plan:chance", "job:plan-chance"),
    "simulate": ("job:simulate",),
    "propose": ("learn:rates",),
    # draws
    "freeze": ("plan:freeze",),
    "commitment": ("draw:save", "draw:code"),
    "draw": ("draw:on",),
    "staff": ("crews:staff",),
    "deal": ("draw:on",),
    "show": ("review:",),
    "why": ("review:open", "review:find"),
    "review": ("review:by", "review:filter"),
    "withdraw": ("results:withdraw", "results:back-in"),
    "abandon": ("draw:abandon",),
    # publications
    "publish": ("job:publish", "publish:write"),
    "audit": ("publish:audit", "job:audit"),
    "proof": ("job:proof", "job:proofs"),
    "notices": ("job:notices", "results:forms"),
    "worksheet": ("job:worksheet",),
    "open": ("job:open-file",),
    "verify": ("job:verify", "publish:verify"),
    "cosign": ("job:cosign",),
    "witness": ("job:witness",),
    "attest": ("job:attest",),
    "stamp request": ("job:stamp-request",),
    "stamp attach": ("job:stamp-attach",),
    "key new": ("job:key-new",),
    "key change": ("job:key-change",),
    "key show": ("job:key-show",),
    # results
    "results list": ("results:group",),
    "results items": ("results:open",),
    "results enter": ("results:enter",),
    "results review": ("results:check",),
    "results return": ("results:return",),
    "due": ("job:due", "results:"),
    # cases
    "today": ("today:", "job:calendar"),
    "case list": ("cases:filter", "cases:group"),
    "case show": ("cases:open", "results:case"),
    "case open": ("cases:new",),
    "case step": ("cases:step", "cases:all", "today:step"),
    "case note": ("cases:note",),
    "case correct": ("cases:correct",),
    "case clock": ("today:clock",),
    "case import": ("cases:files",),
    "case filed": ("cases:files",),
    "case contacts": ("cases:files",),
    "case send": ("cases:files",),
    "case outcomes": ("cases:files",),
    "case told": ("cases:files",),
    "case letters": ("cases:files",),
    "case effects": ("cases:files",),
    "case kinds": ("cases:files",),
    "case members": ("job:case-members",),
    "case letter": ("cases:letter", "cases:read-letter"),
    # reports and learning
    "report entity": ("job:report-entity",),
    "report year": ("job:report-year",),
    "report checklist": ("job:report-checklist",),
    "report calendar": (
        "job:report-calendar",
        "today:picture",
        "home:picture",
        "learn:calendar",
        "learn:picture",
    ),
    "report load": ("job:report-load", "crews:picture", "results:picture", "learn:load"),
    "report map": ("job:report-map", "register:picture", "review:picture", "learn:map"),
    "estimate": ("learn:estimate", "learn:groups"),
    "crews": ("learn:inspectors",),
    "survive": ("learn:survival",),
    "evaluate": ("learn:effects",),
    "trial check": ("learn:trials",),
    "trial commit": ("learn:trials",),
    "trial assign": ("learn:trials",),
    "trial arms": ("learn:trials",),
    "trial analyse": ("learn:trials",),
    "trial list": ("learn:trials",),
    "risk fit": ("learn:risk",),
    "risk score": ("learn:risk",),
    "risk test": ("learn:risk",),
    # upkeep
    "log": ("ledger:",),
    "undo": ("everywhere:undo-last",),
    "status": ("home:",),
    "backup": ("home:backup",),
    "restore": ("job:restore", "job:backup-check"),
    "doctor": ("home:doctor",),
    "config": ("job:config",),
    "config get": ("job:config",),
    "config set": ("job:config-set",),
}
"""By the words of a command: ``place:action``, ``place:`` for the place itself,
``everywhere:action`` for what can be done in all places, or ``job:name``.

The first is the one that is told.
"""

WITH_ARGUMENT = {"import results": ("results:import",)}
"""Commands whose argument leads to another place than the command itself."""

GROUPS = {
    "results": ("results:",),
    "case": ("cases:",),
    "trial": ("learn:trials",),
    "risk": ("learn:risk",),
}
"""Groups of commands that are done in one place, for words that name the group alone."""
