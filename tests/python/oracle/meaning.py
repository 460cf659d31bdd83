"""What each entity stands for: its channel, its part in a message's life, and why it blocks."""

from .schema import entities

MESSAGE_CHANNELS = {"email", "sms", "push", "custom", "voice"}
CHANNELS = MESSAGE_CHANNELS | {"web", "form", "event", "survey"}

SENDS = {"EmailSent", "SmsSent", "PushNotificationSent", "CustomSent", "VoiceCallSent"}
DELIVERIES = {"SmsDelivered", "CustomDelivered"}
OPENS = {"EmailOpened", "PushNotificationOpened"}
CLICKS = {"EmailClicked", "SmsLinkClicked", "PushNotificationLinkClicked", "CustomLinkClicked"}
BOT_CLICKS = {"BotEmailLinkClicked", "BotSmsLinkClicked", "BotPushNotificationLinkClicked", "BotCustomLinkClicked"}
REPLIES = {"SmsReceived", "CustomReceived"}
BOUNCES = {
    "EmailBounced": None,  # its own BounceType or BounceCategory tells
    "EmailHardBounced": "hard",
    "EmailHardRemoteBounced": "hard",
    "EmailSoftBounced": "soft",
    "EmailSoftRemoteBounced": "soft",
    "EmailBlockBounced": "block",
    "SmsBounced": None,
    "CustomBounced": None,
}
BOUNCE_TYPES = {"hardbounce": "hard", "softbounce": "soft"}
HARD_CATEGORIES = {"invalid-mailbox", "invalid-domain"}
SOFT_CATEGORIES = {
    "inactive-mailbox",
    "full-mailbox",
    "dmarc-issues",
    "reputation-issues",
    "greylisting-issues",
    "blocklisting-issues",
    "relaying-issues",
    "routing-issues",
    "recipient-server-error",
    "connection-error",
    "policy-related",
    "message-expired",
    "suppression-list",
    "other",
}

CONSENT_BLOCKS = {
    "EmailBlockedConsentNotGiven": "consent_not_given",
    "EmailBlockedByUnsubscription": "unsubscribed",
    "EmailBlockedByUser": "do_not_contact",
    "EmailBlockedContactabilityDoNotEmail": "do_not_contact",
    "EmailBlockedExternalConsentFailure": "external_provider",
    "ActivityContactBlockedConsent": "below_consent_level",
    "ActivityContactBlockedExternalConsent": "external_provider",
}
BLOCKS_BY_REASON = {"EmailBlocked", "SmsNotSent", "CustomNotSent", "VoiceCallBlocked", "ActivityContactBlocked"}
CATEGORIES_BY_REASON = {"PushNotificationNotSent", "VoiceCallNotAttempted"}  # else the one below
OTHER_BLOCKS = {
    "EmailBlockedFrequencyCapReached": "frequency_policy",
    "EmailBlockedByActivityExpiration": "expiry",
    "EmailBlockedDuplicateAddress": "deduplication",
    "EmailBlockedInactiveContact": "data",
    "EmailBlockedInvalidRecipientAddress": "data",
    "InvalidRecipientAddress": "data",
    "EmailBlockedMissingContactData": "data",
    "EmailBlockedMissingRelatedData": "data",
    "EmailBlockedInvalidSenderAddress": "configuration",
    "InvalidSenderAddress": "configuration",
    "EmailBlockedInvalidReplyToAddress": "configuration",
    "InvalidReplyToAddress": "configuration",
    "DomainNotOwnedByAnyone": "configuration",
    "DomainOwnedByDifferentOrganization": "configuration",
    "MissingDataAccessPrivileges": "configuration",
    "EmailContainsBlacklistedLinks": "content_policy",
    "EmailBounceCacheBlocked": "deliverability_suppression",
    "EmailBlockedDomainDeliverability": "deliverability",
    "EmailBlockedSuspension": "deliverability",
    "OutOfEmailCredits": "quota",
    "EmailBlockedTrialQuotaExceeded": "quota",
    "EmailBlockedOtherReason": "system_other",
    "EmailSendingFailed": "system_other",
    "PushNotificationNotSent": "deliverability_provider",
    "VoiceCallNotAttempted": "data",
    "ActivityContactBlockedSuppression": "audience_suppression",
    "ActivityContactBlockedBusinessUnit": "business_unit_scope",
    "ActivityContactExpired": "expiry",
    "ActivityContactProcessingFailed": "system_other",
}
BLOCKS = {*CONSENT_BLOCKS, *BLOCKS_BY_REASON, *OTHER_BLOCKS}
UMBRELLAS = {"EmailBlocked", "ActivityContactBlocked"}


def channel_of(interaction_type: str) -> str:
    """Return the channel: the staging family, where that is a channel at all."""
    family = entities()[interaction_type].family
    return family if family in CHANNELS else "none"


def concerns_a_message(interaction_type: str) -> bool:
    """Tell whether rows of this type say something about one message to one person."""
    return channel_of(interaction_type) in MESSAGE_CHANNELS and entities()[interaction_type].has("message_id")


def bounce_type(row: dict) -> str | None:
    """Return hard, soft or block for a bounce, null where the row doesn't tell."""
    if row["interaction_type"] != "EmailBounced":
        return BOUNCES[row["interaction_type"]]
    stated = BOUNCE_TYPES.get((row["bounce_type"] or "").lower())
    if stated is not None:
        return stated
    category = (row["bounce_category"] or "").lower()
    if category in HARD_CATEGORIES:
        return "hard"
    return "soft" if category in SOFT_CATEGORIES else None
