namespace VideoStyle.Training;

/// <summary>A counter-based random number generator: the sequence is a function of seed, step and purpose alone.</summary>
/// <remarks>
/// A resumed run draws what an uninterrupted one would have drawn, without any saved state. SplitMix64 (Steele, Lea and Flood,
/// "Fast Splittable Pseudorandom Number Generators", 2014), seeded by a hash of the three.
/// </remarks>
internal sealed class CounterRandom(long seed, long step, string purpose)
{
    private ulong _state = Mix((ulong)seed ^ Mix((ulong)step ^ Mix(Hash(purpose))));

    internal ulong NextBits() => Mix(_state += 0x9e3779b97f4a7c15);

    /// <summary>Uniform in [0, 1).</summary>
    internal double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    internal double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>Uniform in [0, <paramref name="count"/>).</summary>
    internal int Below(int count) => (int)(NextDouble() * count);

    /// <summary>Normal (Box and Muller, 1958).</summary>
    internal double Normal(double mean, double deviation) =>
        mean + deviation * Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    private static ulong Hash(string text) => text.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211UL);
}
