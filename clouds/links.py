"""One-time links to sign in with, valid for a day."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import (
    base36_to_int,
    urlsafe_base64_decode,
    urlsafe_base64_encode,
)

VALID = timedelta(days=1)


class SignInToken(PasswordResetTokenGenerator):
    """Signed over the moment of the last sign-in, so that each sign-in makes older links worthless."""

    key_salt = "clouds.links.SignInToken"

    def _make_hash_value(self, user, timestamp):
        last = user.last_login.isoformat() if user.last_login else ""
        return f"{user.pk}{user.password}{last}{timestamp}{user.email}"

    def check_token(self, user, token):
        return super().check_token(user, token) and self.age(token) <= VALID

    def age(self, token: str) -> timedelta:
        made = base36_to_int(token.partition("-")[0])
        return timedelta(seconds=self._num_seconds(self._now()) - made)


tokens = SignInToken()


def sign_in_path(user) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("sign_in_link", args=[uid, tokens.make_token(user)])


def redeem(uid: str, token: str):
    """The user whose link this is, used up now; None if it is none, too old or used."""
    User = get_user_model()
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    if not user or not tokens.check_token(user, token):
        return None
    # Of two requests with one link, the row lets one through.
    used = User.objects.filter(pk=user.pk, last_login=user.last_login).update(last_login=timezone.now())
    return user if used else None
