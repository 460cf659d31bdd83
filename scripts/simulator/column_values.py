"""What columns hold whose values do not depend on who or what the row is about, and how often columns are empty."""

from __future__ import annotations

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
