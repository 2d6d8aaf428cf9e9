namespace VideoStyle.Core.Media;

/// <summary>The color space of a coded video, in the code points of ISO/IEC 23091-2; 2 where unspecified.</summary>
/// <param name="Matrix">From RGB to luma and chroma: 0 RGB, 1 BT.709, 5 and 6 BT.601, 9 BT.2020.</param>
/// <param name="Primaries">The primaries: 1 BT.709, 9 BT.2020.</param>
/// <param name="Transfer">The transfer characteristics: 1 BT.709, 13 sRGB, 16 PQ, 18 HLG.</param>
/// <param name="FullRange">True for 0–255, false for 16–235, null where unspecified.</param>
public sealed record ColorInfo(int Matrix = 2, int Primaries = 2, int Transfer = 2, bool? FullRange = null)
{
    /// <summary>Gets whether the transfer is of high dynamic range, PQ or HLG.</summary>
    public bool IsHdr => Transfer is 16 or 18;
}
