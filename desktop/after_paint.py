"""What fills the window. One import of this brings it all, on a thread, once the first paint is over."""

from desktop.background import Background as Background
from desktop.language import (
    OWN_FOLDER as OWN_FOLDER,
    chosen_language as chosen_language,
    find_messages as find_messages,
    use_messages as use_messages,
)
from desktop.system.home_owner import HomeOwner as HomeOwner
from desktop.system.presence import Presence as Presence
from desktop.window.unlock_page import UnlockPage as UnlockPage
from desktop.window.workbench import Workbench as Workbench
