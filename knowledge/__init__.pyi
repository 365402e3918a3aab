"""Watched folders → ledger → index → passages."""

from .cutting.place import Place as Place, places_from as places_from
from .document import Span as Span
from .embed import Embedder as Embedder, EmbedderMissing as EmbedderMissing
from .encoders.download import encoder_spec as encoder_spec
from .encoders.encoder_catalogue import (
    DEFAULT_EMBEDDER as DEFAULT_EMBEDDER,
    EncoderModel as EncoderModel,
    EncoderUnknown as EncoderUnknown,
    Precision as Precision,
    find_encoder as find_encoder,
    known_encoders as known_encoders,
)
from .encoders.encoder_folder import (
    PROVENANCE_FILE as PROVENANCE_FILE,
    WEIGHTS_FILE as WEIGHTS_FILE,
    EncoderDamaged as EncoderDamaged,
    WeightsUnreadable as WeightsUnreadable,
)
from .encoders.open_encoders import (
    InstalledEmbedder as InstalledEmbedder,
    InstalledReranker as InstalledReranker,
    checked_precision as checked_precision,
    default_embedder_folders as default_embedder_folders,
    encoder_model_name as encoder_model_name,
    find_installed_encoder as find_installed_encoder,
    open_installed_embedder as open_installed_embedder,
    open_installed_reranker as open_installed_reranker,
)
from .encoders.wheel_models import (
    carried_embedder as carried_embedder,
    packaged_checksum as packaged_checksum,
    unpack_embedder as unpack_embedder,
)
from .evaluate import evaluate_beir as evaluate_beir
from .index.index import IN_MEMORY as IN_MEMORY
from .index.where import all_filters as all_filters
from .ledger.file_topics import FileTopics as FileTopics
from .ledger.rows import (
    LEFT_OUT as LEFT_OUT,
    FileLine as FileLine,
    FileRow as FileRow,
    FileStatus as FileStatus,
    Folder as Folder,
    UnreadFiles as UnreadFiles,
)
from .library import Library as Library
from .numbered import clause_numbers as clause_numbers, is_clause as is_clause
from .parse.input import Unreadable as Unreadable
from .parse.process.page_pictures import (
    PagePictures as PagePictures,
    PictureUnavailable as PictureUnavailable,
    QuotedPage as QuotedPage,
)
from .parse.process.page_wire import (
    MAX_PIXELS as MAX_PIXELS,
    PagePicture as PagePicture,
    PictureRequest as PictureRequest,
)
from .parse.process.parser_process import parser_sandbox as parser_sandbox
from .parse.process.serve_pictures import serve_pictures as serve_pictures
from .passage import Candidate as Candidate, Passage as Passage, Retrieval as Retrieval, StageScores as StageScores
from .rerank import Reranker as Reranker, RerankerMissing as RerankerMissing, RerankLimits as RerankLimits
from .search.around import read_around as read_around
from .search.cache import CacheLimits as CacheLimits
from .search.framing import Topic as Topic
from .search.likeness import signs_of as signs_of
from .search.query import ALL_STAGES as ALL_STAGES, Scope as Scope, Stage as Stage
from .search_index import SearchLimits as SearchLimits
from .sentences import Sentence as Sentence, split_sentences as split_sentences
from .sqlite.database_file import (
    Repair as Repair,
    connect_database as connect_database,
    empty_log as empty_log,
    erase_deleted as erase_deleted,
    hint_for as hint_for,
    is_damaged as is_damaged,
    note_damage as note_damage,
    set_aside as set_aside,
    trouble_of as trouble_of,
    write_ahead as write_ahead,
)
from .sqlite.encrypted import (
    DatabaseInUse as DatabaseInUse,
    DatabaseKey as DatabaseKey,
    copied_database as copied_database,
)
from .sqlite.salvage import SalvagedRow as SalvagedRow, salvage as salvage
from .stopwatch import StageTime as StageTime, Stopwatch as Stopwatch
from .sync.indexing import LibraryBusy as LibraryBusy
from .sync.progress import SyncProgress as SyncProgress, SyncReport as SyncReport
from .sync.watch import Watcher as Watcher
from .terms.analyzer import Analyzer as Analyzer
from .terms.dates import dates_in as dates_in, month_of as month_of
from .whole.outline import Section as Section
from .whole.tables import Fact as Fact, cells_of as cells_of, find_tables as find_tables
from .whole.whole import WholeDocument as WholeDocument, WholeReading as WholeReading, read_whole as read_whole
