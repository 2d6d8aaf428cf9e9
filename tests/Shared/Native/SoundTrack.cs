using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace VideoStyle.Tests;

/// <summary>The sound of a file as FFmpeg plays it, and how it lies against another's.</summary>
internal sealed class SoundTrack
{
    /// <summary>Samples a second, whatever the file has.</summary>
    internal const int Rate = 48000;

    /// <summary>A source of FFmpeg's whose sound is like itself at one offset only: a sweep in noise, of any number of channels.</summary>
    internal static string Source(int rate, double seconds, int channels = 1) =>
        FormattableString.Invariant($"aevalsrc='{string.Join('|', Enumerable.Range(0, channels).Select(c => $"0.4*sin(2*PI*({300 + 100 * c}*t+700*t*t))+0.2*(random({c})-0.5)"))}':s={rate}:d={seconds}");

    private readonly float[] _samples;

    private SoundTrack(float[] samples, double start) => (_samples, Start) = (samples, start);

    /// <summary>Gets when the first sample is heard, in seconds after the first frame is shown.</summary>
    internal double Start { get; }

    internal double Seconds => _samples.Length / (double)Rate;

    /// <summary>Decodes a sound, mixed to one channel.</summary>
    internal static SoundTrack Read(string path, int index = 0)
    {
        var raw = path + ".raw";
        FFmpegTool.Make("-i", path, "-map", $"0:a:{index}", "-f", "f32le", "-ac", "1", "-ar", $"{Rate}", raw);
        var bytes = File.ReadAllBytes(raw);
        File.Delete(raw);
        var samples = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, samples, 0, samples.Length * sizeof(float));
        return new SoundTrack(samples, First(path, $"a:{index}") - First(path, "v:0"));
    }

    /// <summary>By how many samples this sound comes later than the same sound of another file, against the picture; and their correlation there.</summary>
    internal (double Samples, double Correlation) LagBehind(SoundTrack original)
    {
        const int reach = 6000;
        var best = (Lag: 0, Sum: double.MinValue);
        for (var lag = -reach; lag <= reach; lag++)
            if (Product(original, lag) is var sum && sum > best.Sum)
                best = (lag, sum);
        var energy = Math.Sqrt(Product(this, 0) * original.Product(original, 0));
        return ((Start - original.Start) * Rate + best.Lag, best.Sum / energy);
    }

    /// <summary>The loudest sample between two times, in seconds after the first sample.</summary>
    internal float Loudest(double from, double to) => _samples[(int)(from * Rate)..(int)(to * Rate)].Max(Math.Abs);

    /// <summary>The sound without its beginning.</summary>
    internal SoundTrack From(double seconds) => new(_samples[(int)(seconds * Rate)..], Start + (int)(seconds * Rate) / (double)Rate);

    private double Product(SoundTrack original, int lag)
    {
        var (first, last) = (Math.Max(0, -lag), Math.Min(original._samples.Length, _samples.Length - lag));
        if (last <= first)
            return 0;
        var before = MemoryMarshal.Cast<float, Vector<float>>(original._samples.AsSpan(first, last - first));
        var after = MemoryMarshal.Cast<float, Vector<float>>(_samples.AsSpan(first + lag, last - first));
        var sum = Vector<float>.Zero;
        for (var i = 0; i < before.Length; i++)
            sum += before[i] * after[i];
        return Vector.Sum(sum);
    }

    private static double First(string path, string stream) =>
        double.Parse(
            FFmpegTool.Probe("-select_streams", stream, "-read_intervals", "%+#3", "-show_entries", "frame=best_effort_timestamp_time", "-of", "csv=p=0", path)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)[0].Split(',')[0],
            CultureInfo.InvariantCulture);
}
