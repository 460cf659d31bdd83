"""The words of the simulated tenant. Addresses, numbers and IP ranges are the ones reserved for documentation."""

from __future__ import annotations

FIRST_NAMES = [
    "Anna", "Ben", "Carla", "David", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katja", "Liam", "Maria",
    "Nils", "Olivia", "Pablo", "Quentin", "Rosa", "Sven", "Tara", "Ulrike", "Victor", "Wanda", "Xavier", "Yasmin",
    "Zoe", "Amelia", "Bruno", "Chiara", "Dimitri", "Emma", "Felix", "Giulia", "Henrik", "Isabel", "Jack", "Klara",
    "Luca",
]  # fmt: skip
LAST_NAMES = [
    "Adler", "Berg", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Hansen", "Ivanov", "Jansen", "Keller",
    "Lopez", "Meyer", "Novak", "Olsen", "Petit", "Quinn", "Rossi", "Schmidt", "Torres", "Urban", "Virtanen",
    "Weber", "Xu", "Young", "Zimmer", "Baker", "Clark", "Dahl", "Eriksen", "Ferrari", "Gruber", "Hughes",
    "Kowalski", "Larsen",
]  # fmt: skip
# city, state, postal code, ISO2, ISO3
PLACES = [
    ("Seattle", "WA", "98101", "US", "USA"),
    ("Chicago", "IL", "60601", "US", "USA"),
    ("Austin", "TX", "73301", "US", "USA"),
    ("Boston", "MA", "02108", "US", "USA"),
    ("Denver", "CO", "80202", "US", "USA"),
    ("Berlin", "BE", "10115", "DE", "DEU"),
    ("Munich", "BY", "80331", "DE", "DEU"),
    ("Paris", "IDF", "75001", "FR", "FRA"),
    ("Lyon", "ARA", "69001", "FR", "FRA"),
    ("Madrid", "MD", "28001", "ES", "ESP"),
    ("Milan", "MI", "20121", "IT", "ITA"),
    ("Amsterdam", "NH", "1012", "NL", "NLD"),
    ("Copenhagen", "84", "1050", "DK", "DNK"),
    ("Vienna", "9", "1010", "AT", "AUT"),
    ("Dublin", "L", "D01", "IE", "IRL"),
    ("Stockholm", "AB", "111 20", "SE", "SWE"),
]
MAIL_DOMAINS = [
    "example.com",
    "example.org",
    "example.net",
    "mail.example",
    "post.example",
    "inbox.example.com",
    "corp.example",
]
SENDER_DOMAINS = ["news.example.com", "mail.example.org", "offers.example.net"]
PROFILE_TYPES = ["Contact", "Lead", "CI Profile"]
SEGMENTS = [
    "Newsletter readers", "Lapsed buyers", "High value", "Trial users", "Webinar guests", "New leads",
    "Birthday this month", "Cart abandoners", "Loyalty gold", "Loyalty silver", "Partners", "Students",
    "Event hosts", "Renewal due",
]  # fmt: skip
VARIANTS = ["Variant A", "Variant B", "Variant C"]
LINKS = [
    "https://www.example.com/shop",
    "https://www.example.com/blog/spring",
    "https://www.example.org/event",
    "https://www.example.net/prefs",
]
