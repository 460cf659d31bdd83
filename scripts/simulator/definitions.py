"""Definitions of journeys, as their designer keeps them in JSON, and what a reader has to find in them."""

from __future__ import annotations

import json

from .tenant import CONDITION, CUSTOM, EMAIL, MAIL_ACTIVITY, PUSH, REAL_TIME, SMS, Tenant

# The words of the product for a step, as far as they are known, in the order of STEP_KINDS, and where a step keeps its
# message.
STEP_TYPES = [
    "Email", "Sms", "PushNotification", "CustomChannel", "VoiceCall", "Delay", "Event", "CreateRecordV2", "ABTest",
]  # fmt: skip
CONTENT = {EMAIL: "contentId", SMS: "smsId", PUSH: "pushNotificationId", CUSTOM: "customChannelMessageId"}
LABELS = ["Gold customers", 'Others, "the rest"']
# What an outbound activity is called in a definition, in the order of ACTIVITY_DONE.
ACTIVITY_TYPES = [
    "Email", "Scheduler", "Trigger", "Splitter", "CreateCrmActivity", "CreateLead", "CustomChannel", "InvokeWorkflow",
]  # fmt: skip


def of_journey(tenant: Tenant, number: int, journey: str) -> tuple[str, list[dict]]:
    """Return the definition of a journey, and its steps: id, type, own name, message, parent, branch and place."""
    made = _real_time if tenant.journey_engine[number] == REAL_TIME else _outbound
    definition, steps = made(tenant, number)
    for place, step in enumerate(steps, 1):
        step |= {"journey_id": journey, "step_order": place}
    return json.dumps(definition), steps


def without_last_step(definition: str, steps: list[dict]) -> str:
    """Return the definition of a real-time journey before, or after, its last step was there."""
    content = json.loads(definition)
    del content["actions"][steps[-1]["journey_step_id"]]
    return json.dumps(content)


def goal_of(number: int) -> dict:
    """Return the goal of a journey: its title, target and unit; nothing where it has none."""
    if number % 4 == 3:
        return {}
    title, unit = f"Goal of journey {number}", "percent" if number % 4 == 1 else "people"
    return {"goal_name": title, "goal_target": None if number % 4 == 2 else 10.0 + number, "goal_target_unit": unit}


def _real_time(tenant: Tenant, number: int) -> tuple[dict, list[dict]]:
    """A chain of steps; where the journey has a branch, a condition holds the two steps of it."""
    actions: dict[str, dict] = {}
    steps, previous = [], None
    for position in range(tenant.journey_length[number]):
        first, second = tenant.journey_steps[number, position].tolist()
        if first == second:
            action, step = _action(tenant, number, first, previous)
            actions[step["journey_step_id"]] = action
            steps.append(step)
        else:
            condition, branches = "cccc" + tenant.steps[first].as_py()[4:], []
            split = {"journey_step_id": condition, "step_type": "ConditionV2", "parent_step_id": previous}
            steps.append(split | {"branch_label": None, "stated_name": "Who is it?", "message_id": None})
            for label, chosen in zip(LABELS, (first, second), strict=True):
                action, step = _action(tenant, number, chosen, None)
                branches.append({"label": label, "actions": {step["journey_step_id"]: action}, "condition": {}})
                steps.append(step | {"branch_label": label, "parent_step_id": condition})
            # the last branch of some is the one for all others, which has no label
            parameters = {"branches": branches}
            if number % 2:
                parameters |= {"branches": branches[:1], "falseActions": branches[1]["actions"]}
                steps[-1]["branch_label"] = "false"
            actions[condition] = {"type": "ConditionV2", "title": " Who is it? ", "parameters": parameters}
            actions[condition] |= _after(previous)
        previous = steps[-1]["journey_step_id"] if first == second else condition
    # the order of a dictionary means nothing
    shuffled = dict(sorted(actions.items(), key=lambda item: item[0][::-1]))
    definition = {"type": 1, "typeName": "scheduled", "contentVersion": "1.0.0.0", "trigger": {"type": "OneTime"}}
    goal = goal_of(number)
    if goal:
        target = {} if goal["goal_target"] is None else {"target": goal["goal_target"]}
        kind = "Percentage" if goal["goal_target_unit"] == "percent" else "Count"
        definition["goal"] = {"title": goal["goal_name"], "targetType": kind} | target
    return definition | {"actions": shuffled, "uiMetadata": {}}, steps


def _action(tenant: Tenant, number: int, step: int, previous: str | None) -> tuple[dict, dict]:
    """Return a step as a definition has it, and what is true of it."""
    kind, message = int(tenant.step_kind[step]), int(tenant.step_message[step])
    name = f"Step {step}" if step % 3 == 0 and kind != CONDITION else None
    content, parameters = CONTENT.get(kind), {}
    message_id = tenant.messages[message].as_py() if content and message >= 0 else None
    if message_id:
        parameters[content] = message_id.upper() if step % 5 == 0 else message_id
    action = {"type": STEP_TYPES[kind], "parameters": parameters} | _after(previous)
    if name:
        action["displayName"] = name
    return action, {
        "journey_step_id": tenant.steps[step].as_py(), "step_type": STEP_TYPES[kind], "stated_name": name,
        "message_id": message_id, "parent_step_id": previous, "branch_label": None,
    }  # fmt: skip


def _after(previous: str | None) -> dict:
    """Return how a definition says which step comes before another."""
    return {"runAfter": {previous: {"result": "Success"}}} if previous else {}


def _outbound(tenant: Tenant, number: int) -> tuple[list[dict], list[dict]]:
    """A chain of activities below the hidden root."""
    root = {"ActivityTypeId": "bpf_root", "ActivityId": "01", "ParentBranchId": 0, "Properties": {"Items": []}}
    activities, steps, previous = [root], [], "01"
    for position in range(tenant.journey_length[number]):
        step = int(tenant.journey_steps[number, position, 0])
        kind, message = int(tenant.step_kind[step]), int(tenant.step_message[step])
        own, name, of_email = tenant.steps[step].as_py(), f"Tile {step}", kind == MAIL_ACTIVITY
        message_id = tenant.messages[message].as_py() if of_email else None
        item = {"ItemId": message_id, "ActivityTypeId": ACTIVITY_TYPES[kind], "Title": "Undefined", "Name": name}
        activities.append({
            "ActivityTypeId": ACTIVITY_TYPES[kind], "ActivityId": own, "ParentActivityId": previous,
            "ParentBranchId": 0, "ParentRelationshipType": "Default", "Properties": {"Items": [item]},
        })  # fmt: skip
        steps.append({
            "journey_step_id": own, "step_type": ACTIVITY_TYPES[kind], "stated_name": name, "message_id": message_id,
            "parent_step_id": None if previous == "01" else previous, "branch_label": None,
        })  # fmt: skip
        previous = own
    return activities, steps
