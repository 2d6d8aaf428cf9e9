using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Core.Tests.Pipeline;

public sealed class ResumeTests
{
    private const int Frames = 40;

    [Theory]
    [InlineData(CoherenceMode.Off, 1)]
    [InlineData(CoherenceMode.Fast, 1)]
    [InlineData(CoherenceMode.Fast, 4)]
    public async Task Run_ResumedAtAnyCheckpoint_GivesTheSameFrames(CoherenceMode coherence, int interval)
    {
        PipelineOptions options = new() { Coherence = coherence, KeyframeInterval = interval, Segments = new SegmentRule(MinFrames: 3, MaxFrames: 11) };
        var whole = await RunAsync(options);
        whole.Checkpoints.Select(c => c.Frame).ShouldBe([0, 11, 22, 33]);

        foreach (var checkpoint in whole.Checkpoints.Skip(1))
        {
            List<long> skipped = [];
            var rest = await RunAsync(options with { Resume = Copy(checkpoint), FrameSkipped = skipped.Add });

            skipped.ShouldBe(Enumerable.Range(0, (int)checkpoint.Frame).Select(i => (long)i));
            rest.Checkpoints.Select(c => c.Frame).ShouldBe(whole.Checkpoints.Select(c => c.Frame).Where(f => f >= checkpoint.Frame));
            rest.Frames.Count.ShouldBe(Frames - (int)checkpoint.Frame);
            foreach (var (index, pts, pixels) in rest.Frames)
            {
                pts.ShouldBe(whole.Frames[(int)index].Pts);
                pixels.ShouldBe(whole.Frames[(int)index].Pixels);
            }
        }
    }

    [Theory]
    [InlineData(CoherenceMode.Fast, 1, false)]
    [InlineData(CoherenceMode.Fast, 4, false)]
    [InlineData(CoherenceMode.Fast, 4, true)]
    [InlineData(CoherenceMode.Best, 1, true)]
    public async Task Run_ResumedWhileAStyleChanges_GivesTheSameFrames(CoherenceMode coherence, int interval, bool byMask)
    {
        PipelineOptions options = new() { Coherence = coherence, KeyframeInterval = interval, Segments = new SegmentRule(MinFrames: 1, MaxFrames: 1) };
        var whole = await RunAsync(options, Changing(byMask));

        // Directly after the first frame, within a cross-fade, and within a slow change.
        foreach (var checkpoint in whole.Checkpoints.Where(c => c.Frame is 1 or 11 or 12 or 30))
        {
            var rest = await RunAsync(options with { Resume = Copy(checkpoint) }, Changing(byMask));

            foreach (var (index, _, pixels) in rest.Frames)
                pixels.ShouldBe(whole.Frames[(int)index].Pixels, $"frame {index} after {checkpoint.Frame}");
        }
    }

    [Fact]
    public async Task Run_ResumedWithoutItsState_GivesOtherFrames()
    {
        // The test above must be able to fail: the state of the blend is visible.
        PipelineOptions options = new() { Coherence = CoherenceMode.Fast, Segments = new SegmentRule(MinFrames: 3, MaxFrames: 11) };
        var whole = await RunAsync(options);

        var rest = await RunAsync(options with { Resume = new Checkpoint(11, State: null) });

        rest.Frames[0].Pixels.ShouldNotBe(whole.Frames[11].Pixels);
    }

