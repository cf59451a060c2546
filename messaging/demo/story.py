"""
What the demo's people wrote. In a dialogue, `>` is ours and `<` is theirs; {first} is the
contact's first name, {me} ours, {deal} a deal's title in lower case.
"""

from __future__ import annotations

from typing import NamedTuple

from messaging.demo.people import FIRM

#: Each contact gets some of these, none twice.
DIALOGUES = """
> Hi {first}, {me} from Larkmoor. We can come and measure on Thursday at 9. Does that suit?
< Thursday at 9 is fine 👍
> Great, see you then.

> Good morning {first}, the crew is on its way and should be with you in 20 minutes.
< Thanks, gate is open

> {first}, the tiles came a day early. May we start tomorrow instead of Friday?
< Tomorrow works, but not before 8 please
> 8:15 it is. Two of us, for about four hours.
< Perfect

< Hello, is there any chance of a quote for repainting the hallway?
> Of course, {first}. Could you send the length and height, and a photo if you have one?
< 6 m by 2.60 m, photo follows by e-mail
> Got it, thank you. You will have a figure by Wednesday.

> Hi {first}, rain is forecast for tomorrow, so we move the outside work to Monday. Sorry!
< No problem, safety first 🌧️

> {first}, your invoice is in your inbox. Any questions, just reply here. {me}
< Paid this morning
> That was quick, thank you! 🙏

> We finished for today and swept the drive. The water is back on.

< You left a spirit level in the kitchen :)
> We were looking for it! We pick it up tomorrow, thanks {first}.

> Hello {first}, the colour you chose comes in matt and in satin. Which one shall we order?
< What would you take?
> Satin for a hallway: it can be wiped.
< Satin then

> Reminder: {me} comes tomorrow at 10 to look at the damp patch. Please move the shelf if you can.
< Shelf is moved

< Could somebody call me about the skirting boards?
> I am on a roof until four, {first}. May I ring you at half past?
< Yes please

> {first}, the inspector signed everything off today. The certificate comes by post.
< Wonderful news 🎉

> Hi {first}, a short summary of what we agreed on site: we take out the old units on Monday, the
  electrician comes on Tuesday morning, plaster on Wednesday, and it has to dry until the weekend.
  You can use the sink again from Tuesday evening. Parking for one van
  would help us a lot, and so would a dry corner for the tools overnight. The tiler needs the
  spare box of tiles from your cellar, please. Call me any time if something comes up. {me}
< All clear. I will ask next door about the parking.
< Done, they said yes

> Your new handle has arrived, {first}. Shall we fit it this week?
< Friday afternoon?
> Friday at 2.

> Sorry {first}, we are stuck behind a closed bridge. About 30 minutes late.
< Ok, coffee is ready whenever ☕

< The tap drips again
> Oh no. I can send Lucia today between 3 and 5, free of charge of course.
< After 4 is better
> She will ring the bell at 4.

> {first}, we need the boiler's model number. It is on the silver plate at the bottom.
< HX-240, if I read it correctly
> That is the one, thanks.

> Which day suits you better for the skip, Tuesday or Thursday?
< Tuesday
> Booked for Tuesday, 7 to 9 in the morning.

< Hi! Do you also do fences?
> We do. How long is it, and which height did you have in mind?
< About 12 metres, shoulder high, and a small gate. The old posts are concrete and two of them
  lean quite a bit, so they would have to come out first. There is room for a van at the back.
> Understood. {me} has a look on Saturday morning, if that is not too early?
< Saturday is great

> Thank you for having us, {first}! If you are happy, tell your neighbours. If not, tell us.
< Very happy, already told three people 😀

> The glazier confirmed: windows on the 3rd, one day, no scaffolding needed.
< Brilliant

> {first}, may we leave the ladder in your garden overnight?
< Sure, behind the shed

< Is the price with or without the old carpet taken away?
> With. We take it to the tip, it is included.
< 👌

> We found the leak: a split joint behind the washing machine. Fixed, and the wall can dry now.
  Please leave the door open for two days.
< So glad, thank you so much

> Quick question, {first}: where does the key go when we are done?
< Letter box is fine

< Running 10 minutes late, sorry
> No rush, we unload meanwhile.

> Grüße vom Dach, {first}: all slates are on. Photos by e-mail tonight. {me}
< Looks lovely from the street already!

> Hi {first}, the sample boards are at the office. Come by any day before five.
< Tomorrow at lunch?
> We keep the kettle on.

> {first}, we are closed on Monday. In an emergency call the number on the invoice.

< Can we change the socket to the left side of the desk?
> Yes, as long as we know before Wednesday. Noted for Kofi.
< Thanks!
"""

#: One for each deal, typed on the deal.
ABOUT_A_DEAL = """
> Hi {first}, the quote for the {deal} is in your e-mail. Shall we talk it through tomorrow?
< Thanks, reading it tonight

> {first}, we could start on the {deal} in the week of the 14th. May I pencil you in?
< Yes, pencil is good
> Done. I confirm once the material is ordered.

> About the {deal}: the survey took 40 minutes, and there are no surprises. {me}
< That is what I like to hear

> Hi {first}, any thoughts on the {deal} yet? The price holds until the end of the month.
"""

