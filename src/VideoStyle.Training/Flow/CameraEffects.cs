namespace VideoStyle.Training.Flow;

/// <summary>What a camera and a codec do to two frames: exposure, gamma, a moving shadow, softness, noise, and blockwise compression.</summary>
internal static class CameraEffects
{
    private const int Block = 8;

    // The quantization of luma in annex K of the JPEG standard, at quality 50.
    private static readonly int[] Quantization =
    [
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly float[] Cosines =
        [.. Enumerable.Range(0, Block * Block).Select(i => (float)(Math.Sqrt((i < Block ? 1.0 : 2.0) / Block) * Math.Cos(Math.PI * (2 * (i % Block) + 1) * (i / Block) / (2.0 * Block))))];

    /// <summary>Degrades both frames in the same way, with small differences of exposure and other noise.</summary>
    /// <param name="frames">Luma, 0–255; changed in place.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="random">The random numbers.</param>
    internal static void Apply(float[][] frames, int width, CounterRandom random)
    {
        var (gain, gamma) = (Math.Exp(random.Normal(0, 0.25)), Math.Exp(random.Normal(0, 0.2)));
        var flicker = random.NextDouble() < 0.6;
        var softness = random.NextDouble() < 0.2 ? random.Uniform(0.05, 0.3) : 0;
        var noise = random.NextDouble() < 0.6 ? Math.Abs(random.Normal(0, 6)) : 0;
        var quality = random.NextDouble() < 0.25 ? 35 + random.Below(60) : 0;
        var shadow = random.NextDouble() < 0.2 ? Shadow.Draw(random, width, frames[0].Length / width) : null;
        for (var i = 0; i < frames.Length; i++)
        {
            var (g, p, offset) = flicker
                ? (gain * Math.Exp(random.Normal(0, 0.06)), gamma * Math.Exp(random.Normal(0, 0.05)), random.Normal(0, 4))
                : (gain, gamma, 0);
            shadow?.Darken(frames[i], width, i);
            Expose(frames[i], g, p, offset);
            if (softness > 0)
                Soften(frames[i], width, (float)softness);
            if (noise > 0)
                AddNoise(frames[i], (float)noise, random);
            if (quality > 0)
                Compress(frames[i], width, quality);
        }
    }

    /// <summary>Quantizes the cosine transform of each whole block as JPEG does.</summary>
    internal static void Compress(float[] frame, int width, int quality)
    {
        var scale = quality < 50 ? 50f / quality : 2 - quality / 50f;
        Span<float> block = stackalloc float[Block * Block];
        for (var top = 0; top + Block <= frame.Length / width; top += Block)
        {
            for (var left = 0; left + Block <= width; left += Block)
            {
                for (var i = 0; i < block.Length; i++)
                    block[i] = frame[(top + i / Block) * width + left + i % Block] - 128;
                Transform(block, inverse: false);
                for (var i = 0; i < block.Length; i++)
                {
                    var step = MathF.Max(1, Quantization[i] * scale);
                    block[i] = MathF.Round(block[i] / step) * step;
                }

                Transform(block, inverse: true);
                for (var i = 0; i < block.Length; i++)
                    frame[(top + i / Block) * width + left + i % Block] = block[i] + 128;
            }
        }
    }

    private static void Expose(float[] frame, double gain, double gamma, double offset)
    {
        var table = new float[256];
        for (var i = 0; i < table.Length; i++)
            table[i] = (float)Math.Clamp(255 * gain * Math.Pow(i / 255.0, gamma) + offset, 0, 255);
        for (var i = 0; i < frame.Length; i++)
        {
            var value = Math.Clamp(frame[i], 0, 254.99f);
            var at = (int)value;
            frame[i] = table[at] + (value - at) * (table[at + 1] - table[at]);
        }
    }

    private static void Soften(float[] frame, int width, float side)
    {
        var row = new float[frame.Length];
        for (var i = 0; i < frame.Length; i++)
            row[i] = (1 - 2 * side) * frame[i] + side * (frame[i % width > 0 ? i - 1 : i] + frame[i % width < width - 1 ? i + 1 : i]);
        for (var i = 0; i < frame.Length; i++)
            frame[i] = (1 - 2 * side) * row[i] + side * (row[i >= width ? i - width : i] + row[i < frame.Length - width ? i + width : i]);
    }

    private static void AddNoise(float[] frame, float deviation, CounterRandom random)
    {
        // The sum of four uniform bytes is nearly normal; one draw of bits gives two sums.
        const float Scale = 1 / 147.8f;
        for (var i = 0; i < frame.Length; i += 2)
        {
            var bits = random.NextBits();
            frame[i] += deviation * Scale * (Sum((uint)bits) - 510);
            if (i + 1 < frame.Length)
                frame[i + 1] += deviation * Scale * (Sum((uint)(bits >> 32)) - 510);
        }

        static int Sum(uint bits) => (int)((bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + (bits >> 24));
    }

    /// <summary>The cosine transform of a block, rows and columns.</summary>
    private static void Transform(Span<float> block, bool inverse)
    {
        Span<float> half = stackalloc float[Block * Block];
        for (var pass = 0; pass < 2; pass++)
        {
            // Each pass transforms the rows and transposes.
            for (var row = 0; row < Block; row++)
            {
                for (var k = 0; k < Block; k++)
                {
                    var sum = 0f;
                    for (var i = 0; i < Block; i++)
                        sum += block[row * Block + i] * (inverse ? Cosines[i * Block + k] : Cosines[k * Block + i]);
                    half[k * Block + row] = sum;
                }
            }

            half.CopyTo(block);
        }
    }

    /// <summary>A soft elliptic shadow that moves by itself.</summary>
    private sealed record Shadow(double X, double Y, double MoveX, double MoveY, double RadiusX, double RadiusY, double Strength)
    {
        internal static Shadow Draw(CounterRandom random, int width, int height) =>
            new(
                random.Uniform(0, width), random.Uniform(0, height), random.Normal(0, 12), random.Normal(0, 8),
                random.Uniform(0.1, 0.5) * width, random.Uniform(0.1, 0.5) * width, random.Uniform(0.2, 0.7));

        internal void Darken(float[] frame, int width, int time)
        {
            for (var i = 0; i < frame.Length; i++)
            {
                var (x, y) = ((i % width - X - time * MoveX) / RadiusX, (i / width - Y - time * MoveY) / RadiusY);
                var inside = Math.Clamp((1 - (x * x + y * y)) * 3, 0, 1);
                frame[i] *= (float)(1 - Strength * inside * inside * (3 - 2 * inside));
            }
        }
    }
}
