"""What can be on record: the ledger's closed vocabulary.

Each action names the words it is told in, the fields an entry of it must carry, and the function that
finds out what became of it when its answer was lost.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditAction:
    """One word of the closed vocabulary.

    `done`, `doing` and `verb` make sentences ("rented", "renting", "rent"); `params` are the fields an
    entry must carry, no fewer and no more; `settle` is the dotted path of
    `function(entry) -> Settled | None`; `undoable`: its before-values can be written back.
    """

    label: str
    done: str
    doing: str
    verb: str
    params: frozenset[str] = frozenset()
    settle: str = ""
    undoable: bool = False


ACTIONS: dict[str, AuditAction] = {
    "number.rent": AuditAction(
        "Rent a number",
        "rented",
        "renting",
        "rent",
        params=frozenset({"country_code", "include_external"}),
        settle="numbers.services.rent.settle_rent",
    ),
    "number.rent_found": AuditAction(
        "Find a rent that arrived late",
        "rented after all",
        "renting after all",
        "rent after all",
        params=frozenset({"entry"}),
    ),
    "number.edit": AuditAction(
        "Edit a number",
        "edited",
        "editing",
        "edit",
        params=frozenset({"did_sid", "changes"}),
        settle="numbers.services.edit.settle_edit",
        undoable=True,
    ),
    "number.messaging": AuditAction(
        "Switch a number's messaging",
        "switched the messaging of",
        "switching the messaging of",
        "switch the messaging of",
        params=frozenset({"did_sid", "enabled"}),
        settle="numbers.services.messaging.settle_messaging",
        undoable=True,
    ),
    "number.assign": AuditAction(
        "Assign a number",
        "assigned",
        "assigning",
        "assign",
        params=frozenset({"partner_sid", "partner", "sub_account"}),
        settle="numbers.services.assign.settle_assign",
    ),
    "number.unassign": AuditAction(
        "Unassign a number",
        "unassigned",
        "unassigning",
        "unassign",
        params=frozenset({"holder_sid", "holder", "sub_account", "clear"}),
        settle="numbers.services.unassign.settle_unassign",
    ),
    "number.force": AuditAction(
        "Force a number out of its cool-off",
        "forced",
        "forcing",
        "force",
        params=frozenset(
            {"holder_sid", "holder", "sub_account", "cool_off_until", "remaining_seconds", "request", "clear"}
        ),
        settle="numbers.services.force.settle_force",
    ),
    "number.release": AuditAction(
        "Release a number",
        "released",
        "releasing",
        "release",
        params=frozenset({"did_sid", "how"}),
        settle="numbers.services.release.settle_release",
    ),
    "number.release_cancel": AuditAction(
        "Cancel a release",
        "cancelled the release of",
        "cancelling the release of",
        "cancel the release of",
        params=frozenset({"did_sid"}),
        settle="numbers.services.release.settle_cancel",
    ),
    "number.lock": AuditAction(
        "Lock a number against release",
        "locked against release",
        "locking against release",
        "lock against release",
    ),
    "number.unlock": AuditAction(
        "Lift a release lock",
        "lifted the release lock of",
        "lifting the release lock of",
        "lift the release lock of",
        params=frozenset({"locked_by", "reason"}),
    ),
    "number.unassign_later": AuditAction(
        "Schedule an unassign",
        "scheduled the unassign of",
        "scheduling the unassign of",
        "schedule the unassign of",
        params=frozenset({"holder_sid", "holder", "due_at", "clear"}),
    ),
    "number.keep": AuditAction(
        "Cancel a scheduled unassign",
        "cancelled the scheduled unassign of",
        "cancelling the scheduled unassign of",
        "cancel the scheduled unassign of",
        params=frozenset({"holder_sid", "due_at"}),
    ),
    "override.ask": AuditAction(
        "Ask for a cool-off override",
        "asked for an override for",
        "asking for an override for",
        "ask for an override for",
        params=frozenset({"holder_sid", "holder", "cool_off_until"}),
    ),
    "override.agree": AuditAction(
        "Agree to a cool-off override",
        "agreed to the override for",
        "agreeing to the override for",
        "agree to the override for",
        params=frozenset({"holder_sid", "asked_by", "request"}),
    ),
    "override.decline": AuditAction(
        "Decline a cool-off override",
        "declined the override for",
        "declining the override for",
        "decline the override for",
        params=frozenset({"holder_sid", "asked_by", "request"}),
    ),
    "partner.create": AuditAction(
        "Create a sub-partner",
        "created the sub-partner",
        "creating the sub-partner",
        "create the sub-partner",
        params=frozenset({"wanted", "sub_account"}),
        settle="partners.services.create.settle_create",
    ),
    "partner.edit": AuditAction(
        "Edit a partner",
        "edited",
        "editing",
        "edit",
        params=frozenset({"changes"}),
        settle="partners.services.edit.settle_edit",
    ),
    "partner.delete": AuditAction(
        "Delete a sub-partner",
        "deleted the sub-partner",
        "deleting the sub-partner",
        "delete the sub-partner",
        settle="partners.services.delete.settle_delete",
    ),
    "sub_account.create": AuditAction(
        "Make a sub-account",
        "made the sub-account of",
        "making the sub-account of",
        "make the sub-account of",
        params=frozenset({"name"}),
        settle="partners.services.sub_accounts.settle_sub_account",
    ),
    "sub_account.link": AuditAction(
        "Link a sub-account",
        "set the sub-account of",
        "setting the sub-account of",
        "set the sub-account of",
        params=frozenset({"sub_account"}),
    ),
    "token.issue": AuditAction(
        "Issue a token",
        "issued the token",
        "issuing the token",
        "issue the token",
        params=frozenset({"partner_sid", "name", "scopes", "expires_at"}),
        settle="partners.services.issue.settle_issue",
    ),
    "token.rotate": AuditAction(
        "Rotate a token",
        "rotated the token",
        "rotating the token",
        "rotate the token",
        params=frozenset({"partner_sid", "name", "scopes", "expires_at", "replaces", "overlap_hours"}),
        settle="partners.services.issue.settle_issue",
    ),
    "token.edit": AuditAction(
        "Edit a token",
        "edited the token",
        "editing the token",
        "edit the token",
        params=frozenset({"token_sid", "mark", "changes"}),
        settle="partners.services.token_edit.settle_edit",
    ),
    "token.revoke": AuditAction(
        "Revoke a token",
        "revoked the token",
        "revoking the token",
        "revoke the token",
        params=frozenset({"token_sid"}),
        settle="partners.services.revoke.settle_revoke",
    ),
    "token.keep": AuditAction(
        "Cancel a planned revocation",
        "kept the token",
        "keeping the token",
        "keep the token",
        params=frozenset({"due_at"}),
    ),
}


# What sets an entry of this action right when it turns out to have been settled wrongly.
AMENDED_BY = {"number.rent": "number.rent_found"}
