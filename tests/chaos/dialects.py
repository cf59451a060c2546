"""What the gateway of the chaos run is told, and tells, in seven's words and in D7's."""

import json
import time
from urllib.parse import urlencode


def report(entry, status):
    """What D7 posts, and where."""
    form = {"request_id": entry["id"], "recipient": entry["to"].lstrip("+"), "status": status}
    return entry["report_url"], urlencode({**form, "originator": entry["from"], "msg_id": "m"})


def texts_of(path, body):
    """The texts of a request, one for each recipient."""
    asked = json.loads(body)
    if not path.startswith("/messages/"):
        return [{**asked, "to": to} for to in asked["to"].split(",")]
    common = asked["message_globals"]
    ends = {"from": common["originator"], "foreign_id": common["tag"]}
    ends["report_url"] = common["report_url"]
    return [
        {"to": to, "text": message["content"], "place": [n, place], **ends}
        for n, message in enumerate(asked["messages"])
        for place, to in enumerate(message["recipients"])
    ]


def reply(entry):
    now = int(time.time())
    words = f"Answer to {entry['id']}"
    ends = {"sender": entry["to"], "system": entry["from"]}
    return {"id": f"mo{entry['id']}", "text": words, "time": str(now), **ends}


def accepted_by_d7(entries):
    return {"request_id": entries[0]["id"], "status": "accepted"}


def items(entries):
    """seven's answer: one for each recipient."""
    return {
        "success": "100" if all(one["taken"] for one in entries) else "101",
        "messages": [
            {
                "id": one.get("id"),
                "recipient": one["to"].lstrip("+"),
                "success": one["taken"],
                "error": None if one["taken"] else 202,
                "parts": 1,
                "price": 0.075,
            }
            for one in entries
        ],
    }
