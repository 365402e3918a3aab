"""Connections as the person's settings allow them, and what `carrel doctor` says of them."""

from assistant.check import Check
from assistant.home import Home
from assistant.settings import Settings, load_settings
from network.connections import OFFLINE_VARIABLE, Connections, forbidden_by_environment


def open_connections(home: Home) -> Connections:
    """The connections of a home, without a workspace. Raises SettingsInvalid, SettingsDamaged."""
    settings = load_settings(home.settings)
    return Connections(home.connection_log, lambda: settings.network.offline)


def check_network(home: Home, settings: Settings) -> Check:
    """Whether the offline switch is on, who set it, and where connections are written down."""
    if settings.network.offline:
        detail = "offline: the settings refuse every connection to another machine"
    elif forbidden_by_environment():
        detail = f"offline: {OFFLINE_VARIABLE} refuses every connection to another machine"
    else:
        detail = f"allowed when needed; each connection is written to {home.connection_log}"
    return Check(name="network", ok=True, detail=detail)
