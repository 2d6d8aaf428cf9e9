using Shouldly;
using VideoStyle.Core.Media;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Pipeline;

/// <summary>Where the style of a place changes, the paint of before is let go; elsewhere paint is held as ever.</summary>
public sealed class StyleChangeTests
{
    private const int Frames = 30;
    private const int Change = 14; // inside of an interval of keyframes
    private const int Width = 96;
    private const int Height = 64;

    private static readonly Func<StyleAssignment> First = Constant(1, 0);

    public static TheoryData<string, string> Changes()
    {
        TheoryData<string, string> rows = [];
        foreach (var change in (string[])["switch", "ramp", "mix", "mask", "moving mask", "collection"])
            foreach (var mode in (string[])["fast", "fast, every frame", "best"])
                rows.Add(change, mode);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Run_AStyleChanges_After3FramesIsAsTheNewStyleAlone(string change, string mode)
    {
        var (assignment, last) = Assignments(change);
        var changed = await RunAsync(assignment, Options(mode));
        var own = await RunAsync(last, Options(mode));
        var perFrame = await RunAsync(last, Options("off"));

        // Over an interval of keyframes each: the strokes of a single one are a matter of luck.
        for (var t = Change + 3; t <= Frames - 4; t++)
            Mean(changed, t).ShouldBeGreaterThan(Mean(own, t) - 1, $"frame {t}");

        double Mean(List<byte[]> clip, int first) => Enumerable.Range(first, 4).Average(t => Psnr(clip[t], perFrame[t]));
    }

    [Theory]
    [InlineData("switch", "fast")]
    [InlineData("switch", "best")]
    [InlineData("mask", "fast")]
    [InlineData("mask", "best")]
    public async Task Run_AStyleSwitches_FadesAndNotBefore(string change, string mode)
    {
        var (assignment, last) = Assignments(change);
        var changed = await RunAsync(assignment, Options(mode));
        var before = await RunAsync(First, Options(mode));
        var after = await RunAsync(last, Options("off"));

        for (var t = 0; t < Change; t++)
            Psnr(changed[t], before[t]).ShouldBeGreaterThan(40, $"frame {t}: the new style shows too early");
        double[] distances = [.. Enumerable.Range(Change - 1, 4).Select(t => Psnr(changed[t], after[t]))];
        distances.ShouldBe(distances.Order());
        distances[1].ShouldBeLessThan(distances[3] - 6); // no cut
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("best")]
    public async Task Run_ContentCrossesTheEdgeOfAStillMask_IsPaintedInTheStyleOfTheOtherSide(string mode)
    {
        var options = Options(mode) with { CreateFlow = () => new SyntheticFlow(-2, 0) };
        var mask = () => (StyleAssignment)Mask(1, (_, x) => x < Width / 2);

        var shown = await RunAsync(mask, options, [Flat(0.2f), Flat(0.8f)], (t, x, y) => Texture(x - 2 * t, y));

        for (var t = 10; t < Frames; t++)
            for (var y = 8; y < Height - 8; y++)
                ((double)shown[t][3 * (y * Width + Width / 2 + 14)]).ShouldBe(0.8 * 255, 14);
    }

    [Theory]
    [InlineData("switch")]
    [InlineData("ramp")]
    [InlineData("mask")]
    public async Task Run_NothingChanges_HoldsThePaintAsWithOneStyle(string change)
    {
        var (_, last) = Assignments(change);
        var held = await RunAsync(last, Options("best"));
        var alone = await RunAsync(last, Options("best"), ignoreStyles: true);

        for (var t = 0; t < Frames; t++)
            held[t].ShouldBe(alone[t]);
    }

    // The assignment that changes, and the one that is what it changed to from the beginning.
    private static (Func<StyleAssignment> Changing, Func<StyleAssignment> Last) Assignments(string change)
    {
        var time = TimeSpan.FromMilliseconds(40 * Change);
        var justBefore = time - TimeSpan.FromMilliseconds(1);
        return change switch
        {
            "switch" => (() => new StyleSchedule([(justBefore, [1, 0]), (time, [0, 1])]), Constant(0, 1)),
            "ramp" => (() => new StyleSchedule([(TimeSpan.Zero, [1, 0]), (time, [0, 1])]), Constant(0, 1)),
            "mix" => (() => new StyleSchedule([(justBefore, [9, 1]), (time, [1, 4])]), Constant(1, 4)),
            "mask" => (() => Mask(Frames, (t, _) => t < Change), () => Mask(1, (_, _) => false)),
            "moving mask" => (() => Mask(Frames, (t, x) => x + 7 * t < Width), () => Mask(1, (_, _) => false)),
            _ => (() => new Choice(), Constant(0, 1)),
        };
    }

    private static Func<StyleAssignment> Constant(params double[] weights) => () => new StyleSchedule([(TimeSpan.Zero, weights)]);

    private static StyleMask Mask(int frames, Func<int, int, bool> isFirst) =>
        new(() => new SyntheticSource(frames, Width, Height, (t, x, _) => isFirst(t, x) ? (byte)255 : (byte)0), "mask", still: frames == 1, 2);

    private static PipelineOptions Options(string mode) => mode switch
    {
        "off" => new() { Coherence = CoherenceMode.Off },
        "best" => new() { Coherence = CoherenceMode.Best },
        "fast" => new() { KeyframeInterval = 4 },
        _ => new(),
    };

    private static Task<List<byte[]>> RunAsync(Func<StyleAssignment> assignment, PipelineOptions options, bool ignoreStyles = false) =>
        RunAsync(assignment, options, [Strokes(0.3), Strokes(-0.2)], (_, x, y) => Texture(x, y), ignoreStyles);

    private static async Task<List<byte[]>> RunAsync(
        Func<StyleAssignment> assignment, PipelineOptions options, SyntheticStylizer[] styles, Func<int, int, int, byte> pixel, bool ignoreStyles = false)
    {
        using SyntheticSource source = new(Frames, Width, Height, pixel);
        using BlendedStylizer blended = new(styles, assignment(), "two");
        using Unobserved unobserved = new(blended);
        using MemorySink sink = new();
        var ready = options.CreateFlow is null ? options with { CreateFlow = () => new SyntheticFlow(0, 0) } : options;
        await StylizePipeline.RunAsync(source, ignoreStyles ? unobserved : blended, sink, ready, progress: null, CancellationToken.None);
        return sink.Frames.ConvertAll(frame => frame.Pixels);
    }

    private static byte Texture(int x, int y) => (byte)(128 + 60 * Math.Sin(0.35 * x) * Math.Cos(0.27 * y) + 40 * Math.Sin(0.11 * x + 0.4 * y));

    private static SyntheticStylizer Flat(float value) => new() { Value = (_, _) => value };

    // A substitute for a network: contrast of the texture, and strokes of 4x4 pixels that are others in each frame.
    private static SyntheticStylizer Strokes(double contrast) => new()
    {
        Value = (frame, i) => (float)(0.5 + contrast * (frame.Pixels[i] / 128.0 - 1) + 0.12 * (Noise(frame.Index, i / 3 % Width / 4, i / 3 / Width / 4) - 0.5)),
    };

    // 0–1, by the finalizer of SplitMix64.
    private static double Noise(long t, int x, int y)
    {
        var z = ((ulong)t << 32 | (uint)(y * 1000 + x)) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z >> 40) / (double)(1 << 24);
    }

    private static double Psnr(byte[] one, byte[] other) => -10 * Math.Log10(one.Zip(other, (a, b) => Math.Pow((a - b) / 255.0, 2)).Average() + 1e-9);

    // As a collection decides: by what it sees, whole shots, at a moment that the blend takes for no cut.
    private sealed class Choice : StyleAssignment
    {
        public override int Count => 2;

        public override StyleWeights Decide(Frame frame) => new(frame.Index < Change ? [1, 0] : [0, 1]);
    }

    private sealed class Unobserved(IStylizer inner) : IStylizer
    {
        public StylizerInfo Info => inner.Info;

        public IRegionStylizer? Regions => inner.Regions;

        public IFrameObserver? Observer => null;

        public StylizedFrame Stylize(Frame frame) => inner.Stylize(frame);

        public void Dispose()
        {
            // The caller disposes the other one.
        }
    }
}
