using System.Runtime.InteropServices;
using Shouldly;

namespace VideoStyle.Native.Tests.KernelTests;

/// <summary>Channels-last pictures cut out of larger ones, whose rest shows what was written outside.</summary>
internal sealed unsafe class TestPictures : IDisposable
{
    private readonly byte* _memory;
    private readonly long _bytes;
    private readonly int _margin;

    internal TestPictures(int count, int channels, int height, int width, KernelDtype dtype = KernelDtype.Float32, int margin = 2)
    {
        var size = dtype == KernelDtype.Float32 ? 4 : 2;
        var row = (width + 2 * margin) * channels;
        var batch = (height + 2 * margin) * row;
        _margin = margin;
        _bytes = (long)size * count * batch;
        _memory = (byte*)NativeMemory.Alloc((nuint)_bytes);
        for (long i = 0; i < _bytes; i++)
            _memory[i] = Untouched(i);
        View = new((nint)(_memory + size * margin * (row + channels)), count, channels, height, width, batch, row, dtype);
    }

    internal ImageBatch View { get; }

    /// <summary>Gets whether nothing was written at all.</summary>
    internal bool IsUntouched => IsUntouchedFrom(0, _bytes);

    /// <summary>Gets the exact bits of the pictures, packed.</summary>
    internal byte[] Bits
    {
        get
        {
            var v = View;
            var line = (int)(v.Width * v.Channels * Size);
            var bits = new byte[v.Count * v.Height * line];
            for (long n = 0, target = 0; n < v.Count; n++)
            {
                for (long y = 0; y < v.Height; y++, target += line)
                    new Span<byte>(At(n, 0, y, 0), line).CopyTo(bits.AsSpan((int)target));
            }
            return bits;
        }
    }

    private int Size => View.Dtype == KernelDtype.Float32 ? 4 : 2;

    internal double this[long n, long k, long y, long x]
    {
        get =>
            View.Dtype switch
            {
                KernelDtype.Float32 => *(float*)At(n, k, y, x),
                KernelDtype.Float16 => (double)*(Half*)At(n, k, y, x),
                _ => BitConverter.Int32BitsToSingle(*(ushort*)At(n, k, y, x) << 16),
            };
        set
        {
            if (View.Dtype == KernelDtype.Float32)
                *(float*)At(n, k, y, x) = (float)value;
            else
                *(ushort*)At(n, k, y, x) = ToBFloat16((float)value);
        }
    }

    public void Dispose() => NativeMemory.Free(_memory);

    /// <summary>Normal numbers, with a mean and a deviation of its own for each channel.</summary>
    internal static TestPictures Random(
        int seed, int count, int channels, int height, int width, KernelDtype dtype = KernelDtype.Float32, int margin = 2)
    {
        var random = new Random(seed);
        var pictures = new TestPictures(count, channels, height, width, dtype, margin);
        for (var k = 0; k < channels; k++)
        {
            var (mean, deviation) = (3 * Normal(random), 0.5 + random.NextDouble());
            for (var n = 0; n < count; n++)
            {
                for (var y = 0; y < height; y++)
                {
                    for (var x = 0; x < width; x++)
                        pictures[n, k, y, x] = mean + deviation * Normal(random);
                }
            }
        }
        return pictures;
    }

    internal static float[] Weights(int seed, int channels)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, channels).Select(_ => (float)(0.5 + random.NextDouble()) * (random.Next(2) == 0 ? 1 : -1))];
    }

    /// <summary>Some rows of the pictures, in the same memory.</summary>
    internal ImageBatch Rows(int first, int last) =>
        View with { Data = (nint)At(0, 0, first, 0), Height = last - first };

    internal double[,,,] ToArray()
    {
        var v = View;
        var array = new double[v.Count, v.Channels, v.Height, v.Width];
        foreach (var (n, k, y, x) in Planar.Indices(array))
            array[n, k, y, x] = this[n, k, y, x];
        return array;
    }

    /// <summary>Fails where the pictures differ from the reference by more than float arithmetic and the dtype explain, or anything outside was written.</summary>
    internal void ShouldEqual(double[,,,] expected, double tolerance = 1e-5)
    {
        var v = View;
        (v.Count, v.Channels, v.Height, v.Width).ShouldBe(
            (expected.GetLength(0), expected.GetLength(1), expected.GetLength(2), expected.GetLength(3)));
        // Half a unit in the last of the 8 bits of a bfloat16.
        var relative = v.Dtype == KernelDtype.BFloat16 ? 1 / 256.0 : 0;
        foreach (var (n, k, y, x) in Planar.Indices(expected))
        {
            var (actual, wanted) = (this[n, k, y, x], expected[n, k, y, x]);
            Math.Abs(actual - wanted).ShouldBeLessThanOrEqualTo(tolerance * (1 + Math.Abs(wanted)) + relative * Math.Abs(wanted), $"at {(n, k, y, x)}");
        }
        OutsideShouldBeUntouched();
    }

    internal void OutsideShouldBeUntouched()
    {
        var v = View;
        var (size, pixel) = (Size, (int)v.Channels * Size);
        var inside = new HashSet<long>();
        for (long n = 0; n < v.Count; n++)
        {
            for (long y = 0; y < v.Height; y++)
                inside.Add((n * v.Batch + (y + _margin) * v.Row + _margin * v.Channels) * size);
        }
        for (long at = 0; at < _bytes; at += inside.Contains(at) ? pixel * v.Width : size)
        {
            if (!inside.Contains(at))
                IsUntouchedFrom(at, size).ShouldBeTrue($"byte {at} lies outside");
        }
    }

    /// <summary>What byte i is at first: different from row to row, so that a copy of another row's outside shows too.</summary>
    private static byte Untouched(long i) => (byte)((uint)i * 2654435761u >> 24);

    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7fc0 : (ushort)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private bool IsUntouchedFrom(long first, long count)
    {
        for (var i = first; i < first + count; i++)
        {
            if (_memory[i] != Untouched(i))
                return false;
        }
        return true;
    }

    private byte* At(long n, long k, long y, long x) =>
        (byte*)View.Data + Size * (n * View.Batch + y * View.Row + x * View.Channels + k);
}
