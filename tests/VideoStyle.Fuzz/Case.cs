namespace VideoStyle.Fuzz;

/// <summary>One damaged file: always the same bytes for the same four values.</summary>
/// <param name="Reader">What reads it.</param>
/// <param name="File">The name of the good file that is damaged.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Index">The number of the case in the run.</param>
internal sealed record Case(string Reader, string File, int Seed, int Index)
{
    private static readonly uint[] Extremes = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    /// <summary>Damages a good file.</summary>
    /// <param name="good">Its bytes; not changed.</param>
    public byte[] Damage(byte[] good)
    {
        Random random = new(unchecked((Seed * 1_000_003) + Index));
        var bytes = (byte[])good.Clone();
        return random.Next(20) switch
        {
            < 6 => bytes[..Place(random, bytes.Length)],
            < 14 => FlipBits(random, bytes),
            < 16 => Overwrite(random, bytes),
            < 19 => PutExtreme(random, bytes),
            _ => Repeat(random, bytes),
        };
    }

    public override string ToString() => $"{Reader} {File} {Seed} {Index}";

    // Most of the structure lies at the beginning, some at the end: every order of magnitude is as likely.
    private static int Place(Random random, int length)
    {
        var distance = (int)Math.Pow(length, random.NextDouble());
        return random.Next(4) == 0 ? length - distance : Math.Min(distance, length - 1);
    }

    private static byte[] FlipBits(Random random, byte[] bytes)
    {
        for (var flips = 1 << random.Next(6); flips > 0; flips--)
            bytes[Place(random, bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static byte[] Overwrite(Random random, byte[] bytes)
    {
        var start = Place(random, bytes.Length);
        var part = bytes.AsSpan(start, Math.Min(random.Next(1, 257), bytes.Length - start));
        if (random.Next(2) == 0)
            random.NextBytes(part);
        else
            part.Fill(random.Next(2) == 0 ? byte.MinValue : byte.MaxValue);
        return bytes;
    }

    private static byte[] PutExtreme(Random random, byte[] bytes)
    {
        var value = BitConverter.GetBytes(Extremes[random.Next(Extremes.Length)]);
        if (random.Next(2) == 0)
            Array.Reverse(value); // containers differ in which end comes first
        var start = Place(random, bytes.Length);
        value.AsSpan(0, Math.Min(4, bytes.Length - start)).CopyTo(bytes.AsSpan(start));
        return bytes;
    }

    private static byte[] Repeat(Random random, byte[] bytes)
    {
        var start = Place(random, bytes.Length);
        var part = bytes.AsSpan(start, Math.Min(random.Next(1, 1025), bytes.Length - start)).ToArray();
        return random.Next(2) == 0 ? [.. bytes[..start], .. part, .. bytes[start..]] : [.. bytes[..start], .. bytes[(start + part.Length)..]];
    }
}
