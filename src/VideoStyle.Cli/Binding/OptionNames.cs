using System.Text.RegularExpressions;
using VideoStyle.Judging;
using VideoStyle.Metrics;
using VideoStyle.Training;
using VideoStyle.Training.Optimization;

namespace VideoStyle.Cli.Binding;

/// <summary>Translates messages of the library, which speak of properties, into the options of the command line.</summary>
internal static partial class OptionNames
{
    private static readonly Lazy<Dictionary<string, OptionDescriptor>> ByProperty = new(() =>
        OptionCatalog<StylerOptions>.Options
            .Concat(OptionCatalog<MeasureOptions>.Options)
            .Concat(OptionCatalog<TrainingOptions>.Options)
            .Concat(OptionCatalog<OptimizationOptions>.Options)
            .Concat(OptionCatalog<StyleJudgeOptions>.Options)
            .DistinctBy(option => option.Property, StringComparer.Ordinal)
            .ToDictionary(option => option.Property, StringComparer.Ordinal));

    /// <summary>Writes <c>Set OutputOptions.Overwrite to …</c> as <c>Add --force to …</c>, and <c>VideoOptions.MaxSize</c> as <c>--max-size</c>.</summary>
    public static string Translate(string text) =>
        Property().Replace(text, match =>
            !ByProperty.Value.TryGetValue(match.Groups["property"].Value, out var option) ? match.Value
            : match.Groups["set"].Success ? $"{(option.IsFlag ? "Add" : "Set")} --{option.Name}"
            : "--" + option.Name);

    [GeneratedRegex(@"(?<set>\bSet )?\b(?<property>[A-Z][A-Za-z]+(Options|Settings|Changes)\.[A-Z][A-Za-z]+)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Property();
}
