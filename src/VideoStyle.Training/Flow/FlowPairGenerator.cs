namespace VideoStyle.Training.Flow;

/// <summary>Makes pairs of frames with known motion: pair n is a function of the photos, the settings, the seed and n. Thread-safe.</summary>
internal sealed class FlowPairGenerator(IReadOnlyList<Texture> textures, int width, int height, double maxMotionPx, long seed)
{
    private const double BlurShare = 0.2;
    private const double BlurStepPx = 1.5;
    private const int MaxBlurSamples = 20;

    private readonly FlowSceneFactory _scenes = new(textures, width, height, maxMotionPx, seed);

    /// <summary>Makes a pair.</summary>
    internal FlowPair Make(long index)
    {
        var random = new CounterRandom(seed, index, "pair");
        var scene = _scenes.Draw(random);
        var (vectors, known) = scene.Truth();
        var shutter = random.NextDouble() < BlurShare ? random.Uniform(0.2, 0.7) : 0;
        var samples = shutter > 0 ? Math.Clamp((int)Math.Ceiling(shutter * FastMotion(vectors) / BlurStepPx), 2, MaxBlurSamples) : 1;
        float[][] frames = [scene.Render(0, shutter, samples), scene.Render(1, shutter, samples)];
        CameraEffects.Apply(frames, width, random);
        return new FlowPair(width, height, ToBytes(frames[0]), ToBytes(frames[1]), Array.ConvertAll(vectors, v => (Half)v), known);
    }

    /// <summary>The motion that a tenth of the pixels exceed, about.</summary>
    private static double FastMotion(float[] vectors)
    {
        var lengths = new List<double>();
        for (var i = 0; i < vectors.Length; i += 2 * 37)
            lengths.Add(Math.Sqrt(vectors[i] * vectors[i] + vectors[i + 1] * vectors[i + 1]));
        lengths.Sort();
        return lengths[lengths.Count * 9 / 10];
    }

    private static byte[] ToBytes(float[] luma) => Array.ConvertAll(luma, v => (byte)Math.Clamp(v + 0.5f, 0, 255));
}
