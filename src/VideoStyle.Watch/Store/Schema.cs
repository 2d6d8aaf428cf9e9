using Microsoft.Data.Sqlite;
using VideoStyle.Core.Errors;

namespace VideoStyle.Watch.Store;

/// <summary>The tables of the job store.</summary>
internal static class Schema
{
    private const long Version = 1;

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
            published_inode INTEGER, published_size INTEGER,
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

    /// <summary>Makes the tables in an empty database; refuses one of another version.</summary>
    public static void Ensure(SqliteConnection connection, string path)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Scalar(connection, transaction, "PRAGMA user_version");
        if (version == 0)
        {
            Execute(connection, transaction, Tables);
            Execute(connection, transaction, $"PRAGMA user_version = {Version}");
        }
        else if (version != Version)
        {
            throw new VideoStyleException(
                ErrorKind.Output,
                $"{path}: was written by another version of VideoStyle (store version {version}, this build has {Version}).",
                "Use that version, or another folder with --state.");
        }

        transaction.Commit();
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
