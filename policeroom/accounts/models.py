"""The person who signs in. What they may do is not here: see personnel grants."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import org_path_field

DENIED_USERNAMES = frozenset({"admin", "administrator", "root", "test", "guest", "user", "police"})


class UserManager(BaseUserManager["User"]):
    """Creation, and the guarded reads of the account screens."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Create an account; without a password nobody can sign in until one is issued."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)

    def directory(self) -> ScopedQuerySet:
        """Accounts for lists: refuses to be read without a scope."""
        return ScopedQuerySet(self.model, using=self._db)


class User(AbstractBaseUser, PermissionsMixin):
    """One person, one account; the user name is the police or staff number (requirement 01)."""

    username = models.CharField(
        _("police or staff number"),
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9]{4,20}$", _("4 to 20 letters or digits: the police or staff number.")
            )
        ],
        error_messages={"unique": _("This number already has an account.")},
    )
    name = models.CharField(_("person's name"), max_length=60)
    #: Path of the unit the person belongs to; whose administrators manage the account.
    org_path = org_path_field(default="", blank=True)
    unit_name = models.CharField(_("unit"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    #: Code of the role a demo account shows on the sign-in page; empty for real accounts.
    demo_role = models.CharField(max_length=20, blank=True, default="", editable=False)
    must_change_password = models.BooleanField(_("must change password"), default=True)
    password_changed_at = models.DateTimeField(null=True, editable=False)
    #: A first password is valid for 24 hours (requirement 10).
    password_expires_at = models.DateTimeField(null=True, editable=False)
    previous_passwords = models.JSONField(default=list, editable=False)
    notice_seen_at = models.DateTimeField(null=True, editable=False)
    #: Address name of a list -> columns the person chose for it; absent: the usual ones.
    list_columns = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    #: Since when the account is enabled; the rule for idle accounts counts from here (17).
    enabled_at = models.DateTimeField(default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="user_username_not_generic",
                condition=~models.Q(username__iregex=rf"^({'|'.join(sorted(DENIED_USERNAMES))})$"),
                violation_error_message=_("Accounts are personal: use the police or staff number."),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_any_case",
                violation_error_message=_("This number already has an account."),
            ),
            models.CheckConstraint(
                name="user_never_superuser", condition=models.Q(is_superuser=False)
            ),
        ]
        indexes = [models.Index(fields=["org_path", "username"], name="user_path_idx")]

    def __str__(self) -> str:
        return f"{self.name} ({self.username})"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class UserSession(models.Model):
    """One signed-in browser of a person. Without its row the session is over at the next request.

    Idle and absolute limits are counted from here, so that the session itself is not written on
    each request.
    """

    user = models.ForeignKey(
        User, verbose_name=_("account"), on_delete=models.CASCADE, related_name="sessions"
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    created_at = models.DateTimeField(_("signed in at"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("last active at"), default=timezone.now)
    ip = models.GenericIPAddressField(_("address"), null=True)
    #: "Firefox · Windows", not the browser's whole description: enough to recognise it.
    device = models.CharField(_("device"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="usersession_seen_after_start",
                condition=models.Q(last_seen_at__gte=models.F("created_at")),
            )
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="usersession_user_idx"),
            models.Index(fields=["last_seen_at"], name="usersession_seen_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.created_at:%Y-%m-%d %H:%M}"
