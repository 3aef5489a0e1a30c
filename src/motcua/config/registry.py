"""
Who does what: plain dicts of dotted paths, in one place, discovered by nothing and nobody.

The modules below look themselves up here through `django.conf.settings`, so a lower layer never imports a higher.
"""

from __future__ import annotations

# Case kind -> its lifecycle table.
LIFECYCLES: dict[str, str] = {
    "dossier": "motcua.dossiers.lifecycle.DOSSIER",
    "declaration": "motcua.declarations.lifecycle.DECLARATION",
    "inspection": "motcua.nsw.lifecycle.INSPECTION",
    "inspection-request": "motcua.nsw.lifecycle.REQUEST",
    "movement": "motcua.manifest.lifecycle.MOVEMENT",
    "certificate": "motcua.origin.lifecycle.CERTIFICATE",
    "export_certificate": "motcua.origin.lifecycle.EXPORT_CERTIFICATE",
    "task": "motcua.reform.lifecycle.TASK",
    "publication": "motcua.publication.lifecycle.PUBLICATION",
    "wall": "motcua.publication.lifecycle.WALL",
    "paper": "motcua.consignment.lifecycle.PAPER",
    "petition": "motcua.reform.petition_lifecycle.PETITION",
}

# Message type -> the function that acts on a received message: (message, now); now is when its events are recorded.
HANDLERS: dict[str, str] = {
    "customs-core-feed": "motcua.declarations.feed.take",
    **dict.fromkeys(
        (
            "edifact", "xlsx", "json-manifest", "json-general-declaration", "json-call-notice", "json-crew-list",
            "json-passenger-list", "json-crew-effects", "json-stores", "json-dangerous-goods", "json-health-declaration",
            "json-security-notice", "json-waste", "xml-awmds", "xml-awbolds", "xml-flightmanifest", "xml-waybill",
            "xml-housewaybill", "xml-housemanifest", "xml-epcmessage",
        ),
        "motcua.manifest.intake.take",
    ),
    "json-berthing": "motcua.manifest.port_messages.take_berthing",
    "json-discharge": "motcua.manifest.port_messages.take_discharge",
    "xml-formd": "motcua.origin.exchange.take_form",
    "xml-formdnotice": "motcua.origin.exchange.take_notice",
    "nsw-envelope": "motcua.config.envelopes.take",
    "nsw-bundle": "motcua.nsw.bundles.take",
    "wco-declaration": "motcua.config.envelopes.take_wco",
    "json-wco-declaration": "motcua.declarations.wco_intake.take",
}  # fmt: skip

# Message type -> the function that acts on many received messages at once: ([(message, now), …]); types left out are acted
# on one by one.
HANDLERS_TOGETHER: dict[str, str] = {
    "customs-core-feed": "motcua.declarations.feed.take_together",
    "nsw-bundle": "motcua.nsw.bundles.take_together",
}

# Message type -> the function that writes its answer: (message, refusal or None, what the handler gave) -> Reply or None.
# Called in the same transaction as the outcome, for what was done and for what was refused.
ANSWERS: dict[str, str] = {
    "xml-formd": "motcua.origin.exchange.answer_form",
    "edifact": "motcua.manifest.answers.edifact",
    "nsw-envelope": "motcua.config.envelopes.answer",
}

# Whose envelope of the national single window it is -> who acts on it, and who writes the answer.
ENVELOPES: dict[str, tuple[str, str]] = {
    "inspection": ("motcua.nsw.intake.take", "motcua.nsw.intake.answer"),
    "ship": ("motcua.manifest.intake.take", "motcua.nsw.intake.answer"),
}

# Root element of an XML message -> its type, the path below the root to the sender's number, and the path to the number
# of the message it answers; '' where it carries none. A root that does not stand here arrives as `xml-<root>`.
DETECTORS: dict[str, tuple[str, str, str]] = {
    "Envelope": ("nsw-envelope", "Header/Reference/messageId", "Header/Subject/preReference"),
    "Envelopes": ("nsw-bundle", "", ""),
    "MetaData": ("wco-declaration", "Declaration/FunctionalReferenceID", ""),
}

