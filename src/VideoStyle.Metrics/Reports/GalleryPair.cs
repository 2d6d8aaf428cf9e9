namespace VideoStyle.Metrics.Reports;

/// <summary>A pair of frames between which a stylized clip flickers most.</summary>
public sealed record GalleryPair
{
    /// <summary>Gets the index of the clip in <see cref="MetricsReport.Clips"/>.</summary>
    public required int Clip { get; init; }

    /// <summary>Gets the number of the earlier frame.</summary>
    public required long Earlier { get; init; }

    /// <summary>Gets the number of the later frame.</summary>
    public required long Later { get; init; }

    /// <summary>Gets the time of the later frame.</summary>
    public required double Seconds { get; init; }

    /// <summary>Gets the warping error of the pair.</summary>
    public required double Error { get; init; }

    /// <summary>Gets the length of flow that is shown fully saturated, in pixels.</summary>
    public required float FullLengthPx { get; init; }

    /// <summary>Gets the source at the frame that the other one is warped onto.</summary>
    public required Thumbnail Source { get; init; }

    /// <summary>Gets the stylized clip at that frame.</summary>
    public required Thumbnail Output { get; init; }

    /// <summary>Gets the stylized clip's other frame, warped onto it.</summary>
    public required Thumbnail Warped { get; init; }

    /// <summary>Gets the difference of the two, black to yellow; <see cref="Reports.ErrorMap.FullScale"/> is yellow.</summary>
    public required Thumbnail ErrorMap { get; init; }

    /// <summary>Gets the certainty, white for certain.</summary>
    public required Thumbnail Mask { get; init; }

    /// <summary>Gets the flow in Middlebury's color code.</summary>
    public required Thumbnail Flow { get; init; }
}
