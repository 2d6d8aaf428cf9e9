using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Pipeline;
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
        new BlendState(2, 1, [1, 2, 3, 4, 5, 6, 7, 8], Gain: 0.5f).Write(stream);
        using MemoryStream cut = new(stream.ToArray()[..^1]);
        using MemoryStream foreign = new("something else that is long enough"u8.ToArray());

        Should.Throw<VideoStyleException>(() => BlendState.Read(cut, "cut")).Kind.ShouldBe(ErrorKind.Input);
        Should.Throw<VideoStyleException>(() => BlendState.Read(foreign, "foreign")).Kind.ShouldBe(ErrorKind.Input);
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

    private static async Task<MemorySink> RunAsync(PipelineOptions options)
    {
        using SyntheticStylizer stylizer = new();
        // Every second frame is brighter, so that a blend of two is neither.
        using SyntheticSource source = new(Frames, pixel: (t, x, y) => (byte)(60 + 7 * (x % 9) + 5 * (y % 7) + 20 * (t % 2)));
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
