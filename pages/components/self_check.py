"""The self-check as a button: what was found, in words."""

import streamlit as st

from data import self_check
from data.core.check_sla import Finding
from data.core.desk import Desk
from pages.components.calendar_form import began
from pages.components.text import _, calendar_name, plain, plural


def self_check_box(desk: Desk) -> None:
    with st.expander(_("Self-check"), icon=":material/verified:"):
        st.caption(_("The published cases of other desks and the rules of arithmetic, on these very calendars."))
        if not st.button(_("Check the calendars"), icon=":material/play_arrow:", key="self_check"):
            return
        with st.spinner(_("Checking…")):
            report = self_check.run(desk)
        if report.failed:
            st.error(plural("{count} check failed.", "{count} checks failed.", report.failed), icon=":material/error:")
        else:
            passed = plural("{count} check passed.", "All {count} checks passed.", report.passed)
            st.success(passed, icon=":material/check:")
        st.markdown("\n".join(f"- {_line(finding)}" for finding in report.findings))
        if report.failed:
            st.code(str(report), language=None)  # in English: for whoever mends the program


def _line(finding: Finding) -> str:
    mark = "✗" if finding.failed else "✓"
    checks = finding.passed + finding.failed
    if not finding.calendar:
        return _("{mark} Published cases: {passed} of {checks} hold", mark=mark, passed=finding.passed, checks=checks)
    return _(
        "{mark} Calendar {name}, in force {since}: {passed} of {checks} rules hold at {moments} moments",
        mark=mark,
        name=plain(calendar_name(finding.calendar)),
        since=began(finding.since) if finding.since else "",
        passed=finding.passed,
        checks=checks,
        moments=finding.moments,
    )
