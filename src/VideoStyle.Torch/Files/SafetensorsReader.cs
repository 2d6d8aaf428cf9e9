using System.Buffers.Binary;
using System.Text.Json;

namespace VideoStyle.Torch.Files;

/// <summary>Reads <c>.safetensors</c>: eight bytes of header length, a JSON header, the values.</summary>
internal static class SafetensorsReader
{
    private const long MaxHeader = 16 << 20;

    internal static TensorFile Read(string path, ReadOnlyMemory<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span);
        if (length > MaxHeader || length > (ulong)bytes.Length - 8)
            throw new InvalidDataException("its header is longer than the file");
        try
        {
            return ReadHeader(path, bytes.Slice(8, (int)length), bytes[(8 + (int)length)..]);
        }
        catch (InvalidOperationException e)
        {
            // What the JSON reader throws for a text that is no UTF-8, or half a surrogate pair.
            throw new InvalidDataException("its header holds a damaged text", e);
        }
    }

    private static TensorFile ReadHeader(string path, ReadOnlyMemory<byte> text, ReadOnlyMemory<byte> data)
    {
        using var header = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Expect(header.RootElement, JsonValueKind.Object).EnumerateObject())
        {
            if (string.Equals(entry.Name, "__metadata__", StringComparison.Ordinal))
            {
                foreach (var note in Expect(entry.Value, JsonValueKind.Object).EnumerateObject())
                    metadata[note.Name] = Expect(note.Value, JsonValueKind.String).GetString()!;
            }
            else if (!tensors.TryAdd(entry.Name, ReadTensor(entry.Value, data)))
            {
                throw new InvalidDataException($"'{entry.Name}' stands in it twice");
            }
        }

        return new TensorFile(path, tensors, metadata);
    }

    private static StoredTensor ReadTensor(JsonElement entry, ReadOnlyMemory<byte> data)
    {
        var type = TypeOf(Property(entry, "dtype", JsonValueKind.String).GetString()!);
        var shape = Numbers(Property(entry, "shape", JsonValueKind.Array));
        if (Numbers(Property(entry, "data_offsets", JsonValueKind.Array)) is not [var begin, var end])
            throw new InvalidDataException("a tensor has no beginning and end");
        if (begin < 0 || begin > end || end > data.Length)
            throw new InvalidDataException("a tensor reaches outside the file");

        var tensor = new StoredTensor(type, shape, data[(int)begin..(int)end]);
        return tensor.Count * type.ElementSize() == end - begin
            ? tensor
            : throw new InvalidDataException("a tensor's shape does not match its length");
    }

    private static JsonElement Property(JsonElement entry, string name, JsonValueKind kind) =>
        Expect(entry, JsonValueKind.Object).TryGetProperty(name, out var value)
            ? Expect(value, kind)
            : throw new InvalidDataException($"a tensor has no {name}");

    private static JsonElement Expect(JsonElement element, JsonValueKind kind) =>
        element.ValueKind == kind ? element : throw new InvalidDataException($"its header has {element.ValueKind} for {kind}");

    private static long[] Numbers(JsonElement list) =>
        [
            .. list.EnumerateArray()
                .Select(n => n.ValueKind == JsonValueKind.Number && n.TryGetInt64(out var value)
                    ? value
                    : throw new InvalidDataException("its header has a size that is no whole number")),
        ];

    private static StoredDtype TypeOf(string name) =>
        name switch
        {
            "F64" => StoredDtype.Float64,
            "F32" => StoredDtype.Float32,
            "F16" => StoredDtype.Float16,
            "BF16" => StoredDtype.BFloat16,
            "I64" => StoredDtype.Int64,
            "I32" => StoredDtype.Int32,
            "I16" => StoredDtype.Int16,
            "I8" => StoredDtype.Int8,
            "U8" => StoredDtype.Byte,
            "BOOL" => StoredDtype.Bool,
            _ => throw new InvalidDataException($"a tensor has the unsupported dtype '{name}'"),
        };
}
