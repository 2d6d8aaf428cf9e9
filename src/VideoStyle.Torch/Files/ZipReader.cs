using System.IO.Compression;
using System.Runtime.InteropServices;

namespace VideoStyle.Torch.Files;

/// <summary>Reads the two formats that are zip archives: numpy's <c>.npz</c> and PyTorch's <c>.pth</c>.</summary>
internal static class ZipReader
{
    private const int MaxEntries = 100_000;

    internal static TensorFile Read(string path, ReadOnlyMemory<byte> bytes)
    {
        using var archive = Open(bytes);
        if (archive.Entries.Count > MaxEntries)
            throw new InvalidDataException("it has too many entries");
        var budget = (long)TensorFile.MaxBytes;

        if (archive.Entries.FirstOrDefault(e => e.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)) is { } pickle)
        {
            var folder = pickle.FullName[..^"data.pkl".Length];
            return TorchReader.ReadZip(
                path,
                Inflate(pickle, ref budget),
                key => archive.GetEntry($"{folder}data/{key}") is { } entry
                    ? Inflate(entry, ref budget)
                    : throw new InvalidDataException($"its storage '{key}' is missing")
            );
        }

        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var entry in archive.Entries.Where(e => e.FullName.EndsWith(".npy", StringComparison.Ordinal)))
            tensors[entry.FullName[..^4]] = NumpyReader.Read(Inflate(entry, ref budget));
        return tensors.Count > 0
            ? new TensorFile(path, tensors)
            : throw new InvalidDataException("it is a zip archive without tensors");
    }

    private static ZipArchive Open(ReadOnlyMemory<byte> bytes)
    {
        var stream = MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
        return new ZipArchive(stream, ZipArchiveMode.Read);
    }

    /// <summary>Unpacks an entry, trusting its stated length only as far as it can be true.</summary>
    private static byte[] Inflate(ZipArchiveEntry entry, ref long budget)
    {
        // Deflate packs at most 1032 to 1; what claims more is made to exhaust memory.
        if (entry.Length < 0 || entry.Length > budget || entry.Length > 1040 * (entry.CompressedLength + 64))
            throw new InvalidDataException($"its entry '{entry.FullName}' states an impossible length");
        budget -= entry.Length;
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }
}
