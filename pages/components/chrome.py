"""What surrounds every page: the demo banner, who is signed in, and Streamlit's own words in the user's language."""

import base64
from functools import cache
from typing import Any

import streamlit as st

from data.core import start
from data.core.database import engine
from data.core.desk import Desk
from data.core.settings import ROOT
from models.user import Language
from pages.components import authenticator
from pages.components.assets import asset
from pages.components.text import _, language, plain, word

# Streamlit speaks English only. Whole texts and labels, as they stand in its pages; patterns keep their number.
_FRENCH: dict[str, str] = {
    "(required)": "(obligatoire)",
    "Add files": "Ajouter des fichiers",
    "Browse files": "Parcourir",
    "Cancel": "Annuler",
    "Choose an option": "Choisir",
    "Choose options": "Choisir",
    "Clear": "Effacer",
    "Clear all": "Tout effacer",
    "Clear value": "Effacer",
    "Close": "Fermer",
    "Collapse sidebar": "Replier le menu",
    "Connecting": "Connexion",
    "Connection error": "Connexion perdue",
    "Copied": "Copié",
    "Copy to clipboard": "Copier",
    "Download as CSV": "Télécharger en CSV",
    "Drag and drop file here": "Déposer un fichier ici",
    "Drag and drop files here": "Déposer des fichiers ici",
    "Expand sidebar": "Déplier le menu",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Hide password": "Masquer le mot de passe",
    "Hide password text": "Masquer le mot de passe",
    "Light": "Clair",
    "Dark": "Sombre",
    "System": "Système",
    "Main menu": "Menu principal",
    "Navigate to home page": "Aller à la page d’accueil",
    "Next page": "Page suivante",
    "No options to select": "Rien à choisir",
    "No results": "Aucun résultat",
    "Open sidebar": "Déplier le menu",
    "Page not found": "Page introuvable",
    "Previous page": "Page précédente",
    "Print": "Imprimer",
    "Remove file": "Retirer le fichier",
    "Rerun": "Actualiser",
    "Running...": "En cours…",
    "Search": "Rechercher",
    "Select all": "Tout choisir",
    "Send message": "Envoyer",
    "Settings": "Réglages",
    "Show password": "Afficher le mot de passe",
    "Show password text": "Afficher le mot de passe",
    "Show/hide columns": "Afficher ou masquer des colonnes",
    "Skip to main content": "Aller au contenu",
    "Stop": "Arrêter",
    "Theme": "Thème",
    # grids, choices, dates, numbers
    "Add row": "Ajouter une ligne",
    "Choose date": "Choisir une date",
    "Choose date range": "Choisir une période",
    "Clear entry": "Effacer la saisie",
    "Clear search": "Effacer la recherche",
    "Close search": "Fermer la recherche",
    "dd": "jj",
    "Decrement": "Diminuer",
    "Delete row(s)": "Supprimer les lignes",
    "Dismiss": "Fermer",
    "Empty": "vide",
    "Increment": "Augmenter",
    "Next month": "Mois suivant",
    "No data": "Aucune donnée",
    "Open": "Ouvrir",
    "Previous month": "Mois précédent",
    "Type to search": "Rechercher",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.": (
        "Les flèches parcourent les dates, Entrée choisit, Échap ferme."
    ),
    "yyyy": "aaaa",
    # keys
    "Alt + Enter": "Alt + Entrée",
    "Alt + Shift + Enter": "Alt + Maj + Entrée",
    "Ctrl + Enter": "Ctrl + Entrée",
    "Ctrl + Shift + Enter": "Ctrl + Maj + Entrée",
    "Shortcut Alt + Enter": "Raccourci Alt + Entrée",
    "Shortcut Alt + Shift + Enter": "Raccourci Alt + Maj + Entrée",
    "Shortcut Ctrl + Enter": "Raccourci Ctrl + Entrée",
    "Shortcut Ctrl + Shift + Enter": "Raccourci Ctrl + Maj + Entrée",
    "Upload": "Téléverser",
    "Upload a file": "Téléverser un fichier",
    "Upload directories": "Téléverser un dossier",
    "Upload files": "Téléverser des fichiers",
    "App pages": "Pages",
    "file upload": "Joindre des fichiers",
    "Sidebar": "Menu latéral",
}
_COLON = "\N{NO-BREAK SPACE}: "
_FRENCH_PATTERNS: list[tuple[str, str]] = [
    (r"^Limit (\d+)\s?MB per file", "$1\N{NO-BREAK SPACE}Mo par fichier"),
    (r"(\d+)\s?MB per file", "$1\N{NO-BREAK SPACE}Mo par fichier"),
    (r"^(\d+)\.0B$", "$1\N{NO-BREAK SPACE}o"),
    (r"^(\d+)\.(\d)KB$", "$1,$2\N{NO-BREAK SPACE}ko"),
    (r"^(\d+)\.(\d)MB$", "$1,$2\N{NO-BREAK SPACE}Mo"),
    (r"^File must be ([\d.]+)\s?MB or smaller\.$", "Le fichier doit faire $1\N{NO-BREAK SPACE}Mo au plus."),
    (r"^Add row: (.+)$", f"Ajouter une ligne{_COLON}$1"),
    (r"^Delete row\(s\): (.+)$", f"Supprimer les lignes{_COLON}$1"),
    (r"^Download as CSV: (.+)$", f"Télécharger en CSV{_COLON}$1"),
    (r"^Fullscreen: (.+)$", f"Plein écran{_COLON}$1"),
    (r"^Close fullscreen: (.+)$", f"Quitter le plein écran{_COLON}$1"),
    (r"^Search: (.+)$", f"Rechercher{_COLON}$1"),
    (r"^Show/hide columns: (.+)$", f"Afficher ou masquer des colonnes{_COLON}$1"),
    (r"^Help for (.+)$", f"Aide{_COLON}$1"),
    (r"^Choose date, (.+)$", "Choisir une date, $1"),
    (r"^day, (.+)$", "jour, $1"),
    (r"^month, (.+)$", "mois, $1"),
    (r"^year, (.+)$", "année, $1"),
    (r"^1 option available\.$", "1 choix possible."),
    (r"^(\d+) options available\.$", "$1 choix possibles."),
    (r"^(\d+)\.0\s?B$", "$1\N{NO-BREAK SPACE}o"),
    (r"^(\d+)\.(\d)\s?([KMG])B$", "$1,$2\N{NO-BREAK SPACE}$3o"),
    (r"^Press Enter to apply$", "Entrée pour valider"),
    (r"^Press Enter to submit form$", "Entrée pour envoyer"),
    (r"^Press Ctrl\+Enter to apply$", "Ctrl+Entrée pour valider"),
    (r"^Press ⌘\+Enter to apply$", "⌘+Entrée pour valider"),
    (r"^Press Ctrl\+Enter to submit form$", "Ctrl+Entrée pour envoyer"),
    (r"^Press ⌘\+Enter to submit form$", "⌘+Entrée pour envoyer"),
    (r"^Shortcut (.+)$", "Raccourci $1"),
    (r"^Remove (.+)$", "Retirer $1"),
    (r"^Cancel upload of (.+)$", "Annuler l’envoi de $1"),
    (r"^Link to heading$", "Lien vers ce titre"),
]


