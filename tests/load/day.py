"""
People who read and write, and a gateway that tells things, in a process of their own, since locust
changes how sockets work: `python -m tests.load.day`, with what Plan holds as JSON.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode

import gevent
from locust import HttpUser, User, between, constant_throughput, task
from locust.env import Environment

from tests.bench.words import FIRST, LAST, SAID
from tests.chaos.dialects import report, texts_of

SPAWNED = 3  # people who sign in, a second: checking a password takes a core a third of one
POSTMEN = 8  # who share the webhooks: one alone would wait for each answer
SEARCHED = ("ann", "bert", "212", "gold", "ther", *LAST[:20:5])


@dataclass(frozen=True)
class Plan:
    url: str
    stub: str
    webhook: str  # where texts that come in go
    people: int
    seconds: float
    webhooks: int  # a second
    contacts: int


plan: Plan
#: Milliseconds of each kind of request; how many of it failed; what was said of those.
times: dict[str, list[float]] = defaultdict(list)
failed: Counter[str] = Counter()
errors: list[str] = []
typed: list[str] = []  # words of comments that were to be texted, and were answered as posted
arrived: list[dict[str, object]] = []  # at the gateway
names, ids = count(), count(1)


class Person(HttpUser):
    """Signs in, and then does what people do all day, with time to think."""

    wait_time = between(1, 4)

    def on_start(self) -> None:
        self.client.trust_env = False
        self.contact, self.held = 4, {"page": "inbox"}
        self.token = _hidden(self.get("/login/", "sign in: form").text)["csrfmiddlewaretoken"]
        who = {"username": f"person{next(names)}", "password": "bench-pass-phrase"}
        self.post("/login/", "sign in", who)
        self.read_contact()

    @task(4)
    def read_inbox(self) -> None:
        page = self.get("/inbox/", "inbox").text
        self.held = {"page": "inbox"} | _live(page)
        if found := re.findall(r'href="/inbox/(\d+)/', page):
            opened = self.get(f"/inbox/{random.choice(found)}/", "conversation", follow=True).text
            self.held = {"page": "inbox"} | _live(opened)

    @task(5)
    def read_contact(self) -> None:
        self.contact = random.randint(1, plan.contacts)
        page = self.get(f"/contacts/{self.contact}/", "contact page").text
        self.token = _hidden(page)["csrfmiddlewaretoken"]
        self.held = {"page": f"contact-{self.contact}"} | _live(page)

    @task(3)
    def search(self) -> None:
        words = random.choice([*SEARCHED, random.choice(FIRST)])
        for end in range(2, len(words) + 1, 2):
            self.get("/find/", "search", {"q": words[:end]})
        self.get("/contacts/", "contact list", {"q": words})

    @task(2)
    def read_communications(self) -> None:
        self.get("/communications/", "Communications")

    @task(3)
    def note(self) -> None:
        self.post(self._page, "comment", {"body": f"{random.choice(SAID)}. Noted {next(ids)}."})

    @task(3)
    def text(self) -> None:
        words = f"{random.choice(SAID)} ({next(ids)})"
        if self.post(self._page, "comment with sms:", {"body": f"sms: {words}"}):
            typed.append(words)

    @task(12)
    def poll(self) -> None:
        self.get("/live/", "live polling", self.held)

    @property
    def _page(self) -> str:
        return f"/contacts/{self.contact}/"

    def get(self, path: str, name: str, query: dict | None = None, *, follow: bool = False):
        more = {"params": query, "allow_redirects": follow, "catch_response": True}
        with self.client.get(path, name=name, timeout=30, **more) as answer:
            _look(answer, {200, 204})
        return answer

    def post(self, path: str, name: str, form: dict[str, str]) -> bool:
        form = form | {"csrfmiddlewaretoken": self.token}
        more = {"allow_redirects": False, "catch_response": True, "timeout": 30}
        with self.client.post(path, form, name=name, **more) as answer:
            return _look(answer, {302})


class Postman(HttpUser):
    """Tells in turn what became of a text, and that somebody texted us."""

    fixed_count = POSTMEN

    def wait_time(self) -> float:
        return constant_throughput(plan.webhooks / POSTMEN)(self)

    def on_start(self) -> None:
        self.client.trust_env = False

    @task
    def tell(self) -> None:
        n = next(ids)
        if n % 2 and (waiting := [one for one in arrived if "told" not in one]):
            entry = random.choice(waiting)
            entry["told"] = True
            url, form = report(entry | {"id": "d9835609"}, "delivered")
            self._post(url, "webhook: report", form)
        elif senders := [one["to"] for one in arrived[-500:]]:
            said = {"sender": random.choice(senders), "receiver": "+12125550100"}
            said |= {"mo_id": f"load{n}", "text": f"{random.choice(SAID)} [{n}]"}
            self._post(plan.webhook, "webhook: text", urlencode(said))

    def _post(self, url: str, name: str, form: str) -> None:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        more = {"catch_response": True, "timeout": 30, "headers": kind}
        with self.client.post(url, form, name=name, **more) as answer:
            _look(answer, {200})


class Clerk(User):
    """Reads the gateway's log, which forgets what it told."""

    fixed_count = 1
    wait_time = between(1, 1)

    @task
    def read(self) -> None:
        read_log()


def read_log() -> None:
    import requests

    with requests.Session() as session:
        session.trust_env = False
        log = session.get(f"{plan.stub}/log", timeout=30).json()
    arrived.extend(one for _, body in log for one in texts_of("/messages/v1/send", body))


def _look(answer, wanted: set[int]) -> bool:
    if answer.status_code in wanted:
        answer.success()
        return True
    answer.failure(f"{answer.status_code or answer.error}")
    return False


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def _live(page: str) -> dict[str, str]:
    """What a page holds for its next poll."""
    found = re.findall(r'form="live" name="(\w+)"[^>]* value="([^"]*)"', page)
    return dict(found)


def _count(request_type, name, response_time, exception, **_) -> None:
    times[name].append(response_time)
    if exception:
        failed[name] += 1
        errors.append(f"{name}: {exception}"[:300])


def run() -> dict[str, object]:
    made = Environment(user_classes=[Person, Postman, Clerk], host=plan.url)
    made.events.request.add_listener(_count)
    made.events.user_error.add_listener(lambda exception, **_: errors.append(repr(exception)))
    runner = made.create_local_runner()
    runner.start(plan.people + POSTMEN + 1, spawn_rate=SPAWNED)
    gevent.spawn_later(plan.seconds, runner.quit)
    runner.greenlet.join()
    _until_quiet()
    texts = [(one["to"], one["text"]) for one in arrived]
    return {"times": times, "failed": failed, "errors": errors, "typed": typed, "arrived": texts}


def _until_quiet(most: float = 60, calm: float = 5) -> None:
    """Until no text came for a while: what was typed last is still on its way."""
    end, since, seen = time.monotonic() + most, time.monotonic(), -1
    while time.monotonic() < min(end, since + calm):
        read_log()
        if len(arrived) != seen:
            seen, since = len(arrived), time.monotonic()
        time.sleep(0.5)


if __name__ == "__main__":
    plan = Plan(**json.loads(sys.argv[1]))
    print(json.dumps(run()))
