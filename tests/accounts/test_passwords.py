"""What a password must be, in both profiles (requirements 02, 03, 04)."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import override_settings

from policeroom.accounts.checks import password_profile
from policeroom.accounts.models import User
from policeroom.accounts.passwords import CONTEXT_WORDS, profile, random_first_password
from policeroom.accounts.rules import character_classes

pytestmark = pytest.mark.unit

mlps3 = override_settings(PASSWORD_PROFILE="mlps3")
asvs = override_settings(PASSWORD_PROFILE="asvs")


def someone(*, present: str = "Old-Umbrella-41", previous: tuple[str, ...] = ()) -> User:
    return User(
        username="100001",
        name="陈一",
        unit_name="澜江市公安局芦北分局澜江大学警务室",
        password=make_password(present),
        previous_passwords=[make_password(text) for text in previous],
    )


def codes(password: str, user: User | None = None) -> set[str]:
    """Codes of the refusals; an empty set means accepted."""
    try:
        validate_password(password, user or someone())
    except ValidationError as refusal:
        return {error.code for error in refusal.error_list}
    return set()


@pytest.mark.parametrize(
    ("password", "in_mlps3", "in_asvs"),
    [
        pytest.param("Lantern-Boat", set(), set(), id="12-characters-three-classes"),
        pytest.param(
            "Lantern-Boa", {"password_too_short"}, {"password_too_short"}, id="11-characters"
        ),
        pytest.param("lantern boat", {"password_classes"}, set(), id="two-classes"),
        pytest.param("lanternboats", {"password_classes"}, set(), id="one-class"),
        pytest.param("灯笼小船摇过旧石桥看雪落", {"password_classes"}, set(), id="12-chinese"),
        pytest.param("灯笼小船摇过旧石桥aB7", set(), set(), id="chinese-mixed"),
        pytest.param("Lantern-" * 12, set(), set(), id="96-characters-are-fine"),
        pytest.param("100001-Aa-boat", *[{"password_context_word"}] * 2, id="own-number"),
        pytest.param("Lantern-陈一-7-Boat", *[{"password_context_word"}] * 2, id="own-name"),
    ],
)
def test_password_in_both_profiles(password: str, in_mlps3: set[str], in_asvs: set[str]) -> None:
    with mlps3:
        assert codes(password) == in_mlps3
    with asvs:
        assert codes(password) == in_asvs


@pytest.mark.parametrize("word", CONTEXT_WORDS)
def test_context_word_refused_in_both_profiles(word: str) -> None:
    password = f"Xv7-{word}-Umbrella"

    for chosen in (mlps3, asvs):
        with chosen:
            assert codes(password) == {"password_context_word"}


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("Xv7-P0L1CE-Umbrella", id="digits-for-letters"),
        pytest.param("Xv7-JingCha-Umbrella", id="capitals"),
        pytest.param("Xv7-警 察警察-Umbrella", id="chinese-repeated"),
        pytest.param("Xv7-ｐｏｌｉｃｅ-Umbrella", id="full-width"),
        pytest.param("Xv7-芦北分局-Umbrella", id="piece-of-the-own-unit"),
    ],
)
def test_context_word_spelled_differently_refused(password: str) -> None:
    assert codes(password) == {"password_context_word"}


def test_refusal_names_the_word() -> None:
    with pytest.raises(ValidationError) as caught:
        validate_password("Xv7-gongan-Umbrella", someone())

    assert "gongan" in caught.value.messages[0]


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        pytest.param("Present-Boat-1", True, id="present"),
        pytest.param("Earlier-Boat-2", True, id="second-last"),
        pytest.param("Earlier-Boat-5", True, id="fifth-last"),
        pytest.param("Earlier-Boat-6", False, id="sixth-last-is-free-again"),
    ],
)
def test_last_five_passwords_refused_under_mlps3_only(password: str, refused: bool) -> None:
    previous = tuple(f"Earlier-Boat-{number}" for number in (2, 3, 4, 5, 6))
    user = someone(present="Present-Boat-1", previous=previous)

    with mlps3:
        assert codes(password, user) == ({"password_reused"} if refused else set())
    with asvs:
        assert codes(password, user) == set()


def test_common_password_refused() -> None:
    with asvs:
        assert "password_too_common" in codes("123456789987654321")


def test_unknown_profile_is_an_error_at_start_and_never_a_silent_default() -> None:
    with override_settings(PASSWORD_PROFILE="none"):
        with pytest.raises(ImproperlyConfigured, match="mlps3"):
            profile()
        assert [error.id for error in password_profile()] == ["accounts.E001"]


def test_first_password_is_random_and_passes_every_rule() -> None:
    found = {random_first_password() for _index in range(50)}

    assert len(found) == 50
    for password in found:
        assert codes(password) == set()
        assert character_classes(password.replace("-", "")) >= 3
        assert not set(password) & set("0Oo1lI")
