"""The message for a missing data set on the Images page, with two remedies."""

from collections.abc import Callable

import streamlit as st

from nnlab.config import Images
from nnlab.data import archives
from nnlab.data.published import SETS, base_of
from nnlab.texts import _
from nnlab.ui import services
from nnlab.ui.images.downloads import Download, find_download, forget_download, start_download
from nnlab.ui.messages import as_it_stands, marked, say
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.session.labs import images_state
from nnlab.ui.session.widgets import images as widgets


def downloading(data: Images) -> bool:
    """Whether a download of this data set is under way."""
    download = find_download(base_of(data.kind))
    return download is not None and download.running


def show_missing(
    data: Images, message: str, use_digits: Callable[[], None], kept: str | None
) -> None:
    """Show that data are missing, and two remedies: download them, or use the embedded digits.

    Args:
        data: the data set chosen in the form.
        message: why it cannot be read.
        use_digits: callback that chooses the embedded digits in the form.
        kept: a note on the hidden run; None if no run is hidden.
    """
    kind = base_of(data.kind)
    download = find_download(kind)
    with st.container(border=True, key="missing_data"):
        if download is not None and download.running:
            _show_progress(kind, download)
        else:
            _show_reason(kind, download, message)
            _show_ways_out(kind, use_digits)
        if kept is not None:
            st.caption(kept)


def _show_progress(kind: str, download: Download) -> None:
    images_state().seen_download = download
    size = SETS[kind].download_size
    st.markdown(
        _(
            "**Downloading {label}** ({size}). It is kept, and needed only once.",
            label=_(LABELS[kind]),
            size=size,
        )
    )
    st.progress(download.share, text=f"{download.share:.0%} · {_(download.what)}")
    st.button(
        _("Cancel"), key=widgets.key("cancel_download"), on_click=forget_download, args=(kind,)
    )


def _show_reason(kind: str, download: Download | None, message: str) -> None:
    lacking = archives.absent(kind, services.settings().data_dir)
    if download is not None and download.error and images_state().seen_download is download:
        say(
            "error",
            marked("**The download did not work.** {error}", error=download.error),
            icon=":material/cloud_off:",
        )
    elif lacking is None or lacking.cut_off:
        say("error", message, icon=":material/broken_image:")
    else:
        st.markdown(_("**{label} is not on this computer yet.**", label=_(LABELS[kind])))
        st.markdown(
            _(
                "Download it once ({size}), or continue with the embedded digits, which need no"
                " download.",
                size=SETS[kind].download_size,
            )
        )
        st.caption(
            _(
                "Looked in {folder} for {names}.",
                folder=as_it_stands(str(lacking.folder)),
                names=", ".join(lacking.names),
            )
        )


def _show_ways_out(kind: str, use_digits: Callable[[], None]) -> None:
    with st.container(horizontal=True, gap="small"):
        if kind in SETS:  # drawings and uploaded pictures cannot be downloaded
            st.button(
                _(
                    "Download {label} ({size})",
                    label=_(LABELS[kind]),
                    size=SETS[kind].download_size,
                ),
                key=widgets.key("download"),
                icon=":material/download:",
                type="primary",
                on_click=start_download,
                args=(kind, services.settings().data_dir),
            )
        if st.button(
            _("Use the embedded digits"), key=widgets.key("use_digits"), on_click=use_digits
        ):
            st.rerun()  # the form is outside this fragment
