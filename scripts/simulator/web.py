"""Websites: visits, clicks on tracked pages, redirect links of outbound messages, and the sessions they belong to."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import draw
from .plan import Coded, Plan
from .tenant import REAL_TIME
from .vocabulary import PLACES

# An address, the page that it shows, and what the query says of source, medium and campaign.
PAGES = [
    ("https://www.example.com/", "https://www.example.com/", None, None, None),
    (
        "https://www.example.com/shop?page=2&utm_source=newsletter&utm_medium=email&utm_campaign=spring%20sale",
        "https://www.example.com/shop",
        "newsletter",
        "email",
        "spring sale",
    ),
    ("https://www.example.com/shop?page=2", "https://www.example.com/shop", None, None, None),
    ("https://www.example.org/about#team", "https://www.example.org/about", None, None, None),
    (
        "https://www.example.com/blog?UTM_Source=partner+site&utm_medium=referral#top",
        "https://www.example.com/blog",
        "partner site",
        "referral",
        None,
    ),
]
FORM_PAGES = [
    ("https://www.example.com/sign-up", "https://www.example.com/sign-up", None, None, None),
    (
        "https://www.example.com/sign-up?utm_source=social&utm_medium=paid&utm_campaign=launch",
        "https://www.example.com/sign-up",
        "social",
        "paid",
        "launch",
    ),
    ("https://www.example.org/event?id=3", "https://www.example.org/event", None, None, None),
]
LINKS = [
    ("https://www.example.com/shop", None, None, None, None),
    ("https://www.example.com/blog/spring?utm_source=mailing&utm_campaign=s%26f", None, "mailing", None, "s&f"),
    ("https://www.example.net/prefs", None, None, None, None),
]
DURATIONS = ["12", "45.5", "93", "180", "about a minute"]
WEBSITES = ["site-main", "site-shop"]
NOBODY = 0.2  # share of the sessions whose visitor nobody knows


def simulate(plan: Plan) -> None:
    """Plan website clicks and redirect clicks; the visits are planned last, by `fill`."""
    rng = plan.rng
    place, at = plan.take(("outbound_clicks", "persons"), 0.06, 4 * plan.floor)
    browse(plan, "WebsiteClicked", "click", place, at + _later(rng, len(at)), page="PageAddress", link=True)
    place, at = plan.take("outbound_clicks", 0.15, 4 * plan.floor)
    browse(plan, "RedirectLinkClicked", "click", place, at + _later(rng, len(at)), link=True)


def fill(plan: Plan, count: int) -> None:
    """Plan `count` website visits in sessions: some after an outbound click, some of visitors that nobody knows."""
    rng = plan.rng
    place, at = (
        np.concatenate(pair) for pair in zip(plan.pools["persons"], plan.pools["outbound_clicks"], strict=True)
    )
    sessions = -(-count // 3)
    chosen = rng.integers(0, len(place), sessions)
    place, at = place[chosen], at[chosen] + draw.late(rng, sessions, 900, 12 * 86400)
    nobody = draw.chance(rng, sessions, NOBODY)
    place[nobody] = plan.add_places(np.full(int(nobody.sum()), -1), engine=REAL_TIME)
    session = np.concatenate([np.arange(sessions), rng.integers(0, sessions, count - sessions)])
    moment = at[session] + rng.integers(0, 1500, count)
    browse(plan, "WebsiteVisited", "visit", place[session], moment, page="PageAddress", session=session)


def sessions_of(plan: Plan, place: np.ndarray) -> dict[str, pa.Array]:
    """Return a visitor and a new session for each of the places: a person's own visitor, else a new one."""
    person = plan.places("person")[place]
    everyone = pa.concat_arrays([plan.people.visitors, draw.guids(plan.rng, len(place))])
    visitor = np.where(person >= 0, person, len(plan.people) + np.arange(len(place)))
    return {"VisitorId": everyone.take(pa.array(visitor)), "SessionId": draw.guids(plan.rng, len(place))}


def browse(
    plan: Plan,
    entity: str,
    activity: str,
    place: np.ndarray,
    at: np.ndarray,
    *,
    page: str | None = None,
    link: bool = False,
    session: np.ndarray | None = None,
    **decided,
) -> None:
    """Plan one row of a tracked page per place and write it down.

    `page` is the column that holds the address, `session` the number of each row's session (else each has its own),
    `decided` holds columns that are decided already.
    """
    rng, count = plan.rng, len(place)
    pages = FORM_PAGES if page == "PageUrl" else PAGES if page else LINKS
    shown = decided.pop("shown", rng.integers(0, len(pages), count))
    clicked = rng.integers(0, len(LINKS), count) if page else shown
    if "SessionId" not in decided:
        first = place if session is None else place[np.unique(session, return_index=True)[1]]
        numbers = np.arange(count) if session is None else session
        decided |= {name: ids.take(pa.array(numbers)) for name, ids in sessions_of(plan, first).items()}
    person = plan.places("person")[place]
    lives = np.where(person >= 0, plan.people.place[person], -1)
    status = {
        "VisitorAnonymousStatus": _words(rng, ["Known", "Anonymous"], count),
        "VisitorReturningStatus": _words(rng, ["New", "Returning"], count),
        "VisitDuration": _words(rng, DURATIONS, count),
        "City": Coded([entry[0] for entry in PLACES], lives),
        "CountryIsoCode": Coded([entry[3] for entry in PLACES], lives),
        "WebsiteId": _words(rng, WEBSITES, count) if page else None,
        "Link": Coded([entry[0] for entry in LINKS], clicked) if link else None,
    }
    if page:
        status[page] = Coded([entry[0] for entry in pages], shown)
    plan.emit(entity, place, at, **(status | decided))
    none = Coded([""], np.full(count, -1))
    plan.record(
        "web",
        **plan.keys(place),
        interaction_type=Coded([entity], np.zeros(count)),
        activity_type=Coded([activity], np.zeros(count)),
        occurred_at=at,
        page_url=status[page] if page else none,
        page=Coded([entry[1] for entry in pages], shown) if page else none,
        link=status["Link"] or none,
        visitor_id=decided["VisitorId"],
        session_id=decided["SessionId"],
        website_id=status["WebsiteId"] or none,
        form_id=decided.get("FormId") or none,
        is_anonymous=Coded([False, True], status["VisitorAnonymousStatus"].codes),
        is_returning=Coded([False, True], status["VisitorReturningStatus"].codes),
        visit_duration=Coded([12.0, 45.5, 93.0, 180.0, None], status["VisitDuration"].codes),
        country_iso_code=status["CountryIsoCode"],
        city=status["City"],
        utm_source=Coded([entry[2] for entry in pages], shown),
        utm_medium=Coded([entry[3] for entry in pages], shown),
        utm_campaign=Coded([entry[4] for entry in pages], shown),
    )


def _later(rng: np.random.Generator, count: int) -> np.ndarray:
    return draw.late(rng, count, 300, 86400)


def _words(rng: np.random.Generator, values: list, count: int) -> Coded:
    """Return random `values`, one in twenty null."""
    return Coded(values, np.where(draw.chance(rng, count, 0.05), -1, rng.integers(0, len(values), count)))