@cache
def icon() -> str:
    """As a data URL: an icon by name would make each browser ask a font service for it."""
    return "data:image/png;base64," + base64.b64encode((ROOT / ".streamlit" / "icon.png").read_bytes()).decode()


def chrome(desk: Desk | None) -> None:
    """Streamlit's words, the language the page says it is in, and whose tab it is."""
    french = language() == Language.FRENCH
    pending = authenticator.handing_over()
    data: dict[str, Any] = {
        "language": language().value,
        "words": _FRENCH if french else {},
        "patterns": _FRENCH_PATTERNS if french else [],
        "awaits": pending["ticket"] if pending else "",
        "user": str(desk.user.id) if desk else "",
        "left": desk is None and authenticator.signing_out(),
    }
    st.components.v2.component("guichet_chrome", js=asset("chrome.js"))(data=data, key="guichet_chrome")


_BANNER = """<style>
.guichet-demo { border-left: 3px solid #2A8396; padding: 0.15rem 0.75rem; font-size: 0.85rem; opacity: 0.8; }
</style><p class="guichet-demo" role="note">%s</p>"""

_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 132 32" width="132" height="32">
<path d="M3 27V14a11 11 0 0 1 22 0v13M1 27h26M8 27v-8h12v8" fill="none" stroke="#2A8396" stroke-width="2.4"
stroke-linecap="round" stroke-linejoin="round"/><circle cx="14" cy="12" r="2.6" fill="#2A8396"/>
<text x="36" y="24" font-family="Segoe UI, Helvetica, Arial, sans-serif" font-size="22" font-weight="700"
fill="#2A8396">Guichet</text></svg>"""


def banner() -> None:
    """So that nobody takes the demo world for a real desk."""
    if start.is_demo(engine()):
        st.html(_BANNER % _("Demo data: the clients, people and tickets shown here are made up."))


def signed_in_as(desk: Desk) -> None:
    st.logo(_LOGO, size="large")
    with st.sidebar:
        st.markdown(f"**{plain(desk.user.name)}**")
        st.caption(word(desk.user.role))
        if st.button(_("Sign out"), icon=":material/logout:", key="sign_out", width="stretch"):
            authenticator.leave(desk)
            st.rerun()
