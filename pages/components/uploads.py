"""Files that people send: choosing them, and what they look like once sent."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from data.core.settings import settings
from data.core.uploads import MOST, Upload
from models.thread import File
from pages.components.file_limits import file_limits
from pages.components.markdown import escaped
from pages.components.text import _, number


def pick_files(label: str, key: str, *, labelled: bool = False, most: int = MOST) -> list[Upload]:
    """The files chosen under this key; a new key begins anew. Their bytes are read when they are stored."""
    chosen = st.file_uploader(
        label,
        accept_multiple_files=True,
        key=key,
        label_visibility="visible" if labelled else "collapsed",
        max_upload_size=settings().max_file_mb,
    )
    file_limits(key, most)
    return [Upload(file.name, file) for file in chosen]


def files_html(files: Sequence[File]) -> str:
    """Links that save each file, pictures with a glimpse of them. Where one cannot be had, its tab says why."""
    return f'<ul class="files">{"".join(map(_file, files))}</ul>' if files else ""


def _file(file: File) -> str:
    address, name = f"/attachments/{file.id}", escaped(file.name)
    glimpse = f'<img src="{address}" alt="" loading="lazy">' if file.previewed else ""
    save = escape(_("Save {name}", name=file.name))
    return (
        f'<li><a href="{address}" target="_blank" title="{save}">{glimpse}'
        f'<span class="name">{name}</span> <small>{escape(size(file.size))}</small></a></li>'
    )


def size(octets: int) -> str:
    """ "3 kB", "1.2 MB": thousands, as the French count octets."""
    if octets < 1000:
        return _("{size} bytes", size=octets)
    if octets < 1_000_000:
        return _("{size} kB", size=round(octets / 1000))
    return _("{size} MB", size=number(round(octets / 1_000_000, 1)))
