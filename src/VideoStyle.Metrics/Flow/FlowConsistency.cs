using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>The forward-backward consistency of a flow and its opposite, checked once for all profiles that ask.</summary>
internal sealed class FlowConsistency(Lazy<FlowField> flow, Lazy<FlowField> opposite)
{
    private readonly Lazy<RuderConsistency> _ruder = new(() => RuderConsistency.Check(flow.Value, opposite.Value));

    /// <summary>Gets the flow that is checked.</summary>
    public FlowField Flow => flow.Value;

    /// <summary>Frees the memory of the check; no mask can be asked for afterwards.</summary>
    public void Release()
    {
        if (_ruder.IsValueCreated)
            _ruder.Value.Release();
    }

    public ValidityMask Mask(OcclusionProfile profile) =>
        profile switch
        {
            OcclusionProfile.Lai18 => Lai18Validity.Check(flow.Value, opposite.Value),
            OcclusionProfile.Ruder16 => _ruder.Value.ToRuder16(),
            OcclusionProfile.Ruder18 => _ruder.Value.ToRuder18(),
            _ => _ruder.Value.ToHiddenOnly(),
        };
}