    [Fact]
    public void BlendState_Damaged_IsRefused()
    {
        using MemoryStream stream = new();
        new BlendState(2, 1, [1, 2, 3, 4, 5, 6, 7, 8], Gains: [0.5f]).Write(stream);
        using MemoryStream cut = new(stream.ToArray()[..^1]);
        using MemoryStream foreign = new("something else that is long enough"u8.ToArray());

        BlendState painted = new(2, 1, [1, 2, 3, 4, 5, 6, 7, 8], Gains: null) { Painted = new StyleWeights([], new StyleMaps(2, 1, [[0, 1], [1, 0]])) };
        using MemoryStream huge = new();
        painted.Write(huge);
        huge.GetBuffer()[20] = 200; // styles
        huge.Position = 0;

        Should.Throw<VideoStyleException>(() => BlendState.Read(huge, "huge")).Kind.ShouldBe(ErrorKind.Input);
        Should.Throw<VideoStyleException>(() => BlendState.Read(cut, "cut")).Kind.ShouldBe(ErrorKind.Input);
        Should.Throw<VideoStyleException>(() => BlendState.Read(foreign, "foreign")).Kind.ShouldBe(ErrorKind.Input);
    }

    [Fact]
    public async Task Run_AStillVideo_ReportsThatItsPaintWasFollowed()
    {
        using SyntheticStylizer stylizer = new();
        using SyntheticSource source = new(6, 96, 64, (_, x, y) => (byte)(8 * (x ^ y)));
        using MemorySink sink = new();
        PipelineOptions options = new() { CreateFlow = () => new SyntheticFlow(0, 0) };

        var report = await StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None);

        report.Shares.ShouldBe(new PaintShares(1, 0, 0));
    }

    [Fact]
    public async Task Run_ResumedWithoutSegments_BeginsWithAKeyframe()
    {
        using SyntheticStylizer stylizer = new();
        using SyntheticSource source = new(20, 96, 64, (_, x, y) => (byte)(8 * (x ^ y)));
        using MemorySink sink = new();
        PipelineOptions options = new() { KeyframeInterval = 4, Resume = new Checkpoint(6, State: null), CreateFlow = () => new SyntheticFlow(0, 0) };

        await StylizePipeline.RunAsync(source, stylizer, sink, options, progress: null, CancellationToken.None);

        stylizer.Stylized.Order().ShouldBe([6, 10, 14, 18, 19]);
        sink.Frames[0].Index.ShouldBe(6);
    }

    private static Task<MemorySink> RunAsync(PipelineOptions options) => RunAsync(options, new SyntheticStylizer());

    // A switch at frame 10, and a slow change from there on.
    private static BlendedStylizer Changing(bool byMask)
    {
        var switched = TimeSpan.FromMilliseconds(400);
        StyleAssignment assignment = byMask
            ? new StyleMask(() => new SyntheticSource(Frames, pixel: (t, x, _) => (byte)(t < 10 ? 255 * (x / 20 % 2) : 3 * t)), "mask", still: false, 2)
            : new StyleSchedule([(switched - TimeSpan.FromMilliseconds(1), [1, 0]), (switched, [1, 2]), (TimeSpan.FromSeconds(2), [0, 1])]);
        return new BlendedStylizer([new SyntheticStylizer(), new SyntheticStylizer { Value = (frame, i) => 1 - frame.Pixels[i] / 255f }], assignment, "two");
    }

    private static async Task<MemorySink> RunAsync(PipelineOptions options, IStylizer styles)
    {
        using var stylizer = styles;
        // Every second frame is brighter, so that a blend of two is neither.
        using SyntheticSource source = new(Frames, pixel: (t, x, y) => (byte)(60 + 7 * (x % 9) + 5 * (y % 7) + 8 * (t % 2)));
        MemorySink sink = new();
        await StylizePipeline.RunAsync(
            source, stylizer, sink, options with { CreateFlow = () => new SyntheticFlow(0, 0) }, progress: null, CancellationToken.None);
        options.Pool.Live.ShouldBe(0);
        return sink;
    }

    // Through a file, as between two processes.
    private static Checkpoint Copy(Checkpoint checkpoint)
    {
        if (checkpoint.State is not { } state)
            return checkpoint;
        using MemoryStream stream = new();
        state.Write(stream);
        stream.Position = 0;
        return checkpoint with { State = BlendState.Read(stream, "state") };
    }
}
