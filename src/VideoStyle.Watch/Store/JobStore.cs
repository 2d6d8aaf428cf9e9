using System.Text.Json;
using Microsoft.Data.Sqlite;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Watch.Store;

/// <summary>The durable queue: one row for each file and style, shared by every process that works on the same output folder.</summary>
/// <remarks>
/// SQLite with a write-ahead log and full synchronisation: a transaction that returned survives kill and power loss. The
/// methods are atomic and may be called from any thread and any number of processes. They throw
/// <see cref="SqliteException"/>; <see cref="IsTransient"/> tells which pass by themselves.
/// </remarks>
internal sealed partial class JobStore : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);

    private readonly string _path;

    private JobStore(SqliteConnection connection, string path, TimeProvider time) => (_connection, _path, _time) = (connection, path, time);

    /// <summary>Gets whether the file was found to be damaged: what the store says of a job proves nothing then.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Opens a store.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mustExist">Whether a missing file is an error rather than a new store.</param>
    /// <exception cref="VideoStyleException">It cannot be opened, is damaged or of another version.</exception>
    public static JobStore Open(string path, TimeProvider time, bool mustExist = false)
    {
        SQLitePCL.Batteries_V2.Init();
        if (mustExist && !File.Exists(path))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no job store here.", "Name the output folder of a `videostyle watch`.");
        SqliteConnectionStringBuilder builder = new() { DataSource = path, DefaultTimeout = 30, Pooling = false };
        SqliteConnection connection = new(builder.ConnectionString);
        try
        {
            connection.Open();
            using (var pragmas = connection.CreateCommand())
            {
                pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;";
                pragmas.ExecuteNonQuery();
            }

            Schema.Ensure(connection, path);
            return new JobStore(connection, path, time);
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            connection.Dispose();
            throw Damaged(path, e);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new VideoStyleException(ErrorKind.Output, $"{path}: the job store cannot be opened ({e.Message.TrimEnd('.')}).",
                "Is the disk full or read-only, or the folder another user's?", e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Tells whether a failure passes by itself: a full disk, a share that is gone, a lock that others hold.</summary>
    public static bool IsTransient(SqliteException e) => e.SqliteErrorCode is Busy or Locked or IoError or Full or CantOpen or ReadOnly;

    /// <summary>Behaves as a disk that holds so many pages and no more.</summary>
    internal void LimitPages(int pages) => Query($"PRAGMA max_page_count = {pages}", row => row.GetInt64(0));

    // SQLite says ERROR of a table or column that is missing, and of our own mistakes.
    private static bool IsDamage(SqliteException e) =>
        e.SqliteErrorCode is Corrupt or Format or NotADatabase
        || (e.SqliteErrorCode == Error && (e.Message.Contains("no such table", StringComparison.Ordinal) || e.Message.Contains("no such column", StringComparison.Ordinal)));

    private static VideoStyleException Damaged(string path, Exception e) =>
        new(
            ErrorKind.Output,
            $"{path}: the job store is damaged ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}).",
            $"Keep it aside and start again with a new one: mkdir '{Path.ChangeExtension(path, "damaged")}' && mv '{path}'* '{Path.ChangeExtension(path, "damaged")}'",
            e);

    private VideoStyleException Damaged(Exception e)
    {
        IsDamaged = true;
        return Damaged(_path, e);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var command in _commands.Values)
                command.Dispose();
            _connection.Dispose();
        }
    }

    private const int Error = 1, Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CantOpen = 14, Format = 24, NotADatabase = 26;

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        lock (_gate)
        {
            try
            {
                return Prepare(sql, values).ExecuteNonQuery();
            }
            catch (SqliteException e) when (IsDamage(e))
            {
                throw Damaged(e);
            }
        }
    }

    private List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        lock (_gate)
        {
            try
            {
                using var reader = Prepare(sql, values).ExecuteReader();
                List<T> rows = [];
                while (reader.Read())
                    rows.Add(read(reader));
                return rows;
            }
            catch (SqliteException e) when (IsDamage(e))
            {
                throw Damaged(e);
            }
            catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or JsonException or InvalidOperationException { Source: "Microsoft.Data.Sqlite" })
            {
                throw Damaged(e); // a row that nobody can have written
            }
        }
    }

    // Compiled once for each text: a tree of 200,000 files writes as many rows.
    private SqliteCommand Prepare(string sql, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in values)
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            _commands[sql] = command;
        }

        foreach (var (name, value) in values)
            command.Parameters[name].Value = value ?? DBNull.Value;
        return command;
    }

    private const string Columns =
        "id, path, style, settings, output, state, size, modified, changed, inode, fingerprint, failures, owner, beat, frames, total, fps, reason, "
        + "found_at, started_at, ended_at, due, complete_size, complete_hash, painted_size, painted_hash, replaces, deaths, held";

    private static Job ReadJob(SqliteDataReader row) =>
        new()
        {
            Id = row.GetInt64(0),
            Path = row.GetString(1),
            Style = row.GetString(2),
            Options = StoredOptions.Read(row.GetString(3)),
            Output = row.GetString(4),
            State = Enum.Parse<JobState>(row.GetString(5)),
            Stamp = new FileStamp(row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9)),
            Fingerprint = row.IsDBNull(10) ? null : row.GetString(10),
            Failures = row.GetInt32(11),
            Owner = row.IsDBNull(12) ? null : row.GetString(12),
            Beat = row.GetInt64(13),
            Frames = row.GetInt64(14),
            TotalFrames = row.IsDBNull(15) ? null : row.GetInt64(15),
            FramesPerSecond = row.GetDouble(16),
            Reason = row.IsDBNull(17) ? null : row.GetString(17),
            FoundAt = Time(row.GetInt64(18)),
            StartedAt = row.IsDBNull(19) ? null : Time(row.GetInt64(19)),
            EndedAt = row.IsDBNull(20) ? null : Time(row.GetInt64(20)),
            DueAt = Time(row.GetInt64(21)),
            Complete = row.IsDBNull(23) ? null : new FileProof(row.GetInt64(22), row.GetString(23)),
            Painted = row.IsDBNull(25) ? null : new FileProof(row.GetInt64(24), row.GetString(25)),
            Replaces = row.GetInt64(26) != 0,
            Deaths = row.GetInt32(27),
            Held = row.IsDBNull(28) ? null : row.GetString(28),
        };

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
