using System.Buffers.Binary;
using System.Text.Json;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Torch.Files;

/// <summary>Writes <c>.safetensors</c>.</summary>
internal static class SafetensorsWriter
{
    /// <summary>Writes tensors and texts, so that the path holds the old file or the whole new one, never a part.</summary>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <param name="tensors">Names and tensors; owned by the caller.</param>
    /// <param name="dtype">The dtype they are stored as: Float16 or Float32.</param>
    /// <param name="metadata">The model metadata.</param>
    /// <exception cref="VideoStyleException">The file cannot be written (Output); an existing one is unchanged.</exception>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        ScalarType dtype,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        // By name, so that the same weights always give the same bytes.
        var entries = tensors.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => (t.Key, t.Value.shape, Bytes(t.Value, dtype)));
        WriteAtomically(path, stream => WriteTo(stream, [.. entries], dtype, metadata));
    }

    /// <summary>Writes a file beside the path and moves it there when it is complete and on the disk.</summary>
    internal static void WriteAtomically(string path, Action<Stream> write)
    {
        var partial = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.partial");
        try
        {
            using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write))
            {
                write(stream);
            }

            OutputFile.Replace(partial, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(partial))
                File.Delete(partial);
            throw new VideoStyleException(ErrorKind.Output, $"{path}: cannot be written: {e.Message}", innerException: e);
        }
    }

    private static void WriteTo(
        Stream stream,
        (string Name, long[] Shape, byte[] Bytes)[] entries,
        ScalarType dtype,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                json.WriteString(key, value);
            json.WriteEndObject();
            var offset = 0L;
            foreach (var (name, shape, bytes) in entries)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(dtype));
                json.WriteStartArray("shape");
                foreach (var size in shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces after the JSON align the values, as the format's own writer does.
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        header.WriteTo(stream);
        foreach (var (_, _, bytes) in entries)
            stream.Write(bytes);
    }

    private static byte[] Bytes(Tensor tensor, ScalarType dtype)
    {
        if (dtype is ScalarType.Float16)
            return System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(tensor.ToArray<Half>()).ToArray();
        if (dtype is ScalarType.Float32)
            return System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(tensor.ToArray<float>()).ToArray();
        throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Models are stored as Float16 or Float32.");
    }

    private static string NameOf(ScalarType dtype) => dtype is ScalarType.Float16 ? "F16" : "F32";
}
