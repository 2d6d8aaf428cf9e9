namespace VideoStyle.Core.Media.Png;

/// <summary>Turns packed rows into samples of 8 or 16 bits.</summary>
internal static class PngSamples
{
    /// <summary>Unpacks bits, byte pairs and palette entries.</summary>
    /// <exception cref="Errors.VideoStyleException">A pixel names a palette entry that is not there.</exception>
    public static ushort[] Unpack(byte[] rows, PngHeader header, byte[] palette, string name)
    {
        var perRow = header.Width * header.Channels;
        var samples = new ushort[perRow * header.Height];
        for (var y = 0; y < header.Height; y++)
        {
            var row = rows.AsSpan(y * header.RowBytes, header.RowBytes);
            for (var i = 0; i < perRow; i++)
                samples[y * perRow + i] = Sample(row, i, header);
        }

        return header.IsPalette ? Resolve(samples, palette, name) : samples;
    }

    private static ushort Sample(ReadOnlySpan<byte> row, int index, PngHeader header)
    {
        if (header.BitDepth == 16)
            return (ushort)(row[2 * index] << 8 | row[2 * index + 1]);
        if (header.BitDepth == 8)
            return row[index];

        var perByte = 8 / header.BitDepth;
        var shift = 8 - header.BitDepth * (index % perByte + 1);
        var largest = (1 << header.BitDepth) - 1;
        var value = row[index / perByte] >> shift & largest;
        return (ushort)(header.IsPalette ? value : value * 255 / largest);
    }

    private static ushort[] Resolve(ushort[] indices, byte[] palette, string name)
    {
        var samples = new ushort[indices.Length * 3];
        for (var i = 0; i < indices.Length; i++)
        {
            if (3 * indices[i] + 2 >= palette.Length)
                throw PngReader.Damaged(name, $"a pixel names colour {indices[i]}, which its palette lacks");
            for (var channel = 0; channel < 3; channel++)
                samples[3 * i + channel] = palette[3 * indices[i] + channel];
        }

        return samples;
    }
}
