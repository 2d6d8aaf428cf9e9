using VideoStyle.Native.Files;

namespace VideoStyle.Watch;

/// <summary>What proves that a file is the one that was written: a name proves nothing.</summary>
/// <param name="Size">Length in bytes.</param>
/// <param name="Hash">SHA-256 of the whole content, as <see cref="ContentFingerprint"/> writes it.</param>
public sealed record FileProof(long Size, string Hash)
{
    /// <summary>Takes the proof of a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileProof Of(string path, CancellationToken cancellationToken = default) =>
        new(new FileInfo(path).Length, ContentFingerprint.Of(path, cancellationToken));

    /// <summary>Tells whether a file is there and is this one.</summary>
    public bool Holds(string path, CancellationToken cancellationToken = default) =>
        UnixFile.Stat(path) is { } stamp && stamp.Size == Size && string.Equals(ContentFingerprint.Of(path, cancellationToken), Hash, StringComparison.Ordinal);
}
