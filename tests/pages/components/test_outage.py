"""While the database does not answer, a page asks for a moment; a bug is another thing."""

from streamlit.testing.v1 import AppTest


def test_an_outage_asks_for_a_moment_and_a_bug_is_said_to_be_noted():
    def page():
        from sqlalchemy.exc import OperationalError

        import app

        app.on_script_error(OperationalError("SELECT", {}, Exception("the server has gone")))
        app.on_script_error(KeyError("bug"))

    page = AppTest.from_function(page, default_timeout=30).run()
    assert [one.value.partition(":")[0] for one in page.info] == ["Un instant, s’il vous plaît\u00a0"]
    assert [one.value.partition(".")[0] for one in page.error] == [
        "Quelque chose s’est mal passé"
    ] and not page.exception


def test_the_page_goes_on_as_one_that_is_opened_when_the_database_answers_and_not_before(monkeypatch):
    def page():
        import streamlit as st

        from pages.components import outage

        if "typed" in st.session_state:
            outage._wait(-10.0)  # drawn ten seconds ago
        else:
            st.write(f"Opened by the session {st.session_state['session_id']}")

    answered = [False]
    monkeypatch.setattr("pages.components.outage.engine", lambda: None)
    monkeypatch.setattr("pages.components.outage.answers", lambda _engine: answered[0])
    app = AppTest.from_function(page, default_timeout=30)
    app.session_state["typed"], app.session_state["session_id"] = "of the page that failed", 7
    assert app.run().info and not app.markdown
    answered[0] = True
    assert app.run().markdown[0].value == "Opened by the session 7" and not app.info
