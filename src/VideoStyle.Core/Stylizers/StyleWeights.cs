namespace VideoStyle.Core.Stylizers;

/// <summary>How strongly each style contributes to one frame.</summary>
/// <param name="Weights">One for each style, 0–1, with the sum 1; ignored where there are maps.</param>
/// <param name="Maps">Weights for each pixel; null where they are the same everywhere.</param>
public sealed record StyleWeights(IReadOnlyList<double> Weights, StyleMaps? Maps = null)
{
    /// <summary>Gets whether a style has a weight above 0 anywhere in the frame.</summary>
    /// <param name="style">The index of the style.</param>
    public bool Uses(int style) => Maps is { } maps ? Array.Exists(maps.Planes[style], v => v > 0) : Weights[style] > 0;

    /// <summary>Reads the weights of one style along a row of a frame.</summary>
    /// <param name="style">The index of the style.</param>
    /// <param name="y">The row.</param>
    /// <param name="height">The height of the frame.</param>
    /// <param name="row">Receives one weight for each column of the frame.</param>
    public void ReadRow(int style, int y, int height, Span<float> row)
    {
        if (Maps is null)
            row.Fill((float)Weights[style]);
        else
            Maps.ReadRow(style, y, height, row);
    }

    /// <summary>Whether two frames have weights of the same styles and kind, so that they can be compared.</summary>
    internal bool IsLike(StyleWeights other) =>
        (Weights.Count, Maps?.Planes.Count) == (other.Weights.Count, other.Maps?.Planes.Count);

    /// <summary>Gets half the sum of the absolute differences of two frames without maps, 0–1.</summary>
    internal float DifferenceTo(StyleWeights other) => (float)Weights.Zip(other.Weights, (a, b) => Math.Abs(a - b)).Sum() / 2;
}
