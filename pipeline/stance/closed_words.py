"""Words and labels that decide which noun phrase can be a target, in any English text."""

from __future__ import annotations

AMOUNTS = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "MONEY", "PERCENT", "QUANTITY"})
"""Entity labels whose words belong to no name."""

PLACES = frozenset({"GPE", "NORP", "LOC", "LANGUAGE"})
"""Entity labels that alone name nobody's proposal, body or scheme."""

COUNTRIES = frozenset({"US", "USA", "UK", "UAE", "USSR", "DPRK", "DRC", "DC", "NZ", "EU"})
"""Countries and unions of them that are written as acronyms."""

_TITLES = """
mr mr. mrs mrs. ms ms. miss dr dr. professor sir dame lord lady baroness president minister senator deputy deputies
representative excellency judge justice prime chancellor taoiseach councillor
"""
TITLES = frozenset(_TITLES.split())
"""What a person's name begins with."""

LINKS = frozenset({"of", "for", "on", "to", "in", "against", "and"})
"""Words that may join the parts of a name ("Bank of England", "Department for Work and Pensions")."""

_VAGUE_HEADS = """
way thing lot number part side time day week month year years today people person man woman men women country
world nation fact point case example question matter issue end hand hands place kind sort form type level rate
range set series group side sides term terms word words reason reasons means chance moment colleague
colleagues friend friends member members guest speaker president chairman minister secretary lord lady
gentleman sir madam percent cent pound pounds dollar dollars million billion majority minority half area areas
result results thousands hundreds millions decade decades century generation life lives job bit role use view
need
"""
VAGUE_HEADS = frozenset(_VAGUE_HEADS.split())
"""Heads that name a quantity, a time, a person addressed or nothing in particular, in any English text."""

_PLAIN_MODIFIERS = """
new newer recent important great greater greatest good better best bad worse worst big bigger biggest major
huge real key significant current present former future further additional different various several young old
older little small smaller large larger long longer strong stronger clear full fuller whole entire early
earlier late later other same such own last next first second third many more most few fewer less only main
very certain possible true right wrong high higher low lower proper so-called very-first entire
"""
PLAIN_MODIFIERS = frozenset(_PLAIN_MODIFIERS.split())
"""Adjectives that rank or date but name nothing: they are taken off the front of a phrase."""

_INSTRUMENTS = """
act agency agenda agreement alliance amendment assembly authority bank bill board budget centre charter code
commission committee compact constitution contract convention corporation council court covenant deal
directive fund grant guarantee initiative inquiry institute law levy measure mission motion pact partnership
plan paper policy process programme program project protocol referendum reform regulation report resolution review
scheme service strategy subsidy tariff tax treaty tribunal union white-paper allowance benefit
"""
INSTRUMENTS = frozenset(_INSTRUMENTS.split())
"""What proposals, schemes and bodies are called; "the bill" may point back to one that was named."""
