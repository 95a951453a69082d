"""What the audit's codes are called on its page. Pure."""

from collections.abc import Mapping

from services.router.domain.decision import Part

AUDITED: Mapping[str, str] = {
    "signed-in": "Signed in",
    "signed-in-again": "Signed in again",
    "signed-out": "Signed out",
    "sessions-ended": "Ended sessions",
    "passkey-added": "Added a passkey",
    "passkey-removed": "Removed a passkey",
    "admin-invited": "Invited an admin",
    "admin-removed": "Removed an admin",
    "admin-reset": "Gave an admin a new link",
    "demo-link": "Made the demonstration’s link",
    "agency.added": "Added an agency",
    "agency.changed": "Changed an agency",
    "agency.closed": "Closed an agency",
    "team.added": "Added a team",
    "post.added": "Added a post",
    "post.changed": "Changed a post",
    "post.closed": "Closed a post",
    "post.holder": "Changed who holds a post",
    "post.absence": "Changed an absence",
    "post.confirmed": "Said that a post is still right",
    "proposal.accepted": "Took up a proposal",
    "proposal.refused": "Set a proposal aside",
    "change.asked": "Asked for a second admin’s approval",
    "change.approved": "Approved another admin’s change",
    "change.declined": "Declined another admin’s change",
    "order.redirect": "Had somebody else asked",
    "directory.imported": "Imported contacts",
    "directory.undone": "Took a change back",
    "pattern.decided": "Decided about a pattern",
    "learning.added": "Added to the learning log",
    "learning.done": "Marked learning as done",
    "learning.opened": "Marked learning as not done",
    "audit.exported": "Exported the audit",
    "order.convene-panel": "Ordered a resolution panel",
    "order.record-process": "Ordered that a scrutineer’s process is recorded",
    "order.reassign": "Ordered that another contact is asked",
    "exported.reads": "Exported who read a record",
    "exported.report": "Exported a report",
    "exported.directory": "Exported the directory",
    "looked.escalation": "Looked at an escalation",
    "looked.report": "Looked at a report",
    "looked.audit": "Looked at the audit",
    "looked.reads": "Looked at who read a record",
}
"""A code that is not here is shown as it is."""

PARTS: Mapping[str, str] = {
    Part.RAISER.value: "the raiser",
    Part.RAISERS_MANAGER.value: "the raiser’s manager",
    Part.CONTACT.value: "a contact who was asked to act",
    Part.RAISING_CONTACT.value: "a contact of the raising side",
    Part.DECISION_MAKER.value: "who made the decision",
    Part.INFORMED.value: "somebody who is kept informed",
    Part.LEAD.value: "a safeguarding lead",
    Part.PARTNERSHIP.value: "the partnership",
    Part.DUTY.value: "the duty contact",
}
