using VideoStyle.Networks.Color;

namespace VideoStyle.Live.Painting;

/// <summary>What makes one stylizer differ from another.</summary>
/// <param name="Style">The style.</param>
/// <param name="Scale">The size of strokes.</param>
/// <param name="PreserveColor">What is kept of the frame's colours.</param>
internal sealed record StyleKey(string Style, double Scale, ColorPreservation PreserveColor);
