"""What people text, and what it asks of us."""

import pytest

from messaging.keywords import Ask, read

STOP = """
STOP|stop|Stop.|Stop!!|  stop  |"STOP"|STOP 🛑|ＳＴＯＰ|s t o p|StopAll|STOP ALL|Unsubscribe
UNSUBSCRIBE!|Cancel|cancel.|END|End.|quit|Quit!|opt out|OPT-OUT|optout|Opt Out.|Revoke
"""
START = "START|start|Start.|YES|Yes!|yes.|unstop|UN STOP"
HELP = "HELP|help!|Help?|INFO|info."

MAYBE = """
please stop texting me|Stop texting me|stop texting|STOP MESSAGING ME|stop sending me messages
Stop sending me this stuff|stop contacting me please|STOP PLEASE|stop please|Please stop
please stop.|pls stop|Plz stop it|stop it|Stop this now|Stop now|stop thanks|Stop, thank you
ok stop|OK, please stop now|can you stop texting me|Could you please stop|I want you to stop
I said stop|quit texting me|no more texts|No more messages please|no more sms|do not text me
Don't text me again|don’t message me anymore|dont text me|never text me again|Do not contact me
please do not contact us again|Don't send me any more texts|Remove me from your list|remove me
Please remove me.|take me off your list|Take me off this list please
take my number off your list|Remove my number|delete my number|Lose my number|unsubscribe me
I want to unsubscribe|How do I unsubscribe?|Please unsubscribe me from this|opt me out
Opt out please|I'd like to opt out|I am opting out|leave me alone|Leave me alone!!|wrong number
Wrong number.|Sorry, wrong number|You have the wrong number|you've got the wrong person
I think this is the wrong number|I revoke my consent|I withdraw consent|I don't want these texts
I do not want to receive your messages|I no longer want texts|Not interested, stop texting me
end texts|Cancel all texts|Stop all messages|stop spamming me|Stop the spam|stop calling me
Stop bothering me|go away|No more|STOP. I don't know you|Stop! Who is this?|Stop, who is this
Fuck off|stopp|ARRET|Arrêt|abmelden|alto|Please cancel|cancel please|Stop stop stop|STOP STOP
just stop|stop already|please stop immediately|Unsubscribe please|quit it please
Do not write to me|Please don't send any more messages|STOP texting
I asked you to stop texting me, don't stop at nothing|stop notifications|enough, stop
"""

NOTHING = """
Stop by at six|stop by whenever|Can you stop at the shop?|Please stop by tomorrow
please stop at the gate|don't stop|Don’t stop|dont stop|please don't stop|Don't stop texting me
never stop|I can't stop laughing|we can stop the leak|We will stop the leak on Monday
Can you stop the water?|The bus stop is closed|last stop|the next stop please let me know
I'll stop in later|Where does the bus stop|full stop|Cancel the order|please cancel the order
Can you cancel Tuesday?|Cancel my appointment|I have to cancel tomorrow|the end of the month
The end|at the end|In the end it was fine|weekend|End of the week works|No thanks|No, thank you
no|nope|Not today|Not interested|Yes please|Yes, at six|yes I can|yes to both
quit smoking last year|I quit my job to text poems|She quit|Let's start at nine|Start at nine
We start Monday|help me please|Can you help with the roof?|I need help|Info about prices please
more info please|I did not get a text message|Never got your message|I'll text you
Text me when you stop|Don't text while driving|Do not send the invoice to the old address
Don't contact the supplier yet|I gave you the wrong number, it's 212 555 0142
Sorry, wrong number, it is +1 212 555 0142|Remove the old roof
Remove me and Bob from the second coat, please paint it|Delete my number 4 item from the order
Take me off speaker|he should take the bins off the drive|Don't want the blue one
I do not want sugar|You can't stop me|non-stop flight|Stop the presses we won|unstoppable
Stopover in Paris|Ending soon|stopwatch|What's the cost of texting while abroad?|👍|?|OK|1
Did you stop sending invoices by post?
"""


def cases(table):
    return [words for line in table.strip().split("\n") for words in line.split("|")]


@pytest.mark.parametrize("words", [*cases(STOP), "stop\n", "\nSTOP"])
def test_a_keyword_alone_is_stop(words):
    assert read(words) is Ask.STOP


@pytest.mark.parametrize("words", START.split("|"))
def test_these_words_alone_come_back(words):
    assert read(words) is Ask.START


@pytest.mark.parametrize("words", HELP.split("|"))
def test_these_words_alone_ask_for_help(words):
    assert read(words) is Ask.HELP


@pytest.mark.parametrize("words", [*cases(MAYBE), "stop\nSent from my phone"])
def test_plain_language_that_asks_to_stop_is_heard(words):
    assert read(words) is Ask.MAYBE_STOP


@pytest.mark.parametrize("words", ["", "   ", *cases(NOTHING)])
def test_everyday_words_ask_for_nothing(words):
    assert read(words) is Ask.NOTHING


def test_a_very_long_text_is_read_quickly():
    assert read("please stop. " * 30_000) is Ask.MAYBE_STOP
    assert read("stop me us any " * 30_000 + "sorry, the a " * 5_000) is Ask.NOTHING
