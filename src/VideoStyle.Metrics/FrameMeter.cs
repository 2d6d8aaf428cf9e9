using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics;

/// <summary>Measures one frame on the calling thread; several threads may measure frames at once.</summary>
internal sealed class FrameMeter(MeasureSettings settings, FlowSupply flow, FlowSupply? tofFlow)
{
    private readonly PairMeter _pairs = new(flow, settings.Profiles);

    /// <summary>Whether the flow between neighbours is what tOF looks at in the source.</summary>
    private readonly bool _sharesFlow =
        flow.IsEstimated && !settings.Chained && string.Equals(flow.Description, tofFlow?.Description, StringComparison.Ordinal);

    /// <summary>Measures a frame.</summary>
    /// <remarks>The flow of pairs that are not shown is let go.</remarks>
    public FrameFigures Measure(FrameWork work)
    {
        PictureFigures[] pictures = [.. work.Set.Pictures.Select((picture, clip) => MeasurePicture(work.Set.Source, picture, clip > 0))];
        var motion = CompareMotion(work);
        List<IReadOnlyList<(double Coverage, double[]? Errors)>> pairs = [];
        foreach (var pair in work.Pairs)
        {
            pairs.Add(_pairs.Measure(pair.Earlier, work.Set, pair.Flow));
            if (!IsShown(pair))
                Release(pair);
        }

        // Computed now, so that the chain does not grow into a recursion over the whole shot.
        _ = work.FromFirst?.Forward.Value;
        _ = work.FromFirst?.Backward.Value;
        return new FrameFigures(pictures, motion, pairs);
    }

    /// <summary>Whether a pair can be among the worst ones, whose pictures are shown.</summary>
    public bool IsShown(FramePair pair) => settings.WorstPairs > 0 && pair.Lags.Contains(settings.Lags[0]);

    /// <summary>Lets the flow of a pair go, unless other pairs are chained from it.</summary>
    public void Release(FramePair pair)
    {
        if (!settings.Chained)
            pair.Flow.Release();
    }

    private PictureFigures MeasurePicture(Picture source, Picture picture, bool judged)
    {
        var energy = PictureQuality.GradientEnergy(picture.Luma);
        return judged && settings.Fidelity
            ? new(energy, PictureQuality.MeanSquaredError(source, picture), StructuralSimilarity.Mean(source.Luma, picture.Luma))
            : new(energy, SquaredError: null, Similarity: double.NaN);
    }

    /// <summary>tOF: the motion of each clip between the last two frames, and then how far it is from the source's.</summary>
    private double[]? CompareMotion(FrameWork work)
    {
        if (tofFlow is null || work.Previous is not { } previous || !settings.WantsMotion(work.Set.Index))
            return null;
        var shared = _sharesFlow ? work.Pairs.FirstOrDefault(pair => pair.Earlier == previous)?.Flow.Forward.Value : null;
        var source = shared ?? Estimate(0);
        var differences = new double[work.Set.Pictures.Length];
        for (var clip = 1; clip < differences.Length; clip++)
        {
            var own = Estimate(clip);
            differences[clip] = FlowDifference.Mean(source, own);
            FlowBuffers.Return(own.Vectors);
        }

        if (shared is null)
            FlowBuffers.Return(source.Vectors);
        return differences;

        FlowField Estimate(int clip) =>
            tofFlow.Get(previous.Pictures[clip].Luma, previous.Index, work.Set.Pictures[clip].Luma, work.Set.Index);
    }
}
