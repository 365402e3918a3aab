"""The one door to other machines: connections, HTTP, downloads."""

from . import download_job as download_job
from .connections import (
    OFFLINE_VARIABLE as OFFLINE_VARIABLE,
    Connection as Connection,
    Connections as Connections,
    forbidden_by_environment as forbidden_by_environment,
    guard_process as guard_process,
    is_this_machine as is_this_machine,
)
from .download_job import (
    DownloadFailed as DownloadFailed,
    DownloadSpec as DownloadSpec,
    Progress as Progress,
    hub_address as hub_address,
    unfinished as unfinished,
)
from .downloads import RemoteFile as RemoteFile, Repository as Repository
from .hub_reading import HubReader as HubReader, open_hub as open_hub
from .hub_search import HubModel as HubModel, search_hub as search_hub
from .package_index import download_wheel as download_wheel
from .packages import PackagedFile as PackagedFile, PackageUnavailable as PackageUnavailable, Wheel as Wheel
from .releases import Release as Release, newest_release as newest_release
