"""
Writes texts as people do, at a steady pace with bursts: `python -m tests.chaos.feeder`.

Half of them as comments. A text is noted as accepted after its commit, with a number that its
words repeat: started again after a kill, it goes on behind the last one noted.
"""

import argparse
import os
import random
import time
from pathlib import Path


def main():
    parser = argparse.ArgumentParser()
    for name in ("--messages", "--seconds", "--seed", "--accepted"):
        parser.add_argument(name, required=True)
    given = parser.parse_args()
    import django

    django.setup()
    Feeder(int(given.messages), float(given.seconds), int(given.seed), given.accepted).run()


class Feeder:
    def __init__(self, messages, seconds, seed, accepted):
        from contacts.models import Contact
        from messaging.models import Number

        self.accepted = Path(accepted)
        noted = self.accepted.read_text().split("\n") if self.accepted.exists() else []
        self.next = 1 + max((int(line) for line in noted if line.isdigit()), default=0)
        self.last, self.pause = messages, seconds / max(messages, 1)
        self.random = random.Random(seed * 1_000_003 + self.next)
        self.contacts = list(Contact.objects.prefetch_related("phones"))
        self.numbers = list(Number.objects.all())

    def run(self):
        parent = os.getppid()
        while self.next <= self.last and os.getppid() == parent:
            burst = self.random.choice((1, 1, 1, 1, 2, 3, 25))
            numbers = range(self.next, min(self.next + burst, self.last + 1))
            time.sleep(self.pause * len(numbers))
            self._write(numbers)
            self.next = numbers.stop

    def _write(self, numbers):
        from django.db import DatabaseError

        while True:
            try:
                self._store(numbers)
            except DatabaseError:  # nothing was stored: the author would press the button again
                time.sleep(0.2)
                continue
            with self.accepted.open("a") as file:
                file.write("".join(f"{n}\n" for n in numbers))
            return

    def _store(self, numbers):
        from django.db import transaction

        from contacts.comments import post_comment

        with transaction.atomic():
            for n in numbers:
                contact = self.random.choice(self.contacts)
                if n % 2:
                    post_comment(on=contact, author=None, body=f"sms: Text {n}")
                else:
                    self._enqueue(contact, n)

    def _enqueue(self, contact, n):
        from messaging import outbox
        from messaging.models import Origin

        outbox.enqueue(
            text=f"Text {n}",
            phone=contact.phones.all()[0].e164,
            number=self.random.choice(self.numbers),
            origin=Origin.API,
            contact=contact,
        )


if __name__ == "__main__":
    main()
