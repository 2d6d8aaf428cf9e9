using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Native.Files;

namespace VideoStyle.Metrics.Tests;

/// <summary>Writes the true flow of a pan as files, for pairs of given frames.</summary>
internal static class KnownMotion
{
    public static FlowProvider Pan(string folder, int frames, int width, int height, int dx, int dy, bool onlyNeighbours = false)
    {
        for (var from = 0; from < frames; from++)
            for (var to = 0; to < frames; to++)
                if (from != to && (!onlyNeighbours || Math.Abs(from - to) == 1))
                    MiddleburyFlow.Write(Path.Combine(folder, $"{from}-{to}.flo"), Constant(width, height, (to - from) * dx, (to - from) * dy));
        return FlowProvider.ReadFrom(new FlowFolder(folder, new RawPng()));
    }

    public static FlowField Constant(int width, int height, float dx, float dy) =>
        new(width, height, [.. Enumerable.Range(0, 2 * width * height).Select(i => i % 2 == 0 ? dx : dy)]);
}

/// <summary>Says that nothing moves.</summary>
internal sealed class StillFlow : IFlowEstimator
{
    public string Description => "still";

    public FlowField Estimate(LumaImage source, LumaImage target) => new(source.Width, source.Height, new float[2 * source.Width * source.Height]);

    public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second) => (Estimate(first, second), Estimate(second, first));

    public void Dispose()
    {
        // Holds nothing.
    }
}
