-- What PostgreSQL adds to the kernel's plain tables: who may do what, a partition for each book, and the guards.
--
-- The program works as the role commissioning_application, which may add to the log and read it and nothing else; the
-- owner of the tables only migrates. The triggers say what SQLite's say, and they hold for the owner too.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'commissioning_application') THEN
        CREATE ROLE commissioning_application NOLOGIN;
    END IF;
    IF NOT pg_has_role(
        'commissioning_application',
        CASE WHEN current_setting('server_version_num')::integer < 160000 THEN 'MEMBER' ELSE 'SET' END
    ) THEN
        GRANT commissioning_application TO CURRENT_USER;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO commissioning_application', current_schema());
END
$$;

-- The tables that are divided by book.
CREATE VIEW ledger_divided AS
SELECT t.relname AS name
FROM pg_partitioned_table p
JOIN pg_class t ON t.oid = p.partrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.partattrs[0]
WHERE t.relnamespace = current_schema()::regnamespace AND a.attname = 'book';

-- Refuses, in the words that the trigger gives it.
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- Adds the partition of one book to a table. It is made beside the table and then attached, which, other than making
-- it in place, lets everybody go on reading and writing the other books meanwhile.
CREATE FUNCTION ledger_add_partition(divided text, book integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part text := divided || '_' || book;
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, divided);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', divided, part, book);
    IF divided IN ('ledger_event', 'ledger_command') THEN -- row triggers come with the table, this kind does not
        EXECUTE format(
            'CREATE TRIGGER %I BEFORE TRUNCATE ON %I EXECUTE FUNCTION ledger_refuse(%L)',
            divided || '_is_never_emptied', part, 'events and receipts are never deleted'
        );
    END IF;
END
$$;

