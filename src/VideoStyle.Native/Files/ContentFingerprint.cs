using System.Security.Cryptography;

namespace VideoStyle.Native.Files;

/// <summary>Recognises a file's content under any name.</summary>
public static class ContentFingerprint
{
    private const int PieceLength = 1 << 20;

    /// <summary>Computes the SHA-256 of the whole content.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops between two pieces of 1 MiB.</param>
    /// <returns>64 lower-case hex digits; two files that agree have the same content.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string Of(string path, CancellationToken cancellationToken = default)
    {
        using var file = RegularFile.Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[PieceLength];
        var offset = 0L;
        for (int read; (read = RandomAccess.Read(file, buffer, offset)) > 0; offset += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
