"""Guesses what the columns of a file of clients hold: what somebody said last, else what their names say."""

import re
from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from data.core.desk import OpenDesk
from models import writing
from models.client_import import Column, KnownHeader

_LONGEST = 200
_NAMES: dict[Column, str] = {  # folded, without signs
    Column.NUMBER: "numero|no|n|num|code|reference|ref|id|number|numero client|numero du client|no client|n client"
    "|code client|reference client|ref client|identifiant|identifiant client|id client|compte|numero de compte"
    "|numero compte|compte client|client number|client no|client id|client code|customer number|customer no|customer id"
    "|customer code|account|account number|account no",
    Column.NAME: "nom|nom client|nom du client|client|raison sociale|societe|nom de la societe|entreprise"
    "|nom de l entreprise|denomination|etablissement|organisation|name|client name|customer|customer name|company"
    "|company name|organization",
    Column.PHONE: "telephone|tel|numero de telephone|telephone client|standard|mobile|portable|phone"
    "|phone number|telephone number",
    Column.ADDRESS: "adresse|adresse postale|adresse client|adresse complete|siege|address|postal address",
    Column.CONTACT_NAME: "contact|nom contact|nom du contact|interlocuteur|correspondant|nom prenom|prenom nom"
    "|nom et prenom|prenom et nom|contact name|contact s name|contact person|full name|name of the contact",
    Column.CONTACT_EMAIL: "e mail|email|mail|courriel|adresse e mail|adresse email|adresse mail|adresse electronique"
    "|e mail contact|email contact|mail contact|e mail du contact|email du contact|courriel du contact"
    "|adresse e mail du contact|contact e mail|contact email|contact mail|e mail address|email address"
    "|contact s e mail address",
    Column.CONTACT_PHONE: "telephone contact|telephone du contact|tel contact|tel du contact|numero du contact"
    "|ligne directe|portable contact|portable du contact|mobile contact|mobile du contact|contact phone"
    "|contact telephone|contact s telephone number|contact s telephone|contact mobile|direct line|direct phone",
    Column.CONTACT_LANGUAGE: "langue|langue du contact|language|contact language|contact s language",
    Column.STAR_LEVEL: "etoiles|etoile|nombre d etoiles|nb etoiles|niveau|niveau d etoiles|programme"
    "|programme etoile|abonnement|formule|contrat|stars|star|star level|level|subscription|programme level|plan",
    Column.BEGINS: "debut|date debut|date de debut|debut abonnement|debut d abonnement|debut de l abonnement|du"
    "|depuis|a partir du|premier jour|date d effet|start|start date|begin|begins|from|since|first day"
    "|subscription start|subscription begins",
    Column.UNTIL: "fin|date fin|date de fin|fin abonnement|fin d abonnement|fin de l abonnement|au|jusqu au"
    "|jusqu a|echeance|date d echeance|date echeance|expiration|dernier jour|end|end date|until|to|expires|expiry"
    "|last day|subscription end|subscription until",
    Column.PRODUCTS: "logiciel|logiciels|produit|produits|logiciels possedes|product|products|software|products owned",
}
_MEANT = {name: column for column, names in _NAMES.items() for name in names.split("|")}


def guess(desk: OpenDesk, header: Sequence[str]) -> dict[Column, int]:
    """Where each column stands, of those found. Of two that could be the same, it is the first."""
    keys = [_key(name) for name in header]
    listed = select(KnownHeader).where(col(KnownHeader.header).in_(set(keys)))
    said = {one.header: _column(one.meaning) for one in desk.session.exec(listed)}
    found: dict[Column, int] = {}
    for place, key in enumerate(keys):
        meant = said[key] if key in said else _MEANT.get(" ".join(re.findall(r"[a-z0-9]+", key)))
        if meant is not None:
            found.setdefault(meant, place)
    return found


def remember(desk: OpenDesk, header: Sequence[str], places: Mapping[Column, int]) -> None:
    """For the next file with columns of these names, whoever brings it."""
    meanings = {place: column.value for column, place in places.items()}
    for place, name in enumerate(header):
        if key := _key(name):
            desk.session.merge(KnownHeader(header=key, meaning=meanings.get(place)))


def _column(meaning: str | None) -> Column | None:
    """None, too, for what a later version of the desk remembered."""
    return next((column for column in Column if column.value == meaning), None)


def _key(name: str) -> str:
    return writing.folded(name)[:_LONGEST]
