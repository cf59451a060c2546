"""
Who the demo is about. All of them are invented; their numbers are ones that carriers keep free
for fiction (+1 212 555 01xx; Ofcom's +44 7700 900xxx and +44 20 7946 0xxx, read 2026-11-22).
"""

from __future__ import annotations

from typing import NamedTuple

FIRM = "Larkmoor"

#: Username, first name, last name. The first one signs in with the password “demo”.
TEAM = [
    ("demo", "Dana", "Okafor"),
    ("marek", "Marek", "Lindqvist"),
    ("priya", "Priya", "Vale"),
]

#: Name and hue.
TAGS = {
    "Customer": 3,
    "Lead": 5,
    "Supplier": 7,
    "Crew": 2,
    "VIP": 8,
    "Slow payer": 1,
    "Simulator": 4,
}


#: Fields of the firm's own: on what, name in texts, name, type, options.
FIELDS = [
    ("contact", "heard_by", "Heard of us by", "choice", ["Recommendation", "Web", "Signboard"]),
    ("contact", "customer_since", "Customer since", "date", []),
    ("deal", "scaffold", "Scaffold", "choice", ["Ours", "Theirs", "None"]),
]


#: Saved views for the whole team: of which list, name, what the list is asked.
VIEWS = [
    ("contacts", "Heard of us on the web", "f-heard_by=2"),
    ("contacts", "Texted last", "sort=-texted&columns=phone"),
    ("communications", "Replies, last 7 days", "direction=inbound&days=7"),
    ("communications", "Failed", "status=failed"),
]


class Person(NamedTuple):
    """`home` is us or uk and decides the numbers; `phones` are the kinds beside the mobile."""

    name: str
    job: str
    home: str
    phones: str = ""
    tags: str = "Customer"
    company: str = ""
    notes: str = ""


PEOPLE = [
    Person("Ada Merriweather", "Owner", "us", "work home", "Customer, VIP", "Merriweather Bakery"),
    Person("Tobias Merriweather", "Shift lead", "us", "work", "Customer", "Merriweather Bakery"),
    Person("Juno Castellane", "Practice manager", "uk", "work", "Customer", "Quayside Dental"),
    Person("Basil Oduya", "Dentist", "uk", "work home", "Customer", "Quayside Dental"),
    Person("Imogen Farrow", "Head of lettings", "uk", "work main", "Customer, VIP", "Elmtree Lets"),
    Person("Rufus Anker", "Caretaker", "uk", "", "Customer", "Elmtree Lets"),
    Person("Carmen Delacroix-Bell", "", "us", "home work"),
    Person("Nils Haverford", "", "us", "home"),
    Person("Opal Whitlock", "", "us", "home", "Lead"),
    Person("Desmond Achterberg", "Architect", "us", "work main", "Lead, VIP"),
    Person("Saoirse Penhallow", "", "uk", "home", "Customer", "", "Key is with the neighbour."),
    Person("Theo Vandermolen", "", "us", "work", "Lead"),
    Person("Wilhelmina Strand", "", "us", "home work", "Customer", "", "Prefers texts to calls."),
    Person("Kofi Brandvold", "Electrician", "us", "work", "Crew"),
    Person("Lucia Harrowgate", "Plumber", "us", "work home", "Crew"),
    Person("Magnus Teale", "Roofer", "uk", "", "Crew"),
    Person("Yara Solheim", "Tiler", "uk", "home", "Crew"),
    Person("Pavel Quill", "Timber yard", "us", "main work", "Supplier"),
    Person("Odette Marchbanks", "Tile shop", "uk", "main work", "Supplier"),
    Person("Gideon Frost", "Scaffolding", "us", "work", "Supplier"),
    Person("Hana Kirkwood", "", "us", "home", "Customer, Slow payer"),
    Person("Leopold Ashdown", "", "uk", "home work", "Customer, Slow payer"),
    Person("Bea Thornquist", "", "us", "home", "Customer", "", "Shares her mobile with Otis."),
    Person("Otis Thornquist", "", "us", "work", "Customer", "", "Shares his mobile with Bea."),
    Person("Mirela Stanhope", "", "uk", "home", "Lead"),
    Person("Casper Lindholm", "", "us", "work", "Lead"),
    Person("Esme Rutherglen", "Garden designer", "uk", "work", "Lead"),
    Person("Jonah Birchall", "", "us", "home", "Customer"),
    Person("Petra Vance-Olsen", "", "us", "home work", "Customer"),
    Person("Silas Wetherby", "", "uk", "home", "Customer"),
    Person("Anneke Duval", "", "us", "home", "Lead"),
    Person("Zadie Holloway", "Accountant", "none", "", "Supplier", "", "E-mail only, no phone."),
]

