namespace VideoStyle.Core.Stylizers;

/// <summary>How much of each style one frame is painted with.</summary>
/// <param name="Shares">One for each style, 0–1, adding up to 1; of no meaning where there are maps.</param>
/// <param name="Maps">Shares that differ from pixel to pixel; null where they are the same everywhere.</param>
public sealed record StyleShares(IReadOnlyList<double> Shares, StyleMaps? Maps = null);
