using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>A flow and its opposite, checked against each other once for all profiles that ask.</summary>
internal sealed class FlowCheck(Lazy<FlowField> flow, Lazy<FlowField> opposite)
{
    private readonly Lazy<RuderConsistency> _ruder = new(() => RuderConsistency.Check(flow.Value, opposite.Value));

    /// <summary>Gets the flow that is checked.</summary>
    public FlowField Flow => flow.Value;

    /// <summary>Gives the memory of the check back; no mask can be asked for afterwards.</summary>
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
