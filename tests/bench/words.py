"""Invented names and sentences for a crowd, the same each time."""

from __future__ import annotations

_A = ("Al", "An", "Be", "Ca", "Da", "El", "Fa", "Gra", "He", "Is", "Jo", "Ka", "Lu", "Ma", "Ni")
_B = ("bert", "na", "nia", "la", "rin", "ra", "mund", "dor", "sa", "vin", "mar", "lia", "ther")
_C = ("Al", "Bran", "Carr", "Dun", "Es", "Fair", "Gold", "Hart", "Ings", "Jar", "Kel", "Lang")
_D = ("d", "den", "field", "gate", "ham", "ing", "ley", "man", "ner", "row", "ster", "ton", "wood")
_E = ("", "bach", "by", "er", "hurst", "leigh", "mann", "s", "sen", "son", "well", "wick", "worth")

FIRST = [a + b for a in _A for b in _B]
LAST = [c + d + e for c in _C for d in _D for e in _E]
TRADES = ("Bakery", "Joinery", "Roofing", "Surveys", "Motors", "Gardens", "Books", "Kitchens")
SAID = (
    "See you at six, and bring the drawings",
    "Could you send the quote again?",
    "On my way",
    "The survey is on Thursday at nine. Is somebody at home?",
    "Thank you, that works",
)
