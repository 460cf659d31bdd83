"""The words of the simulated tenant. Addresses, numbers and IP ranges are the ones reserved for documentation."""

from __future__ import annotations

FIRST_NAMES = [
    "Anna", "Ben", "Carla", "David", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja", "Liam", "Maria",
    "Nils", "Olivia", "Pablo", "Quentin", "Rosa", "Sven", "Tara", "Ulrike", "Victor", "Wanda", "Xavier", "Yasmin",
    "Zoe", "Amelia", "Bruno", "Chiara", "Dimitri", "Emma", "Felix", "Giulia", "Henrik", "Isabel", "Jack", "Klara",
    "Luca",
]  # fmt: skip
LAST_NAMES = [
    "Adler", "Berg", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen", "Keller",
    "Lopez", "Meyer", "Novak", "Olsen", "Petit", "Quinn", "Rossi", "Schmidt", "Torres", "Urban", "Virtanen",
    "Weber", "Xu", "Young", "Zimmer", "Baker", "Clark", "Dahl", "Eriksen", "Ferrari", "Gruber", "Hughes",
    "Kowalski", "Larsen",
]  # fmt: skip
# city, state, postal code, ISO2, ISO3
PLACES = [
    ("Seattle", "WA", "98101", "US", "USA"),
    ("Chicago", "IL", "60601", "US", "USA"),
    ("Austin", "TX", "73301", "US", "USA"),
    ("Boston", "MA", "02108", "US", "USA"),
    ("Denver", "CO", "80202", "US", "USA"),
    ("Berlin", "BE", "10115", "DE", "DEU"),
    ("Munich", "BY", "80331", "DE", "DEU"),
    ("Paris", "IDF", "75001", "FR", "FRA"),
    ("Lyon", "ARA", "69001", "FR", "FRA"),
    ("Madrid", "MD", "28001", "ES", "ESP"),
    ("Milan", "MI", "20121", "IT", "ITA"),
    ("Amsterdam", "NH", "1012", "NL", "NLD"),
    ("Copenhagen", "84", "1050", "DK", "DNK"),
    ("Vienna", "9", "1010", "AT", "AUT"),
    ("Dublin", "L", "D01", "IE", "IRL"),
    ("Stockholm", "AB", "111 20", "SE", "SWE"),
]
MAIL_DOMAINS = [
    "example.com",
    "example.org",
    "example.net",
    "mail.example",
    "post.example",
    "inbox.example.com",
    "corp.example",
]
SENDER_DOMAINS = ["news.example.com", "mail.example.org", "offers.example.net"]
PROFILE_TYPES = ["Contact", "Lead", "CI Profile"]

# step reasons: reason, detail
DROP_OFF_REASONS = [
    ("ConsentNotGiven", "The contact point has not opted in to the purpose"),
    ("FrequencyCapReached", "Two commercial messages in seven days"),
    ("ExitCriteriaMet", "Exit segment joined while waiting"),
    ("MissingRecipient", "No address on the profile"),
    ("ContactOptedOut", "Opted out of the topic"),
    ("ProfileInactive", None),
    ("BranchNotMatched", "No branch accepted the profile"),
]
# what each of these comes down to, by the shipped reference data
DROP_OFF_CATEGORIES = [
    "consent",
    "frequency_policy",
    "exit_rule",
    "data",
    "consent",
    "data",
    "unmapped",
]
FAILURE_REASONS = [
    ("InternalError", "Retry limit reached"),
    ("ThrottlingLimit", "429"),
    ("FlowRunFailed", None),
    ("DependencyTimeout", "30 s"),
]
POSTPONE_REASONS = [
    ("QuietHours", "22:00-07:00 local time"),
    ("SendingWindow", "Weekdays only"),
    ("ThroughputLimit", None),
]
PRE_ENTRY_REASONS = [
    ("AlreadyInJourney", "Repeat not allowed"),
    ("ExclusionSegment", "Member of an exclusion segment"),
    ("ProfileInactive", "State code 1"),
    ("BusinessUnitMismatch", None),
    ("ConsentNotGiven", "Compliance profile without consent"),
]
UNRESOLVED_REASONS = [("ProfileNotFound", "No profile for the trigger"), ("TriggerWithoutIdentity", None)]
END_REASONS = {
    "completed": [("EndReached", "Last step done"), ("LastStepProcessed", None)],
    "cancelled_by_failure": [("ActionFailed", "A step failed"), ("FlowCancelled", None)],
    "exited_by_rule": [("ExitEventReceived", "Purchase trigger"), ("ExitCriteriaMet", None)],
    "suppressed": [("SuppressionSegment", "Joined an exclusion segment"), ("ExclusionListed", None)],
    "stopped": [("JourneyStopped", "Stopped by a user"), ("JourneyRetired", None)],
    "exited": [("ExitedByBranch", "Exit tile"), ("LeftJourney", None)],
}

