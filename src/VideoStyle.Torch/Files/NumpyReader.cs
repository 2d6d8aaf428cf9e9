using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VideoStyle.Torch.Files;

/// <summary>Reads NumPy's <c>.npy</c>: a header in Python's notation, then the values.</summary>
internal static partial class NumpyReader
{
    private const int MaxHeader = 1 << 16;

    internal static TensorFile Read(string path, ReadOnlyMemory<byte> bytes) =>
        new(path, new Dictionary<string, StoredTensor>(StringComparer.Ordinal) { [Path.GetFileNameWithoutExtension(path)] = Read(bytes) });

    internal static StoredTensor Read(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        if (span.Length < 12 || span[0] != 0x93 || !span[1..].StartsWith("NUMPY"u8))
            throw new InvalidDataException("an array has no numpy header");
        var wide = span[6] >= 2; // version 2 and 3 have a four-byte length
        var start = wide ? 12 : 10;
        var length = wide ? BinaryPrimitives.ReadUInt32LittleEndian(span[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(span[8..]);
        if (length > MaxHeader || length > span.Length - start)
            throw new InvalidDataException("a numpy header is longer than its array");

        var header = Encoding.Latin1.GetString(span.Slice(start, (int)length));
        var type = TypeOf(Find(Descr(), header));
        var fortran = string.Equals(Find(Order(), header), "True", StringComparison.Ordinal);
        long[] shape =
        [
            .. Find(Sizes(), header)
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(size => long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw new InvalidDataException("a numpy array has a size that is no number")),
        ];
        var data = bytes[(start + (int)length)..];
        if (!fortran)
            return new StoredTensor(type, shape, data);

        var strides = new long[shape.Length];
        var next = 1L;
        for (var i = 0; i < shape.Length; i++)
            (strides[i], next) = (next, checked(next * Math.Max(1, shape[i])));
        return new StoredTensor(type, shape, strides, data, 0);
    }

    private static string Find(Regex field, string header) =>
        field.Match(header) is { Success: true } match
            ? match.Groups["value"].Value
            : throw new InvalidDataException("a numpy header lacks a field");

    private static StoredDtype TypeOf(string descr) =>
        descr switch
        {
            "<f8" => StoredDtype.Float64,
            "<f4" => StoredDtype.Float32,
            "<f2" => StoredDtype.Float16,
            "<i8" => StoredDtype.Int64,
            "<i4" => StoredDtype.Int32,
            "<i2" => StoredDtype.Int16,
            "|i1" => StoredDtype.Int8,
            "|u1" => StoredDtype.Byte,
            "|b1" => StoredDtype.Bool,
            _ => throw new InvalidDataException($"a numpy array has the unsupported dtype '{descr}'"),
        };

    [GeneratedRegex("'descr': *'(?<value>[^']*)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Descr();

    [GeneratedRegex("'fortran_order': *(?<value>True|False)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape': *\((?<value>[0-9, ]*)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sizes();
}