# Name of a feed on the command line -> the message type it arrives as.
FEEDS: dict[str, str] = {
    "customs-core": "customs-core-feed",
}

# Indicator code -> its motcua.casework.figures.Indicator.
INDICATORS: dict[str, str] = {
    "reform.tasks_done": "motcua.reform.indicators.TASKS_DONE",
    "reform.tasks_total": "motcua.reform.indicators.TASKS_TOTAL",
    "reform.tasks_dropped": "motcua.reform.indicators.TASKS_DROPPED",
    "procedures.reviewed": "motcua.reform.indicators.PROCEDURES_REVIEWED",
    "procedures.proposed": "motcua.reform.indicators.PROCEDURES_PROPOSED",
    "procedures.posting_offices": "motcua.reform.indicators.POSTING_OFFICES",
    "surveys.cdci_branches": "motcua.reform.indicators.CDCI_BRANCHES",
    "timerelease.rounds_done": "motcua.reform.indicators.ROUNDS_DONE",
    "nsw.declarations": "motcua.reporting.gateways.NSW_DECLARATIONS",
    "manifest.movements": "motcua.reporting.gateways.MOVEMENTS",
    "origin.form_d": "motcua.reporting.gateways.FORM_D",
    "dossiers.total": "motcua.reporting.dossiers.TOTAL",
    "dossiers.online": "motcua.reporting.dossiers.ONLINE",
    "dossiers.desk_or_post": "motcua.reporting.dossiers.DESK_OR_POST",
    "dossiers.desk": "motcua.reporting.dossiers.DESK",
    "dossiers.post": "motcua.reporting.dossiers.POST",
    "dossiers.carried_over": "motcua.reporting.dossiers.CARRIED_OVER",
    "dossiers.settled": "motcua.reporting.dossiers.SETTLED",
    "dossiers.early": "motcua.reporting.dossiers.EARLY",
    "dossiers.on_time": "motcua.reporting.dossiers.ON_TIME",
    "dossiers.late": "motcua.reporting.dossiers.LATE",
    "dossiers.open": "motcua.reporting.dossiers.OPEN",
    "dossiers.open_in_time": "motcua.reporting.dossiers.OPEN_IN_TIME",
    "dossiers.open_overdue": "motcua.reporting.dossiers.OPEN_OVERDUE",
}

# Case kind -> its page for officers, (request, case) -> response, where the plain page of casework is not enough.
CASE_PAGES: dict[str, str] = {
    "dossier": "motcua.dossiers.officer_views.show",
    "movement": "motcua.manifest.officer_views.show",
    "certificate": "motcua.origin.officer_views.show",
    "task": "motcua.reform.task_views.case_page",
    "inspection": "motcua.nsw.customs_views.show",
}

# Where casework asks for the law sheets: procedures stand beside it, not below.
PROCEDURE_CATALOGUE = "motcua.procedures.catalogue.catalogue"

# Where inspections ask what a declaration says, (key, organisation) -> facts, so that nothing is typed twice.
DECLARATION_FACTS = "motcua.declarations.queries.known_facts"

# What the worker does besides messages: functions (now) -> bool, True when there may be more.
TIMED_JOBS: list[str] = [
    "motcua.exchange.deliver.deliver_one",
    "motcua.exchange.pickup.pick_up_one",
    "motcua.dossiers.reminders.warn",
    "motcua.casework.search.tidy",
    "motcua.nsw.results.settle",
    "motcua.nsw.customs_acts.warn_of_stores",
    "motcua.manifest.persons.erase_persons",
    "motcua.consignment.run.match_when_due",
    "motcua.reform.settle.settle",
    "motcua.publication.watch.watch",
]

# Kind of evidence that a task of the reform plan is done -> what proves it: (task, given, at) -> motcua.reform.evidence.Proof.
EVIDENCE: dict[str, str] = {
    "document": "motcua.reform.evidence.document",
    "sheet-diff": "motcua.reform.evidence.sheet_diff",
    "publication": "motcua.config.evidence.posting",
}