# Email blocks: entity, engines (R real-time, O outbound), weight, category, consent reason (None = not consent),
# then BlockedReason, Category and Details as they appear where the entity has those columns.
EMAIL_BLOCKS = [
    (
        "EmailBlockedConsentNotGiven",
        "R",
        24,
        "consent",
        "consent_not_given",
        "ConsentNotGiven",
        "Consent",
        "Purpose is opt-in only",
    ),
    (
        "EmailBlockedByUnsubscription",
        "RO",
        9,
        "consent",
        "unsubscribed",
        "RecipientUnsubscribed",
        "Consent",
        "Opted out of the topic",
    ),
    ("EmailBlockedByUser", "RO", 6, "consent", "do_not_contact", "DoNotEmail", "Preference", "Contact flag is set"),
    (
        "EmailBlockedContactabilityDoNotEmail",
        "R",
        4,
        "consent",
        "do_not_contact",
        "DoNotBulkEmail",
        "Preference",
        "Record flag is set",
    ),
    (
        "EmailBlockedExternalConsentFailure",
        "RO",
        3,
        "consent",
        "external_provider",
        "ExternalConsentDenied",
        "Consent",
        "Provider said no",
    ),
    (
        "EmailBlockedFrequencyCapReached",
        "R",
        10,
        "frequency_policy",
        None,
        "FrequencyCapReached",
        "Policy",
        "Cap of 2 in 7 days",
    ),
    (
        "EmailBlockedByActivityExpiration",
        "RO",
        2,
        "expiry",
        None,
        "ActivityExpired",
        "Expiry",
        "Expired before the send",
    ),
    (
        "EmailBlockedDuplicateAddress",
        "RO",
        4,
        "deduplication",
        None,
        "DuplicateAddress",
        "Deduplication",
        "Address already served",
    ),
    ("EmailBlockedInactiveContact", "RO", 2, "data", None, "ContactInactive", "Data", "State code 1"),
    (
        "EmailBlockedInvalidRecipientAddress",
        "R",
        3,
        "data",
        None,
        "InvalidRecipientAddress",
        "Data",
        "Address cannot be parsed",
    ),
    ("InvalidRecipientAddress", "RO", 3, "data", None, "InvalidRecipientAddress", "Data", "Address cannot be parsed"),
    ("EmailBlockedMissingContactData", "RO", 2, "data", None, "ContactDeleted", "Data", "Record not found"),
    ("EmailBlockedMissingRelatedData", "RO", 2, "data", None, "RelatedRecordMissing", "Data", "Lookup was empty"),
    (
        "EmailBlockedInvalidSenderAddress",
        "R",
        1,
        "configuration",
        None,
        "InvalidSenderAddress",
        "Configuration",
        "Sender not set up",
    ),
    (
        "InvalidSenderAddress",
        "RO",
        1,
        "configuration",
        None,
        "InvalidSenderAddress",
        "Configuration",
        "Sender not set up",
    ),
    (
        "EmailBlockedInvalidReplyToAddress",
        "R",
        1,
        "configuration",
        None,
        "InvalidReplyToAddress",
        "Configuration",
        "Reply-to is empty",
    ),
    (
        "InvalidReplyToAddress",
        "RO",
        1,
        "configuration",
        None,
        "InvalidReplyToAddress",
        "Configuration",
        "Reply-to is empty",
    ),
    ("DomainNotOwnedByAnyone", "O", 1, "configuration", None, "DomainNotAuthenticated", None, None),
    ("DomainOwnedByDifferentOrganization", "O", 1, "configuration", None, "DomainOfOtherOrganization", None, None),
    ("MissingDataAccessPrivileges", "O", 1, "configuration", None, None, None, None),
    ("EmailContainsBlacklistedLinks", "O", 1, "content_policy", None, None, None, None),
    (
        "EmailBounceCacheBlocked",
        "RO",
        3,
        "deliverability_suppression",
        None,
        "BounceCache",
        "Deliverability",
        "Bounced before",
    ),
    ("EmailBlockBounced", "O", 1, "deliverability", None, "BlockBounce", None, None),
    (
        "EmailBlockedDomainDeliverability",
        "R",
        1,
        "deliverability",
        None,
        "DomainRestricted",
        "Deliverability",
        "Domain reputation",
    ),
    (
        "EmailBlockedSuspension",
        "R",
        1,
        "deliverability",
        None,
        "SendingSuspended",
        "Deliverability",
        "Hard bounces above 8 %",
    ),
    ("OutOfEmailCredits", "RO", 1, "quota", None, None, "Quota", "Trial quota used up"),
    ("EmailBlockedTrialQuotaExceeded", "R", 1, "quota", None, "TrialQuotaExceeded", "Quota", "Trial quota used up"),
    ("EmailBlockedOtherReason", "RO", 2, "system_other", None, "Other", "Other", "See the log"),
    ("EmailSendingFailed", "O", 1, "system_other", None, None, None, None),
]
# Reasons of blocks that only their reason explains: reason, second text, consent reason (None = not consent), category.
# The category of a reason that no reference data explains is "mixed". The second text is the Category of EmailBlocked
# and the Details of the other entities.
EMAIL_UMBRELLA = [
    ("ConsentNotGiven", "Consent", "consent_not_given", "consent"),
    ("Contact Opted-Out", "Consent", "unsubscribed", "consent"),
    ("DoNotBulkEmail", "Preference", "do_not_contact", "consent"),
    ("Do_Not_Email", "Preference", "do_not_contact", "consent"),
    ("Recipient unsubscribed", "Consent", "unsubscribed", "consent"),
    (None, "Consent", "consent_not_given", "consent"),
    ("FrequencyCapReached", "Policy", None, "frequency_policy"),
    ("InvalidRecipientAddress", "Data", None, "data"),
    ("MessageExpired", "Expiry", None, "expiry"),
    ("Throttled by the service", "Other", None, "mixed"),
    (None, "QuotaExceeded", None, "quota"),
]
SMS_REASONS = [
    ("ConsentNotGiven", "Purpose is opt-in only", "consent_not_given", "consent"),
    ("OptedOut", "STOP was received", "unsubscribed", "consent"),
    ("DoNotSMS", "Record flag is set", "do_not_contact", "consent"),
    ("NotOptedIn", "No opt-in is known", "consent_not_given", "consent"),
    ("ConsentServiceUnavailable", "Answered 503", None, "system_other"),
    (None, "Recipient opted out", "unsubscribed", "consent"),
    ("FrequencyCapReached", "Cap of 2 in 7 days", None, "frequency_policy"),
    ("InvalidPhoneNumber", "21211", None, "data"),
    ("Quiet Hours", "22:00-07:00", None, "contact_window"),
    ("SenderInvalid", "No number for the country", None, "configuration"),
    ("30007", "Filtered by the carrier", None, "mixed"),
    (None, "LandlineNumber", None, "data"),
]
CUSTOM_REASONS = [
    ("ConsentNotGiven", "Purpose is opt-in only", "consent_not_given", "consent"),
    ("Unsubscribed", "Opted out of the channel", "unsubscribed", "consent"),
    ("Do Not Contact", "Record flag is set", "do_not_contact", "consent"),
    ("ProviderError", "Provider answered 400", None, "deliverability_provider"),
    ("FrequencyCapReached", "Cap of 2 in 7 days", None, "frequency_policy"),
    (None, "Recipient unknown to the provider", None, "mixed"),
]
PUSH_REASONS = [  # a push checks no consent, whatever its reason sounds like
    ("FrequencyCapReached", "Cap of 2 in 7 days", None, "frequency_policy"),
    ("Unregistered", "APNS 410", None, "deliverability_provider"),
    ("BadDeviceToken", "APNS 400", None, "deliverability_provider"),
    ("OptedOutOnDevice", "Notifications are off", None, "deliverability_provider"),
    ("ServiceMaintenance", "Back at 06:00", None, "deliverability_provider"),
    ("QuotaExceeded", "FCM 429", None, "quota"),
]
VOICE_REASONS = [
    ("ConsentNotGiven", "Purpose is opt-in only", "consent_not_given", "consent"),
    ("DoNotCall", "Record flag is set", "do_not_contact", "consent"),
    ("DoNotPhone", "Record flag is set", "do_not_contact", "consent"),
    ("QuietTimes", "Outside the contact window", None, "contact_window"),
    ("NoWindowLeft", "No window left today", None, "mixed"),
]
VOICE_FAILURES = [
    ("InvalidPhoneNumber", "Not a valid number", None, "data"),
    ("NoAgentAvailable", "Queue was closed", None, "data"),
    ("QuietHours", "22:00-07:00", None, "contact_window"),
    ("OptInRequired", "Nobody asked", None, "data"),
]
ACTIVITY_REASONS = [
    ("ConsentNotGiven", None, "consent_not_given", "consent"),
    ("Contact-Opted-Out", None, "unsubscribed", "consent"),
    ("DoNotBulkEmail", None, "do_not_contact", "consent"),
    ("SuppressionSegment", None, None, "audience_suppression"),
    ("OutOfScope", None, None, "mixed"),
    ("AlreadyProcessed", None, None, "mixed"),
]
# what each of these comes down to as the reason why a person left an activity
ACTIVITY_DROP_OFF_CATEGORIES = ["consent", "consent", "consent", "audience_suppression", "unmapped", "unmapped"]
SEGMENTS = [
    "Newsletter readers", "Lapsed buyers", "High value", "Trial users", "Webinar guests", "New leads",
    "Birthday this month", "Cart abandoners", "Loyalty gold", "Loyalty silver", "Partners", "Students",
    "Event hosts", "Renewal due",
]  # fmt: skip

