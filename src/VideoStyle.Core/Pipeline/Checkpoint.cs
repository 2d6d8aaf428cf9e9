using VideoStyle.Core.Compositing;

namespace VideoStyle.Core.Pipeline;

/// <summary>A frame from which a conversion continues as if it had never stopped.</summary>
/// <param name="Frame">The index of the first frame that is stylized again, from 0.</param>
/// <param name="State">The state of the temporal blend before that frame; null where the frame begins a shot.</param>
public sealed record Checkpoint(long Frame, BlendState? State);