#: Plain comments of the team.
COMMENTS = [
    "Rang, no answer. Tries us again after lunch.",
    "Very friendly on the phone. Wants everything in writing.",
    "Dog is called Biscuit and is not dangerous, whatever the sign says.",
    "Measured on site: 4.20 × 2.85 m, ceiling 2.52 m.",
    "Photos are in the shared folder.",
    "Asked for the satin paint again, sample posted.",
    "Price agreed. Deposit by Friday.",
    "Deposit arrived.",
    "Parking only on the left side of the road.",
    "Neighbour complained about the noise, sorted out with a cake.",
    "Key number 14 on our board.",
    "Would like to hear from us again in spring.",
    "Scaffolding until the end of next week at the latest.",
    "Materials ordered, delivery in ten days.",
    "Please call before ringing the bell: small baby.",
    "Invoice corrected and sent once more.",
    "Comes recommended by the bakery.",
    "Second floor, no lift. Bring the trolley.",
]

CLOSED = f"{FIRM}: the office is closed this Friday. Jobs already planned go ahead as agreed."


class Fresh(NamedTuple):
    """A dialogue of the last hours, by how many minutes ago it began; nobody read its answers."""

    name: str
    minutes: int
    words: str


FRESH = [
    Fresh(
        "Ada Merriweather",
        55,
        "> Hi {first}, shall we hang the sign today or wait for the weekend?"
        "\n< Today please! The photographer comes on Saturday 📸",
    ),
    Fresh("Imogen Farrow", 190, "< Two tenants at Elm House report a drip on the top landing."),
    Fresh(
        "Wilhelmina Strand",
        340,
        "> {first}, white or grey grout for the bathroom? {me}\n< Grey\n< Light grey, to be exact",
    ),
    Fresh("Casper Lindholm", 1_500, "< Do you work on Saturdays?"),
    Fresh(
        "Petra Vance-Olsen",
        2_900,
        "> Hello {first}, the door is ready to be collected.\n< Can your van bring it?",
    ),
]


class Once(NamedTuple):
    """One text that stands for one fate. `before`: attempts that provably did not leave."""

    name: str
    days: int
    status: str
    text: str
    reason: str = ""
    detail: str = ""
    before: int = 0


ONCE = [
    Once("Walt Pemberley", 9, "failed", "Hi Walt, is this your new number?", "invalid_number"),
    Once("Greta Mossman", 16, "failed", "Hi Greta, your quote is ready.", "opted_out", "simulated"),
    Once("Ines Calloway", 21, "failed", "Ines, are you in on Tuesday?", "unreachable", "", 7),
    Once("Hana Kirkwood", 12, "delivered", "Hana, a reminder of the open invoice.", "", "", 1),
    Once("Silas Wetherby", 18, "delivered", "Silas, we start at 8 tomorrow.", "", "", 2),
    Once("Maud Trevelyan", 7, "undelivered", "Maud, the plumber comes at 3.", "undelivered"),
    Once("Leopold Ashdown", 11, "undelivered", "Leopold, may we call you today?", "absent"),
    Once("Dorothea Lisle", 5, "unconfirmed", "Dorothea, your windows have arrived.", "timeout"),
    Once("Ezra Holmwood", 6, "unconfirmed", "Ezra, shall we come an hour earlier?", "timeout"),
    Once("Gideon Frost", 13, "sent", "Gideon, can you take the scaffold down on Friday?"),
    Once("Pavel Quill", 3, "sent", "Pavel, 24 lengths of larch please, as last time."),
    Once("Theo Vandermolen", 20, "cancelled", "Theo, thank you anyway, and all the best."),
    Once("Nils Haverford", 4, "cancelled", "Nils, are you still thinking about it?", "replied"),
    Once("Jonah Birchall", 0, "sending", "Jonah, we are at your door in five minutes."),
]

#: Undelivered, then sent again by a person and delivered.
AGAIN = ("Anneke Duval", 8, "Anneke, the sample of the floor is at our office for you.")

#: To be sent some days from now: name, days ahead, words.
SCHEDULED = [
    ("Juno Castellane", 3, "Good morning Juno, we start on the waiting room floor at 8 today."),
    ("Esme Rutherglen", 4, "Esme, a reminder: site meeting on the patio at 10."),
    ("Jonah Birchall", 6, "Jonah, tomorrow is the day. Please keep the drive free for the skip."),
]

#: A stranger's number, texted from the quick form.
STRANGER = ("+447700900177", 10, "Hello, we found your wallet at the site in Elm Road. Larkmoor")


class Leaving(NamedTuple):
    """How somebody asked for no more texts, and one that was written to them all the same."""

    name: str
    days: int
    asked: str
    in_plain_words: bool
    later: str


LEAVING = [
    Leaving("Mirela Stanhope", 15, "STOP", False, "Mirela, one more idea for your kitchen."),
    Leaving(
        "Opal Whitlock", 2, "please stop texting me about the fence", True, "Opal, one question."
    ),
]

#: Who agreed to be texted, on paper: name, how many days ago, words.
AGREED = [
    ("Ada Merriweather", 260, "Yes, please text me about the work."),
]
