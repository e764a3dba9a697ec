-- A database as version 2 of the tables made it, with a synthetic account. Never changed: somewhere one like it is in use.
CREATE TABLE account (
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	full_name TEXT NOT NULL, 
	badge TEXT NOT NULL, 
	phone TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	roles TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	last_active_at TEXT NOT NULL, 
	failed_at TEXT NOT NULL, 
	locked_at TEXT, 
	disabled_at TEXT, 
	ends_at TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE audit (
	sequence INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	roles TEXT NOT NULL, 
	source TEXT NOT NULL, 
	act TEXT NOT NULL, 
	object_kind TEXT NOT NULL, 
	object_id TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	facts TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	PRIMARY KEY (sequence)
);
CREATE TABLE draft (
	id VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	form TEXT NOT NULL, 
	step TEXT NOT NULL, 
	content TEXT NOT NULL, 
	changed_at VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE fact (
	name VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE held (
	id VARCHAR NOT NULL, 
	document_id TEXT NOT NULL, 
	form TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	sent TEXT NOT NULL, 
	held_at VARCHAR NOT NULL, 
	held_by TEXT NOT NULL, 
	settled_at TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE issued_number (
	document_id VARCHAR NOT NULL, 
	form TEXT NOT NULL, 
	form_version INTEGER NOT NULL, 
	language TEXT NOT NULL, 
	presented_digest TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	issued_at TEXT NOT NULL, 
	issued_by TEXT NOT NULL, 
	PRIMARY KEY (document_id)
);
CREATE TABLE nameless_count (
	rule VARCHAR NOT NULL, 
	month VARCHAR NOT NULL, 
	count INTEGER NOT NULL, 
	PRIMARY KEY (rule, month)
);
CREATE TABLE record (
	record_id VARCHAR NOT NULL, 
	document_id VARCHAR NOT NULL, 
	signed_at VARCHAR NOT NULL, 
	signed_on VARCHAR NOT NULL, 
	form VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	date_of_birth VARCHAR NOT NULL, 
	stored TEXT NOT NULL, 
	PRIMARY KEY (record_id), 
	UNIQUE (document_id)
);
CREATE TABLE record_key (
	kind VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	record_id VARCHAR NOT NULL, 
	PRIMARY KEY (kind, "key", record_id), 
	FOREIGN KEY(record_id) REFERENCES record (record_id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
CREATE TABLE reserved_record (
	document_id VARCHAR NOT NULL, 
	record_id TEXT NOT NULL, 
	PRIMARY KEY (document_id)
);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(2);
CREATE TABLE session (
	token_digest VARCHAR NOT NULL, 
	account_id VARCHAR NOT NULL, 
	created_at TEXT NOT NULL, 
	last_seen_at TEXT NOT NULL, 
	PRIMARY KEY (token_digest), 
	FOREIGN KEY(account_id) REFERENCES account (id) ON DELETE CASCADE
);
CREATE INDEX record_born ON record (date_of_birth);
CREATE INDEX record_newest_first ON record (signed_at, document_id);
CREATE TRIGGER audit_refuses_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;
CREATE TRIGGER audit_refuses_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit only grows'); END;
CREATE TRIGGER audit_has_no_gap BEFORE INSERT ON audit WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit) BEGIN SELECT RAISE(ABORT, 'audit has no gap'); END;
CREATE INDEX ix_draft_owner ON draft (owner);
CREATE INDEX ix_record_key_record_id ON record_key (record_id);
INSERT INTO account VALUES('1','ruiz','Sam Ruiz','417','503 555 0100','h','[]','2026-11-21T18:00:00.000000+00:00','2026-11-21T18:00:00.000000+00:00','[]',NULL,NULL,NULL);
INSERT INTO session VALUES('digest','1','2026-11-21T18:00:00.000000+00:00','2026-11-21T18:00:00.000000+00:00');
INSERT INTO audit VALUES(1,'2026-11-21T18:00:00.000+00:00','operator:tester','[]','shell','sign_in','account','1','done','{}','not-a-real-hash');
