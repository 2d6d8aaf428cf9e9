using Microsoft.Data.Sqlite;
using VideoStyle.Core.Errors;

namespace VideoStyle.Watch.Store;

/// <summary>The tables of the job store.</summary>
internal static class Schema
{
    private const long Version = 2;

    private const string Tables = """
        CREATE TABLE job (
            id INTEGER PRIMARY KEY,
            path TEXT NOT NULL,
            style TEXT NOT NULL,
            settings TEXT NOT NULL,
            output TEXT NOT NULL,
            state TEXT NOT NULL,
            size INTEGER NOT NULL, modified INTEGER NOT NULL, changed INTEGER NOT NULL, inode INTEGER NOT NULL,
            fingerprint TEXT,
            failures INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL DEFAULT 0,
            owner TEXT, beat INTEGER NOT NULL DEFAULT 0, cancel INTEGER NOT NULL DEFAULT 0,
            frames INTEGER NOT NULL DEFAULT 0, total INTEGER, fps REAL NOT NULL DEFAULT 0,
            replaces INTEGER NOT NULL DEFAULT 0,
            reason TEXT,
            found_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER,
            UNIQUE (path, style)
        );
        CREATE INDEX job_state ON job (state, modified);
        CREATE INDEX job_fingerprint ON job (fingerprint) WHERE fingerprint IS NOT NULL;
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            event TEXT NOT NULL,
            body TEXT NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            due INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        """;

    // complete_*: the painting that is about to be put in place; painted_*: the one that is there. Both are proved by size
    // and SHA-256. deaths counts processes that ended without a word and without getting beyond frame death_frame.
    private const string Second = """
        ALTER TABLE job ADD COLUMN output_key TEXT;
        ALTER TABLE job ADD COLUMN complete_size INTEGER;
        ALTER TABLE job ADD COLUMN complete_hash TEXT;
        ALTER TABLE job ADD COLUMN painted_size INTEGER;
        ALTER TABLE job ADD COLUMN painted_hash TEXT;
        ALTER TABLE job ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN death_frame INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE job ADD COLUMN held TEXT;
        CREATE UNIQUE INDEX job_output ON job (output_key) WHERE output_key IS NOT NULL;
        CREATE INDEX job_held ON job (held) WHERE held IS NOT NULL;
        ALTER TABLE outbox ADD COLUMN owner TEXT;
        """;

    /// <summary>Makes the tables in an empty database, and brings those of an earlier version up to date; refuses those of a later one.</summary>
    public static void Ensure(SqliteConnection connection, string path)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Scalar(connection, transaction, "PRAGMA user_version");
        if (version is < 0 or > Version)
            throw new VideoStyleException(
                ErrorKind.Output,
                $"{path}: was written by another version of VideoStyle (store version {version}, this build has {Version}).",
                "Use that version, or another folder with --state.");
        if (version == 0)
            Execute(connection, transaction, Tables);
        if (version < Version)
        {
            Execute(connection, transaction, Second);
            NameOutputs(connection, transaction);
            Execute(connection, transaction, $"PRAGMA user_version = {Version}");
        }

        transaction.Commit();
    }

    // Version 1 recognised content by samples, which are no proof, and let two jobs share an output: the second was called
    // done and never painted, so the next scan queues it under a name of its own.
    private static void NameOutputs(SqliteConnection connection, SqliteTransaction transaction)
    {
        Execute(connection, transaction, "UPDATE job SET fingerprint = NULL");
        List<(long Id, string Output)> rows = [];
        using (var select = connection.CreateCommand())
        {
            (select.CommandText, select.Transaction) = ("SELECT id, output FROM job WHERE output <> '' ORDER BY id", transaction);
            using var reader = select.ExecuteReader();
            while (reader.Read())
                rows.Add((reader.GetInt64(0), reader.GetString(1)));
        }

        HashSet<string> taken = new(StringComparer.Ordinal);
        using var update = connection.CreateCommand();
        update.Transaction = transaction;
        var key = update.Parameters.Add("$key", SqliteType.Text);
        var id = update.Parameters.Add("$id", SqliteType.Integer);
        foreach (var row in rows)
        {
            (key.Value, id.Value) = (OutputNaming.KeyOf(row.Output), row.Id);
            update.CommandText = taken.Add(OutputNaming.KeyOf(row.Output))
                ? "UPDATE job SET output_key = $key WHERE id = $id"
                : "UPDATE job SET output = '', state = CASE WHEN state IN ('Quarantined', 'Cancelled') THEN state ELSE 'Found' END WHERE id = $id AND $key IS NOT NULL";
            update.ExecuteNonQuery();
        }
    }

    private static long Scalar(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }
}