# Columns whose value does not depend on who or what the row is about: attribute -> values.
WORDS = {
    "BrowserVersion": ["126.0", "127.0.1", "17.5", "115.12", "128.0.2739"],
    "OperatingSystemVersion": ["10", "11", "14.5", "17.6", "13"],
    "SearchEngineName": ["Bing", "Google", "DuckDuckGo", "Ecosia"],
    "SearchPhrase": ["garden furniture", "crm training", "winter coat", "gift card", "coffee machine"],
    "VisitorAnonymousStatus": ["Known", "Anonymous"],
    "VisitorReturningStatus": ["New", "Returning"],
    "VisitDuration": ["12", "45", "93", "180", "421"],
    "UserAgent": ["curl/8.6", "LinkScanner/2.1", "Mozilla/5.0 (compatible; SafeLinks)", "python-requests/2.32"],
    "BotDetectionReason": ["KnownBotUserAgent", "DatacenterIpRange", "ClickedAllLinks", "TooFast"],
    "Platform": ["iOS", "Android"],
    "PhoneProviderType": ["Twilio", "Telesign", "AzureCommunicationServices"],
    "EntityType": ["contact", "lead"],
    "ActionName": ["CreateTask", "CreatePhoneCall", "CreateLead"],
    "AudienceName": ["Contact", "Lead", "Profile"],
    "RelationshipOperatorAction": ["Include", "Exclude"],
    "Result": ["Success", "PartialSuccess"],
    "Path": ["Yes", "No", "Timeout"],
    "DeviceBrand": ["Apple", "Samsung", "Google", "Lenovo"],
    "DeviceModel": ["iPhone 15", "Galaxy S24", "Pixel 8", "ThinkPad X1"],
    "DeviceType": ["Phone", "Tablet", "Desktop"],
    "BounceReason": [
        "550 5.1.1 user unknown",
        "452 4.2.2 mailbox full",
        "421 4.7.0 try again later",
        "550 5.7.1 policy",
    ],
    "BounceCategory": [
        "inactive-mailbox",
        "full-mailbox",
        "dmarc-issues",
        "reputation-issues",
        "greylisting-issues",
        "connection-error",
        "policy-related",
        "message-expired",
        "other",
    ],
    "Category": ["Other"],
    "Details": ["See the log", "Code 200", "Answered by the service"],
    "Missingdata": ["emailaddress1", "firstname", "parentcustomerid"],
    "SurveyResponseName": ["Response 2024", "Response 2025"],
    "SurveyQuestionResponseName": ["Question 1", "Question 2"],
    "FormSubmissionType": ["Marketing", "EventRegistration", "PreferenceCenter"],
    "ContactFailureMessage": ["Required field missing", "Duplicate found"],
    "LeadFailureMessage": ["Required field missing", "Duplicate found"],
    "RequestObjectName": ["Newsletter", "Product updates"],
    "RequestObjectValue": ["true", "1"],
    "RequestType": ["DoubleOptIn", "Resubscribe"],
    "ConfirmationValue": ["Confirmed", "true"],
    "OptimizationDecisionStatus": ["Winner", "Exploring"],
    "OptimizationFeedbackType": ["Click", "Open", "Goal"],
    "SelectedActionVersion": ["A", "B"],
    "ConversionEventDefinitionName": ["Purchase", "Demo booked", "Trial started"],
    "SourceEntityName": ["msevtmgt_event", "msdynmkt_marketingform", "contact"],
    "LinkName": ["Shop now", "Read more", "Book a seat"],
    "LinkFriendlyName": ["Shop now", "Read more", "Book a seat", "Preferences"],
    "PageId": ["page-1", "page-2", "page-3"],
    "WebsiteId": ["site-main", "site-shop"],
    "Reason": ["Default", "Requested"],
    "ReasonDetail": ["None given"],
    "BlockedReason": ["Other"],
    "BounceType": ["SoftBounce"],
    "RemoteBounce": ["false"],
    "WasRemoteBounced": ["false"],
    "Outcome": ['{"intent": "callback", "score": 3}', '{"intent": "none"}', '{"agent": "queue 4", "minutes": 2}'],
    "FormSubmissionFields": ['{"email": "a@example.com", "topic": "news"}', '{"seats": 2}'],
    "FormSubmissionFieldsSnapshot": ['{"fields": ["email", "topic"]}', '{"fields": ["seats"]}'],
    "SubmittedValues": [
        '{"email": "a@example.com", "note": "He said \\"hello\\", twice"}',
        '{"seats": 2, "diet": "none"}',
    ],
    "InternalMarketingProperties": ['{"source": "segment"}', '{"source": "static list"}'],
    "BlacklistedLink": ["https://bad.example/offer", "https://worse.example/login"],
    "ReferrerUri": ["https://www.example.net/search?q=coat", "https://partner.example/"],
    "FormsProSurveyLinkUrl": ["https://survey.example.com/r/1", "https://survey.example.com/r/2"],
    "SurveyFormId": ["form-a", "form-b"],
    "FormsProSurveyIdentifier": ["fps-100", "fps-200"],
    "JotunnSurveyLinkIdentifier": ["jot-1", "jot-2"],
    "BoostValue": [5, 10, 25],
    "CopiesCount": [1, 2, 3],
}
# Columns that are guids from a short list (reference records of the tenant): attribute -> how many.
SHORT_GUIDS = {
    "BrowserId": 5, "OperatingSystemId": 5, "DeviceTypeId": 3, "EmailClientId": 6, "ChannelDefinitionId": 3,
    "SurveyId": 4, "SurveyQuestionId": 12, "EventId": 8, "FormId": 6, "WorkflowId": 12, "SourceEntityId": 20,
    "ProactiveEngagementConfigId": 2, "LinkedInCampaignId": 3, "LinkedInFormId": 4,
    "ConversionEventDefinitionId": 3, "NextActivityId": 12, "SelectedActionId": 8, "SchedulerId": 10, "LinkId": 24,
    "ActivityTypeId": 4, "AggregatedSendingId": 12, "BindingId": 9, "GoalEventId": 6, "DropoffId": 9,
    "ChannelMessageId": 10, "RequestObjectId": 6, "EventSessionId": 24,
}  # fmt: skip
# Clients that the vendor has published the ids of; the last of each list is one that nobody knows.
KNOWN_CLIENTS = {
    "EmailClientId": [
        "391123ee-6312-4dcf-9e2d-9027022804d8", "bb63337d-d8da-489a-9ee3-857154e5080c",
        "89945e01-90e2-408f-ac99-cd46b19e51d8", "caf15dba-5b51-4146-900d-6a8f5d2cafbf",
        "87bdc7da-02a6-4ce5-9b98-b4c9a6143d0e",
    ],
    "DeviceTypeId": ["aa1519ed-8c2b-4c96-b658-a63f0bd02332", "f8c82bd5-e602-454e-bfb4-326e60daafda"],
    "OperatingSystemId": [
        "2fd14342-0556-42bf-a155-7f1343ce16df", "691fee8e-7c8d-4ee4-bb40-5c924affd9fe",
        "cc324703-9d00-4cf9-bee7-fa65b373841d", "6b6b81d0-ef01-4b4d-8430-675dc31ae27d",
    ],
    "BrowserId": [
        "a8a2dc38-6acd-42c3-999b-5599e31aca3b", "e54ffd0f-c94d-435f-8a97-407c634cbda1",
        "2f5c5058-9d1f-4969-84dd-17d0e67bb4a4", "807c4a91-d194-443b-8052-5a4f2945fba0",
    ],
}  # fmt: skip
# Columns that are a new guid on each row (the record that the row created or touched).
FRESH_GUIDS = {
    "ConfirmationRequestId", "FormSubmissionId", "EventRegistrationId", "EventCheckInId", "SessionRegistrationId",
    "SurveyResponseId", "SurveyQuestionResponseId", "DeletedContactId", "DeletedEntityId", "DeviceId", "VisitorId",
    "SessionId", "RecordId", "EntityId", "SecondaryRecipientProfileId",
}  # fmt: skip
VARIANTS = ["Variant A", "Variant B", "Variant C"]
LINKS = [
    "https://www.example.com/shop",
    "https://www.example.com/blog/spring",
    "https://www.example.org/event",
    "https://www.example.net/prefs",
]
# Columns that hold a link, on websites; what messages say of theirs is decided in links.py.
LINK_COLUMNS = ["Link", "OriginalUrl", "OriginalContentLink"]
# Which columns are often empty, and how often (share of nulls); the others above are empty in 5 % of the rows.
SPARSE = {
    "SearchEngineName": 0.6, "SearchPhrase": 0.7, "State": 0.2, "ContactFailureMessage": 0.7,
    "LeadFailureMessage": 0.7, "VisitDuration": 0.3, "ReferrerUri": 0.4, "AggregatedSendingId": 0.5,
    "WorkflowId": 0.3, "SelectedActionVersion": 0.1,
}  # fmt: skip
ALWAYS = {
    "FormSubmissionId", "EventRegistrationId", "SurveyResponseId", "ConfirmationRequestId", "DeletedContactId",
    "DeletedEntityId", "GoalEventId", "ConversionEventDefinitionId", "SessionRegistrationId",
}  # fmt: skip
