using Shouldly;
using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
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
    public async Task Run_ResumedAtAnyCheckpoint_GivesTheSameFrames(CoherenceMode coherence, int paintEvery)
    {
        StylizeOptions options = new() { Coherence = coherence, PaintEvery = paintEvery, Segments = new SegmentRule(Shortest: 3, Longest: 11) };
        var whole = await RunAsync(options);
        whole.Checkpoints.Select(c => c.Frame).ShouldBe([0, 11, 22, 33]);

        foreach (var checkpoint in whole.Checkpoints.Skip(1))
        {
            List<long> passedOver = [];
            var rest = await RunAsync(options with { Resume = Copy(checkpoint), PassedOver = passedOver.Add });

            passedOver.ShouldBe(Enumerable.Range(0, (int)checkpoint.Frame).Select(i => (long)i));
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
        // The test above must be able to fail: what the blend remembers does show.
        StylizeOptions options = new() { Coherence = CoherenceMode.Fast, Segments = new SegmentRule(Shortest: 3, Longest: 11) };
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

    private static async Task<CheckpointSink> RunAsync(StylizeOptions options)
    {
        using StylizePipeline pipeline = new(new IdentityStylizer(), () => new ConstantFlow(0, 0), options);
        // Every second frame is brighter, so that a blend of two is neither.
        using SyntheticSource source = new(Frames, pixel: (t, x, y) => (byte)(60 + 7 * (x % 9) + 5 * (y % 7) + 20 * (t % 2)));
        CheckpointSink sink = new();
        await pipeline.RunAsync(source, sink, progress: null, CancellationToken.None);
        pipeline.LiveFrames.ShouldBe(0);
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

    private sealed class CheckpointSink : IFrameSink
    {
        public List<Checkpoint> Checkpoints { get; } = [];

        public List<(long Index, long Pts, byte[] Pixels)> Frames { get; } = [];

        public void Write(Frame frame)
        {
            if (frame.Checkpoint is { } checkpoint)
                Checkpoints.Add(checkpoint);
            Frames.Add((frame.Index, frame.Pts, frame.Pixels.ToArray()));
        }

        public void Finish()
        {
            // Nothing is encoded.
        }

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
