using VideoStyle.Core.Compositing;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame at which a conversion can be taken up again, as if it had never stopped.</summary>
/// <param name="Frame">The number of the first frame to be painted again, from 0.</param>
/// <param name="State">What the blend remembered before that frame; null where it begins a shot and needs nothing of the past.</param>
public sealed record Checkpoint(long Frame, BlendState? State);
