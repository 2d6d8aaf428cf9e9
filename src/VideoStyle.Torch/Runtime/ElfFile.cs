using System.Buffers.Binary;
using System.Text;

namespace VideoStyle.Torch.Runtime;

/// <summary>What the headers of a 64-bit little-endian ELF library say, for checks that the dynamic loader does not make.</summary>
/// <remarks>The loader maps a file without comparing its length to its headers; a library that is cut short then ends the process
/// with SIGBUS. Everything here is bounded by the length of the file.</remarks>
internal sealed class ElfFile
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int SharedObject = 3; // ET_DYN
    private const int Loaded = 1; // PT_LOAD
    private const int Dynamic = 2; // PT_DYNAMIC
    private const int DynamicNeeded = 1; // DT_NEEDED
    private const int DynamicStrings = 5; // DT_STRTAB
    private const int DynamicSymbols = 6; // DT_SYMTAB
    private const int DynamicName = 14; // DT_SONAME
    private const long DynamicVersions = 0x6ffffffe; // DT_VERNEED
    private const ushort Weak = 2; // VER_FLG_WEAK
    private const int LongestTable = 1 << 20;

    private readonly Stream _file;
    private readonly List<Segment> _segments = [];
    private readonly List<(long Tag, long Value)> _dynamic = [];

    private ElfFile(Stream file)
    {
        _file = file;
        var header = Bytes(0, HeaderSize);
        if (!header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            throw new InvalidDataException("is no ELF library");
        if (header[4] != 2 || header[5] != 1)
            throw new InvalidDataException("is no 64-bit little-endian library");
        if (BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(16)) != SharedObject)
            throw new InvalidDataException("is no shared library");
        Machine = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(18));

        var sections = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(40));
        var sectionBytes = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(58)) * BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(60));
        RequireInside(sections, sectionBytes);
        ReadSegments(
            BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(32)),
            BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(54)),
            BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(56))
        );
        // The loader follows these without a look; zeros in their place lead it into nothing.
        foreach (var tag in (long[])[DynamicStrings, DynamicSymbols])
        {
            if (_dynamic.Find(entry => entry.Tag == tag).Value is var address && (address == 0 || OffsetOf(address) == 0))
                throw new InvalidDataException("has a damaged dynamic section");
        }

        Name = _dynamic.Where(entry => entry.Tag == DynamicName).Select(entry => DynamicString(entry.Value)).FirstOrDefault();
        Needed = [.. _dynamic.Where(entry => entry.Tag == DynamicNeeded).Select(entry => DynamicString(entry.Value))];
        VersionNeeds = [.. ReadVersionNeeds()];
    }

    /// <summary>Gets the CPU, one of the constants <c>EM_*</c>.</summary>
    public int Machine { get; }

    /// <summary>Gets the name by which other libraries ask for this one (<c>DT_SONAME</c>), or null.</summary>
    public string? Name { get; }

    /// <summary>Gets the names of the libraries that this one asks for (<c>DT_NEEDED</c>), in their order.</summary>
    public IReadOnlyList<string> Needed { get; }

    /// <summary>Gets the symbol versions that this library asks of others (<c>.gnu.version_r</c>).</summary>
    public IReadOnlyList<ElfVersionNeed> VersionNeeds { get; }

    /// <summary>Reads the headers of a library.</summary>
    /// <param name="file">Seekable; read while this runs, and left open.</param>
    /// <exception cref="InvalidDataException">It is no such library, or is cut short; the message is a predicate, as in <c>is cut short</c>.</exception>
    public static ElfFile Read(Stream file) => new(file);

    /// <summary>Copies a library with one of its version needs marked weak: a loader that misses the version then goes on.</summary>
    /// <param name="library">The bytes of the library; unchanged.</param>
    /// <param name="version">The need, as in <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>The copy, which differs in that one flag.</returns>
    /// <exception cref="InvalidDataException">It is no library, or has no such need.</exception>
    public static byte[] WithWeakNeed(byte[] library, string version)
    {
        using MemoryStream stream = new(library, writable: false);
        var needs = Read(stream).VersionNeeds.Where(need => string.Equals(need.Version, version, StringComparison.Ordinal)).ToList();
        if (needs.Count == 0)
            throw new InvalidDataException($"has no need of {version}");
        byte[] copy = [.. library];
        foreach (var need in needs)
            BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan((int)need.FlagsOffset), (ushort)(need.Flags | Weak));
        return copy;
    }

    private void ReadSegments(long offset, int size, int count)
    {
        if (count > 0 && size < ProgramHeaderSize)
            throw new InvalidDataException("has damaged program headers");
        var table = Bytes(offset, size * count);
        Segment? dynamic = null;
        for (var i = 0; i < count; i++)
        {
            var entry = table.AsSpan(i * size, ProgramHeaderSize);
            Segment segment = new(
                BinaryPrimitives.ReadInt64LittleEndian(entry[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[32..])
            );
            var type = BinaryPrimitives.ReadInt32LittleEndian(entry);
            if (type is not (Loaded or Dynamic))
                continue;
            RequireInside(segment.Offset, segment.Size);
            if (type == Loaded)
                _segments.Add(segment);
            else
                dynamic = segment;
        }

        if (dynamic is not { Size: <= LongestTable } found)
            throw new InvalidDataException("has no dynamic section");
        var entries = Bytes(found.Offset, (int)found.Size);
        for (var i = 0; i + 16 <= entries.Length; i += 16)
            _dynamic.Add((BinaryPrimitives.ReadInt64LittleEndian(entries.AsSpan(i)), BinaryPrimitives.ReadInt64LittleEndian(entries.AsSpan(i + 8))));
    }

    // Two chained lists whose links are byte offsets: a record a library, and in it a record a version.
    private IEnumerable<ElfVersionNeed> ReadVersionNeeds()
    {
        var address = _dynamic.Find(entry => entry.Tag == DynamicVersions).Value;
        if (address == 0)
            yield break;
        var left = LongestTable / 16;
        for (long library = OffsetOf(address), next = -1; next != 0; library += next)
        {
            var record = Bytes(library, 16);
            var file = DynamicString(BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(4)));
            next = BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(12));
            var version = library + BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(8));
            for (long step = -1; step != 0; version += step)
            {
                if (--left < 0)
                    throw new InvalidDataException("has a damaged list of symbol versions");
                var need = Bytes(version, 16);
                step = BinaryPrimitives.ReadUInt32LittleEndian(need.AsSpan(12));
                yield return new ElfVersionNeed(
                    file,
                    DynamicString(BinaryPrimitives.ReadUInt32LittleEndian(need.AsSpan(8))),
                    BinaryPrimitives.ReadUInt16LittleEndian(need.AsSpan(4)),
                    version + 4
                );
            }
        }
    }

    private string DynamicString(long index)
    {
        var start = OffsetOf(_dynamic.Find(entry => entry.Tag == DynamicStrings).Value) + index;
        RequireInside(start, 1);
        var text = Bytes(start, (int)Math.Min(4096, _file.Length - start));
        var end = Array.IndexOf(text, (byte)0);
        return end >= 0 ? Encoding.UTF8.GetString(text, 0, end) : throw new InvalidDataException("has a damaged string table");
    }

    private long OffsetOf(long address)
    {
        foreach (var segment in _segments)
        {
            if (address >= segment.Address && address - segment.Address < segment.Size)
                return address - segment.Address + segment.Offset;
        }

        throw new InvalidDataException("has a damaged dynamic section");
    }

    private byte[] Bytes(long offset, int count)
    {
        RequireInside(offset, count);
        var bytes = new byte[count];
        _file.Position = offset;
        _file.ReadExactly(bytes);
        return bytes;
    }

    private void RequireInside(long offset, long count)
    {
        if (offset < 0 || count < 0 || offset > _file.Length - count)
            throw new InvalidDataException("is cut short or damaged");
    }

    private sealed record Segment(long Offset, long Address, long Size);
}
