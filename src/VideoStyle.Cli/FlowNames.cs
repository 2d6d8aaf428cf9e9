using VideoStyle.Core.Pipeline;
using VideoStyle.Native.Vision;

namespace VideoStyle.Cli;

/// <summary>The names that the command line and reports use for flow estimators.</summary>
internal static class FlowNames
{
    private static readonly Dictionary<string, FlowMethod> Methods = new(StringComparer.Ordinal)
    {
        ["dis-ultrafast"] = FlowMethod.DisUltrafast,
        ["dis-fast"] = FlowMethod.DisFast,
        ["dis-light"] = FlowMethod.DisLight,
        ["dis-medium"] = FlowMethod.DisMedium,
        ["dis-refined"] = FlowMethod.DisRefined,
        ["dis-fine"] = FlowMethod.DisFine,
        ["farneback"] = FlowMethod.Farneback,
        ["farneback-wide"] = FlowMethod.FarnebackWide,
    };

    public static IReadOnlyCollection<string> All => Methods.Keys;

    /// <summary>The estimator that a mode blends along unless another is asked for.</summary>
    public static FlowMethod For(CoherenceMode mode) => mode == CoherenceMode.Best ? FlowMethod.DisRefined : FlowMethod.DisLight;

    public static FlowMethod Parse(string name) => Methods[name];

    public static string Of(FlowMethod method) => Methods.First(pair => pair.Value == method).Key;
}
