namespace VideoStyle.Training.Flow;

/// <summary>Two frames with known motion.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="First">Luma of the frame whose pixels have vectors, row-major.</param>
/// <param name="Second">Luma of the frame that the vectors point into.</param>
/// <param name="Vectors">The true flow, interleaved.</param>
/// <param name="Known">For each pixel <see cref="FlowScene.Visible"/>, <see cref="FlowScene.Hidden"/> or 0.</param>
internal sealed record FlowPair(int Width, int Height, byte[] First, byte[] Second, Half[] Vectors, byte[] Known);
