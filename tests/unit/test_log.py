"""The log: a fault once, then how often it came again; none is lost among the others."""

from __future__ import annotations

import io
import logging

import pytest

from server import log
from server.errors import number_of


@pytest.fixture
def told():
    """A logger with the server's handler, its text, and its clock."""
    stream, now = io.StringIO(), [0.0]
    handler = log.Repeats(stream, lambda: now[0])
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, handler, stream, now


def fail(value: object) -> Exception:
    try:
        raise ValueError(value)
    except ValueError as error:
        return error


def test_a_trace_stands_once_whatever_its_message(told):
    logger, handler, stream, now = told
    for reader in range(1000):
        logger.error("at reader %d", reader, exc_info=fail(reader))
    assert stream.getvalue().count("Traceback") == 1 and len(stream.getvalue().splitlines()) < 10
    handler.tell()
    assert "more" not in stream.getvalue(), "not yet"
    now[0] = log.QUIET
    handler.tell()
    assert stream.getvalue().splitlines()[-1] == "at reader 999 (999 more times)"
    logger.error("again", exc_info=fail(0))
    handler.tell()
    assert "again" not in stream.getvalue()
    handler.tell(everything=True)
    assert stream.getvalue().splitlines()[-1] == "again (1 more time)"


def test_other_lines_and_other_faults_are_told_at_once(told):
    logger, _, stream, _ = told
    for text in ("a", "b", "a", "b"):
        logger.error("%s is broken", text)
    assert stream.getvalue() == "a is broken\nb is broken\n"
    logger.error("x", exc_info=fail(1))
    try:
        [][1]
    except IndexError as error:
        logger.error("x", exc_info=error)
    assert stream.getvalue().count("Traceback") == 2


def test_what_has_been_away_for_an_hour_is_new(told):
    logger, handler, stream, now = told
    logger.error("x", exc_info=fail(1))
    now[0] = log.FORGOTTEN
    handler.tell()
    logger.error("x", exc_info=fail(1))
    assert stream.getvalue().count("Traceback") == 2


def test_the_memory_is_bounded_and_loses_no_count(told):
    logger, handler, stream, _ = told
    logger.error("first")
    logger.error("first")
    for number in range(log.REMEMBERED):
        logger.error("other %d", number)
    assert "first (1 more time)" in stream.getvalue() and len(handler._told) == log.REMEMBERED


def test_the_number_is_of_the_place_and_the_kind():
    assert number_of(fail(1)) == number_of(fail("another")) and len(number_of(fail(1))) == 6
    try:
        raise ValueError
    except ValueError as error:
        assert number_of(error) != number_of(fail(1))
