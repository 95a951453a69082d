"""How a person is named in a sentence, and how to ring them. Pure."""

from shared.messages import NoticePerson, Telephone


def who(person: NoticePerson) -> str:
    """`Jo Fielding, designated safeguarding lead, Oakfield Primary School`, as far as known."""
    return ", ".join(part for part in (person.name, person.role, person.agency) if part)


def introduced(person: NoticePerson, otherwise: str) -> str:
    """`Jo Fielding (designated safeguarding lead, Oakfield Primary School)`: for the middle of a sentence."""
    about = ", ".join(part for part in (lowered(person.role), person.agency) if part)
    return f"{person.name} ({about})" if person.name and about else short(person, otherwise)


def who_to_ring(person: NoticePerson) -> str:
    """As `who`, with the telephone."""
    return ", ".join(part for part in (who(person), person.phone and f"telephone {person.phone}") if part)


def short(person: NoticePerson, otherwise: str) -> str:
    """The name, else the role at the agency, else `otherwise`."""
    if person.name:
        return person.name
    if person.role and person.agency:
        return f"the {lowered(person.role)} at {person.agency}"
    return person.role or person.agency or otherwise


def lowered(role: str) -> str:
    """`Team manager` in the middle of a sentence; `IRO` stays as it is."""
    return role if role[1:2].isupper() else role[:1].lower() + role[1:]


def ring(person: NoticePerson, otherwise: str) -> str:
    """`ring Jo Fielding on 01632 960 114`, or without the number where none is known."""
    number = f" on {person.phone}" if person.phone else ""
    return f"ring {short(person, otherwise)}{number}"


def listed(names: tuple[str, ...]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def capital(text: str) -> str:
    """`text` as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def on(phone: Telephone) -> str:
    """`01632 960001 (duty contact, West Sussex Safeguarding Children Partnership)`."""
    return f"{phone.number} ({lowered(phone.label)})"