-- The columns of a key or index as a partition needs them: without the book, which is the same in all of its rows. In
-- front it would make every index look as good as every other to a server that knows nothing of the rows yet.
CREATE FUNCTION ledger_key_columns(plain regclass, key smallint[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY place)
    FROM unnest(key) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute ON attrelid = plain AND attnum = number
    WHERE attname <> 'book'
$$;

-- Makes an index anew without the book, which a migration has added to a table that is divided already.
CREATE FUNCTION ledger_leave_book_out(index regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = index);
    divided regclass := (SELECT indrelid FROM pg_index WHERE indexrelid = index);
    columns text := (SELECT ledger_key_columns(indrelid, indkey) FROM pg_index WHERE indexrelid = index);
BEGIN
    EXECUTE format('DROP INDEX %I', name);
    EXECUTE format('CREATE INDEX %I ON %s (%s)', name, divided, columns);
END
$$;

-- Makes an empty table anew, divided by book, with the same columns, keys and indexes and with a partition for each
-- book there is. A key has the book as its last column, as a key of a divided table must have it. Texts compare by
-- code point, as on SQLite, whatever language the database was made for. No foreign key is kept: a row of a book that
-- was never opened has no partition to go to, and books are never deleted.
CREATE FUNCTION ledger_divide_by_book(plain regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    divided text := (SELECT relname FROM pg_class WHERE oid = plain);
    columns text := (
        SELECT string_agg(
            concat_ws(
                ' ',
                quote_ident(attname),
                format_type(atttypid, atttypmod),
                CASE WHEN attcollation <> 0 THEN 'COLLATE "C"' END,
                CASE WHEN attnotnull THEN 'NOT NULL' END
            ),
            ', ' ORDER BY attnum
        )
        FROM pg_attribute
        WHERE attrelid = plain AND attnum > 0 AND NOT attisdropped
    );
    steps text[] := ARRAY(
        SELECT format(
            'ALTER TABLE %I ADD CONSTRAINT %I %s (%s, book)', divided, conname,
            CASE contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, ledger_key_columns(plain, conkey)
        )
        FROM pg_constraint
        WHERE conrelid = plain AND contype IN ('p', 'u')
        UNION ALL
        SELECT format(
            CASE WHEN indisunique THEN 'CREATE UNIQUE INDEX %I ON %I (%s, book)' ELSE 'CREATE INDEX %I ON %I (%s)' END,
            relname, divided, ledger_key_columns(plain, indkey)
        )
        FROM pg_index
        JOIN pg_class ON oid = indexrelid
        WHERE indrelid = plain AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        UNION ALL
        SELECT format('COMMENT ON TABLE %I IS %L', divided, description)
        FROM pg_description
        WHERE objoid = plain AND classoid = 'pg_class'::regclass AND objsubid = 0
    );
    step text;
    filled boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', divided) INTO filled;
    IF filled THEN
        RAISE EXCEPTION 'the table % has rows and cannot be divided by book', divided;
    END IF;
    EXECUTE format('DROP TABLE %I', divided);
    EXECUTE format('CREATE TABLE %I (%s) PARTITION BY LIST (book)', divided, columns);
    FOREACH step IN ARRAY steps LOOP
        EXECUTE step;
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO commissioning_application', divided);
    PERFORM ledger_add_partition(divided, number) FROM ledger_book;
END
$$;

-- A new book gets its number and its partitions. Books are opened one at a time: a program that waited here while
-- another opened the same book adds none, and holds the book that it finds, as every writer does.
CREATE FUNCTION ledger_open_book() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('ledger_book'::regclass::integer, 0);
    PERFORM FROM ledger_book WHERE name = NEW.name FOR UPDATE;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    NEW.number := (SELECT COALESCE(MAX(number), 0) + 1 FROM ledger_book);
    PERFORM ledger_add_partition(name, NEW.number) FROM ledger_divided;
    RETURN NEW;
END
$$;

-- It runs with the owner's rights, so that nobody may have it find other tables than the owner's own.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION ledger_open_book() SET search_path = %I, pg_temp', current_schema());
END
$$;

-- The last event is asked for in order, and not as a maximum, for the same reason as above: so an index is sure to be
-- taken, also within the first import of all.
CREATE FUNCTION ledger_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_position bigint := (
        SELECT position FROM ledger_event WHERE book = NEW.book ORDER BY position DESC LIMIT 1
    );
    last_version integer := (
        SELECT version FROM ledger_event WHERE book = NEW.book AND stream = NEW.stream ORDER BY version DESC LIMIT 1
    );
BEGIN
    IF NEW.position <> 1 + COALESCE(last_position, 0) OR NEW.version <> 1 + COALESCE(last_version, 0) THEN
        RAISE EXCEPTION 'an event must follow the last of its book and stream'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

SELECT ledger_divide_by_book('ledger_event');
SELECT ledger_divide_by_book('ledger_command');
REVOKE UPDATE, DELETE ON ledger_event, ledger_command FROM commissioning_application;

ALTER TABLE ledger_book
    ALTER name TYPE text COLLATE "C",
    ALTER hash TYPE text COLLATE "C",
    ALTER recorded_at TYPE text COLLATE "C";
GRANT SELECT, INSERT, UPDATE (position, hash, recorded_at) ON ledger_book TO commissioning_application;
GRANT SELECT ON ledger_divided TO commissioning_application;

CREATE TRIGGER ledger_event_is_never_updated BEFORE UPDATE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('events are never updated');
CREATE TRIGGER ledger_event_is_never_deleted BEFORE DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('events are never deleted');
CREATE TRIGGER ledger_command_is_never_updated BEFORE UPDATE ON ledger_command
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('receipts are never updated');
CREATE TRIGGER ledger_command_is_never_deleted BEFORE DELETE ON ledger_command
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('receipts are never deleted');
CREATE TRIGGER ledger_event_follows BEFORE INSERT ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_follow();
CREATE TRIGGER ledger_book_opens BEFORE INSERT ON ledger_book
    FOR EACH ROW EXECUTE FUNCTION ledger_open_book();
CREATE TRIGGER ledger_book_only_grows BEFORE UPDATE ON ledger_book
    FOR EACH ROW WHEN (NEW.number <> OLD.number OR NEW.name <> OLD.name OR NEW.position < OLD.position)
    EXECUTE FUNCTION ledger_refuse('a book only grows');
CREATE TRIGGER ledger_book_is_never_deleted BEFORE DELETE ON ledger_book
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse('books are never deleted');
CREATE TRIGGER ledger_book_is_never_emptied BEFORE TRUNCATE ON ledger_book
    EXECUTE FUNCTION ledger_refuse('books are never deleted');

-- With amcheck at hand, “commissioning verify” looks through the files as well; a server without it does without.
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS amcheck;
    GRANT EXECUTE ON FUNCTION verify_heapam, bt_index_check(regclass, boolean) TO commissioning_application;
EXCEPTION
    WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_function THEN NULL;
END
$$;
