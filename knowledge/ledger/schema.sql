CREATE TABLE folders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,
    persona_id TEXT,
    everything INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE directories (
    folder_id INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    fingerprint BLOB,
    PRIMARY KEY (folder_id, path)
) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
    path TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    content_hash BLOB,
    status TEXT NOT NULL CHECK (status IN ('indexed', 'waiting', 'skipped', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    metadata TEXT NOT NULL DEFAULT '{}',
    chunks INTEGER NOT NULL DEFAULT 0,
    parser_deaths INTEGER NOT NULL DEFAULT 0,
    reader TEXT NOT NULL DEFAULT '',
    indexed_at REAL
);
CREATE INDEX files_by_folder ON files (folder_id, status, chunks);
CREATE INDEX files_waiting ON files (id) WHERE status = 'waiting';
CREATE INDEX files_by_reader ON files (reader);
CREATE TABLE texts (
    file_id INTEGER PRIMARY KEY REFERENCES files (id) ON DELETE CASCADE,
    body BLOB NOT NULL
);
CREATE TABLE facts (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (file_id, key, value)
) WITHOUT ROWID;
CREATE INDEX facts_by_value ON facts (key, value);
CREATE TABLE languages (
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    PRIMARY KEY (file_id, language)
) WITHOUT ROWID;
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    heading TEXT NOT NULL,
    context TEXT NOT NULL,
    page INTEGER,
    text TEXT NOT NULL,
    hash BLOB NOT NULL,
    places TEXT NOT NULL DEFAULT '[]',
    role TEXT NOT NULL DEFAULT 'body'
);
CREATE INDEX chunks_by_file ON chunks (file_id);
CREATE TABLE vectors (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL,
    hash BLOB NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (model, hash)
);
CREATE TABLE unused_texts (
    hash BLOB PRIMARY KEY,
    since REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX unused_texts_by_age ON unused_texts (since);
CREATE TABLE indexes (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL DEFAULT 0,
    seal TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('ready', 'building', 'previous')),
    active INTEGER NOT NULL DEFAULT 0,
    scrubbed_at REAL NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX one_active_index ON indexes (active) WHERE active;
CREATE TABLE index_files (
    index_name TEXT NOT NULL REFERENCES indexes (name) ON DELETE CASCADE,
    path TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    crc32 INTEGER NOT NULL,
    PRIMARY KEY (index_name, path)
) WITHOUT ROWID;
CREATE TABLE pending (
    change INTEGER PRIMARY KEY AUTOINCREMENT,
    index_name TEXT NOT NULL REFERENCES indexes (name) ON DELETE CASCADE,
    chunk_id INTEGER NOT NULL,
    UNIQUE (index_name, chunk_id)
);
CREATE INDEX pending_in_order ON pending (index_name, change);
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT OR REPLACE INTO pending (index_name, chunk_id) SELECT name, NEW.id FROM indexes;
END;
CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
    INSERT OR REPLACE INTO pending (index_name, chunk_id) SELECT name, OLD.id FROM indexes;
END;
CREATE TRIGGER text_used AFTER INSERT ON chunks BEGIN
    DELETE FROM unused_texts WHERE hash = NEW.hash;
END;
CREATE TRIGGER text_unused AFTER DELETE ON chunks BEGIN
    INSERT OR REPLACE INTO unused_texts (hash, since) VALUES (OLD.hash, CAST(strftime('%s') AS REAL));
END;
CREATE TRIGGER file_reclassified AFTER UPDATE OF folder_id, metadata ON files
WHEN OLD.folder_id <> NEW.folder_id OR OLD.metadata <> NEW.metadata BEGIN
    INSERT OR REPLACE INTO pending (index_name, chunk_id)
    SELECT name, chunks.id FROM indexes, chunks WHERE chunks.file_id = NEW.id;
END;
