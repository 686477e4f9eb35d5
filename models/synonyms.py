"""Words that say nearly the same in the world of software, offices and transport, in French and in English.

A word may stand in several groups. Forms of a word ("erreurs", "imprimer") need no entry: the search finds their stem.
"""

from collections import defaultdict
from functools import cache

_GROUPS = """
absence congé vacances holiday leave
accès connexion connecter login identifiant authentification signin
adresse lieu emplacement
ajouter créer nouveau add create new
annuler supprimer effacer enlever retirer delete remove cancel
archive sauvegarde backup copie
arrêt interruption bloqué figé planté gelé stopped
avoir remboursement refund
badge carte card
badgeage pointage
badgeuse pointeuse terminal lecteur scanner scanette douchette
camion véhicule poids lourd truck vehicle
changer modifier corriger éditer change edit
client customer
colis paquet marchandise parcel goods
commande order
comptabilité comptable accounting
conducteur chauffeur driver
courriel mail email e-mail mél
date jour day
décharger télécharger transférer récupérer download
droit autorisation permission
émettre envoyer transmettre expédier send
encaissement règlement paiement paid payment
entrepôt dépôt magasin stock warehouse
erreur problème panne bug anomalie dysfonctionnement incident error failure
étiquette label
exporter extraire export
facture invoice
faux incorrect erroné inexact mauvais wrong
férié holiday
fichier document file
horaire planning heure schedule
imprimer impression imprimante print
infraction violation offence
installer installation setup
inventaire comptage count
itinéraire tournée trajet route
lent lenteur ralentissement slow
livraison delivery
logiciel programme application appli software
mdp password passe
modèle gabarit template
montrer afficher voir show
ordinateur pc poste computer
paie salaire bulletin payroll
prix tarif price
rappel relance reminder
refusé rejeté rejected
remise réduction discount
salarié employé collaborateur employee
smartphone téléphone portable mobile phone
solde compteur balance
tachygraphe chronotachygraphe tacho tachograph
taxe tva vat
update version maj
utilisateur compte user account
"""


@cache
def groups() -> dict[str, frozenset[str]]:
    """For each word as it is written above, the others of its groups."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in _GROUPS.split("\n"):
        words = set(line.split())
        for word in words:
            found[word] |= words - {word}
    return {word: frozenset(others) for word, others in found.items()}
