namespace VideoStyle.Metrics.Reports;

/// <summary>A pair of <see cref="Gallery.WorstPairs"/>, its images as data URLs by name.</summary>
internal sealed record PagePair
{
    public required int Clip { get; init; }

    public required long Earlier { get; init; }

    public required long Later { get; init; }

    public required double Seconds { get; init; }

    public required double Error { get; init; }

    public required float FullLengthPx { get; init; }

    public required Dictionary<string, string> Images { get; init; }

    public static PagePair From(GalleryPair pair) =>
        new()
        {
            Clip = pair.Clip,
            Earlier = pair.Earlier,
            Later = pair.Later,
            Seconds = pair.Seconds,
            Error = pair.Error,
            FullLengthPx = pair.FullLengthPx,
            Images = new(StringComparer.Ordinal)
            {
                ["source"] = PageData.Photo(pair.Source),
                ["output"] = PageData.Photo(pair.Output),
                ["warped"] = PageData.Photo(pair.Warped),
                ["errorMap"] = PageData.Drawing(pair.ErrorMap),
                ["mask"] = PageData.Drawing(pair.Mask),
                ["flow"] = PageData.Drawing(pair.Flow),
            },
        };
}
