"""How often and how much: each costly route refuses the post after the last, each route refuses a body too large."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from limits import RateLimitItemPerSecond

from forms_service.errors import TooManyRequestsError
from forms_service.web.app import create_app
from forms_service.web.rate_limits import LIMITS, Limit, RateLimits, network
from forms_service.web.size_limits import SMALL_BYTES, limit_of
from tests.web.conftest import PASSWORD, SIGN_IN, Visitor

HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
WRONG = {"name": "nobody", "password": "x", "notice": "read"}


def knock(visitor: Visitor, path: str, address: str = HERE, **data: str):
    """Post without a page's token; what is counted is counted before the token is looked at."""
    return visitor.client.post(path, base_url=visitor.origin, data=data, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [("/sign-in", "signin.sign_in_page"), ("/take-back", "signin.take_back"), ("/verify", "verify.judge")],
)
def test_the_post_after_the_last_is_refused(visitor, path, endpoint):
    """429 with the slug, words and the seconds to wait; another address goes on."""
    most = LIMITS[endpoint].by_address.amount
    answers = [knock(visitor, path, name=f"officer{number}").status_code for number in range(most)]
    assert 429 not in answers
    refused = knock(visitor, path)
    assert refused.status_code == 429
    assert "too-many-requests" in refused.text
    assert "try again" in refused.text
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Content-Security-Policy"]
    assert knock(visitor, path, ELSEWHERE).status_code != 429
    assert visitor.get("/desk").status_code == 200


def test_the_first_accounts_code_can_not_be_tried_in_a_loop(stranger):
    """Ten tries a minute from one address."""
    codes = [knock(stranger, "/first-account", code="x").status_code for _ in range(11)]
    assert codes == [400] * 10 + [429]


def test_a_name_is_counted_from_every_address_whether_it_exists_or_not(app, services, account):
    """Tries from many addresses are refused alike for a known and an unknown name."""
    visitor = Visitor(app, services.settings.origin)
    most = LIMITS["signin.sign_in_page"].by_name.amount
    answers = {}
    for name in (SIGN_IN["name"], "nobody"):
        got = [knock(visitor, "/sign-in", f"198.51.100.{number}", name=name) for number in range(most + 1)]
        answers[name] = [(one.status_code, one.text) for one in got]
        assert got[-1].status_code == 429
        assert int(got[-1].headers["Retry-After"]) <= 15 * 60
    assert answers[SIGN_IN["name"]] == answers["nobody"]
    assert knock(visitor, "/sign-in", name=" NOBODY ").status_code == 429
    assert knock(visitor, "/sign-in", name="another").status_code == 400


def test_a_station_behind_one_address_signs_in(app, services, account):
    """Fifteen tablets sign in one after another within the same minute, and there is room for more."""
    for _ in range(15):
        visitor = Visitor(app, services.settings.origin)
        visitor.sign_in()
        assert visitor.get("/desk").status_code == 200
    assert LIMITS["signin.sign_in_page"].by_address.amount >= 60


def test_reading_a_page_is_not_counted(stranger, account):
    """Only posts cost; the sign-in page opens as often as somebody reloads it."""
    most = LIMITS["signin.sign_in_page"].by_address.amount
    assert {stranger.get("/sign-in").status_code for _ in range(most + 5)} == {200}


def test_the_way_is_free_again_after_the_window():
    """A refusal ends by itself."""
    limits = RateLimits({"verify.judge": Limit(by_address=RateLimitItemPerSecond(2))})
    limits.count("verify.judge", HERE, "")
    limits.count("verify.judge", HERE, "")
    with pytest.raises(TooManyRequestsError) as refused:
        limits.count("verify.judge", HERE, "")
    assert refused.value.facts == {"retry_after_seconds": 1}
    time.sleep(1.1)
    limits.count("verify.judge", HERE, "")


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", ""),
    ],
)
def test_a_network_of_version_6_is_one_source(address, counted):
    """Who has one address of a /64 has all of them."""
    assert network(address) == counted


def test_every_limited_route_exists(app):
    """A route that was renamed does not lose its limit silently."""
    assert set(LIMITS) <= {rule.endpoint for rule in app.url_map.iter_rules()}


LARGE = {
    "verify.judge": 20 * 1024 * 1024 + 64 * 1024,
    "tablet.envelope": 2 * 1024 * 1024,
    "tablet_file.bring": 64 * 1024 * 1024 + 64 * 1024,
}
SMALL = {
    "signin.first_account", "signin.sign_in_page", "signin.sign_out_page", "signin.take_back", "sign_on.begin",
    "sign_on.prove", "account.facts", "tablet.enrol", "tablet.check", "tablet.author", "tablet.half_signed", "copy_link.fetch",
}  # fmt: skip


def test_every_route_that_takes_a_body_has_its_limit(app, services):
    """The table: uploads are large, sign-in is small, everything else takes a form post."""
    for rule in app.url_map.iter_rules():
        usual = SMALL_BYTES if rule.endpoint in SMALL else 4 * 1024 * 1024
        assert limit_of(rule.endpoint, services.settings) == LARGE.get(rule.endpoint, usual), rule.endpoint


def test_every_route_refuses_a_body_above_its_limit(services, account):
    """Derived from the URL map, so that a new route is held to it: one byte too many is 413, with words."""
    tight = replace(services, settings=replace(services.settings, upload_limit_bytes=300_000, post_limit_bytes=200_000))
    app = create_app(tight.settings, tight)
    visitor = Visitor(app, tight.settings.origin)
    visitor.sign_in()
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "x"), method="POST")
        body = b"x=" + b"x" * (limit_of(rule.endpoint, tight.settings) - 1)
        answer = visitor.client.post(
            path, base_url=visitor.origin, data=body, content_type="application/x-www-form-urlencoded"
        )
        assert (answer.status_code, "upload-too-large" in answer.text) == (413, True), rule.endpoint


def test_a_password_is_asked_for_once_the_limit_lets_it(visitor):
    """The usual sign-in stays what it was."""
    visitor.post("/sign-out", {}, page="/")
    assert visitor.post("/sign-in", {**SIGN_IN, "password": PASSWORD}).status_code == 302
