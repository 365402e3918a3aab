"""Puts the steps of a first start into the empty chat, and questions about one's files into every one."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSettings

from desktop.background import Background
from desktop.chat.chat_session import ChatSession
from desktop.first_run.first_run import FirstRun
from desktop.first_run.steps_view import StepsView
from desktop.models.model_choice import FoundModels
from desktop.window.pages import Pages, PageServices


class Onboarding(QObject):
    """Shows the steps from the first look at a home without folders until they end."""

    def __init__(
        self,
        background: Background,
        memory: QSettings,
        services: PageServices,
        found: FoundModels,
        pages: Pages,
        session: ChatSession,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._found, self._pages = services, found, pages
        self.steps: StepsView | None = None
        self.first_run = FirstRun(background, memory, services.folders, self)
        self.first_run.begun.connect(self._begin)
        self.first_run.ended.connect(self._end)
        self.first_run.starters_changed.connect(pages.chat.view.welcome.show_own_questions)
        pages.chat.view.remedy_wanted.connect(pages.show_files)
        session.answered.connect(self.first_run.note_answer)

    def _begin(self) -> None:
        if self.steps is None:
            services = self._services
            self.steps = StepsView(
                self.first_run,
                services.folders,
                services.models,
                self._found,
                services.downloads,
                services.network,
                services.embedder,
            )
            self.steps.models_wanted.connect(self._pages.show_models)
            self.steps.advanced.connect(self._pages.chat.view.show_from)
            self.steps.asked.connect(self._pages.chat.ask)
            self._pages.chat.view.welcome.show_steps(self.steps)

    def _end(self) -> None:
        self.steps = None
        self._pages.chat.view.welcome.end_steps()