SHARED_MOBILE = ("Bea Thornquist", "Otis Thornquist")
LONGEST_STORY = "Ada Merriweather"


class Company(NamedTuple):
    name: str
    website: str
    main_contact: str


COMPANIES = [
    Company("Merriweather Bakery", "https://bakery.example/", "Ada Merriweather"),
    Company("Quayside Dental", "https://quayside.example/", "Juno Castellane"),
    Company("Elmtree Lets", "https://elmtree.example/", "Imogen Farrow"),
]


class Sale(NamedTuple):
    """A deal: `who` is a person's or, where no person is named on it, a company's name."""

    title: str
    who: str
    stage: str
    amount: int | None
    due_in: int  # days from today


SALES = [
    Sale("New shop front", "Ada Merriweather", "won", 18_400, -12),
    Sale("Second oven room", "Ada Merriweather", "quote_sent", 32_750, 21),
    Sale("Waiting room floor", "Juno Castellane", "survey", 6_900, 14),
    Sale("Roof of Elm House", "Elmtree Lets", "quote_sent", 41_200, 30),
    Sale("Kitchen extension", "Carmen Delacroix-Bell", "won", 54_300, 45),
    Sale("Garden wall", "Saoirse Penhallow", "won", 3_850, -30),
    Sale("Loft conversion", "Desmond Achterberg", "lead", None, 60),
    Sale("Bathroom refit", "Wilhelmina Strand", "quote_sent", 11_600, 10),
    Sale("Porch repair", "Nils Haverford", "won", 2_150, -5),
    Sale("Garage door", "Theo Vandermolen", "lost", 1_980, -20),
    Sale("Patio and steps", "Esme Rutherglen", "survey", 7_400, 18),
    Sale("Sash windows", "Leopold Ashdown", "lead", 9_250, 25),
]


class Words(NamedTuple):
    """A template, and whether it is the whole team's."""

    name: str
    text: str
    shared: bool = True


TEMPLATES = [
    Words("hello", "Hi {first_name|there}, {me.first_name} from Larkmoor. How can we help?"),
    Words("on-our-way", "{first_name|Hello}, the crew is on its way and there in 20 minutes."),
    Words(
        "quote-ready",
        "Hi {first_name|there}, your quote for “{deal.title}” is ready and in your inbox.",
    ),
    Words("hours", "Our office is open Monday to Friday, 8 to 17. Larkmoor"),
    Words("sorry-late", "{first_name|Hello}, I am running ten minutes late. Sorry!", shared=False),
]


class Trial(NamedTuple):
    """Somebody whose number ends in digits that the simulator knows (see its module)."""

    name: str
    digits: str
    notes: str


TRIALS = [
    Trial("Walt Pemberley", "90", "A text to this mobile is refused: the number is not valid."),
    Trial("Greta Mossman", "91", "A text to this mobile is refused: opted out at the gateway."),
    Trial("Ines Calloway", "92", "This mobile cannot be reached, so a text is tried again later."),
    Trial("Rowan Sedgefield", "93", "The gateway asks to slow down: the text waits and is tried."),
    Trial(
        "Felix Northcote",
        "94",
        "A text to this mobile uses up the credit: the gateway is paused until you resume it.",
    ),
    Trial("Dorothea Lisle", "95", "No answer comes for a text to this mobile, but it was sent."),
    Trial("Ezra Holmwood", "96", "No answer comes for a text to this mobile, and it never left."),
    Trial("Maud Trevelyan", "97", "A text to this mobile is accepted, but never delivered."),
]
