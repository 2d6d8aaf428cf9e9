using System.Globalization;
using System.Text.Json;

namespace VideoStyle.Training;

/// <summary>Makes the metadata of a trained model.</summary>
internal static class TrainingMetadata
{
    internal static Dictionary<string, string> Create(TrainingOptions options, TrainingTask task, TrainingResult result)
    {
        var culture = CultureInfo.InvariantCulture;
        var weights = options.Weights;
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = Path.GetFileNameWithoutExtension(options.Output),
            ["architecture"] = task.Architecture,
            ["style_image"] = string.Join(", ", options.AllStyles.Select(s => options.AllStyles.Count == 1
                ? Path.GetFileName(s.Path)
                : string.Create(culture, $"{Path.GetFileName(s.Path)} ×{s.Weight}"))),
            ["style_short_side_px"] = options.StyleSize.ToString(culture),
            ["style_scales"] = options.StyleScales.ToString(culture),
            ["training_images"] = string.Join(", ", options.Content.Select(c => Path.GetFileName(Path.TrimEndingDirectorySeparator(c)))),
            ["init_from"] = options.Base is null ? "random" : Path.GetFileNameWithoutExtension(options.Base),
            ["steps"] = result.Steps.ToString(culture),
            ["batch"] = options.Batch.ToString(culture),
            ["crop"] = options.Size.ToString(culture),
            ["seed"] = options.Seed.ToString(culture),
            ["optimizer"] = string.Create(culture, $"Adam, rate {options.FirstRate} to 0.0001 by a cosine; mean of the weights kept"),
            ["loss_weights"] = string.Create(
                culture,
                $"content {weights.Content}; style {string.Join(',', weights.Style)} ({options.Gram}); color {weights.Color}; lattice {weights.Lattice}; tv {weights.TotalVariation}; temporal {weights.Temporal} ({options.Motion}{(options.LuminanceAware ? ", luminance-aware" : "")})"
            ),
            ["loss_network"] = Path.GetFileName(options.LossWeights),
            ["final_losses"] = JsonSerializer.Serialize(result.Losses.ToDictionary(l => l.Key, l => Math.Round(l.Value, 5), StringComparer.Ordinal)),
            ["train_seconds"] = result.Elapsed.TotalSeconds.ToString("0", culture),
            ["videostyle"] = typeof(TrainingMetadata).Assembly.GetName().Version!.ToString(3),
        };
        if (task.Family is { } family)
            metadata["family"] = family;
        if (options.Separate && !options.IsArbitrary && !options.IsSanet)
            metadata["styles"] = JsonSerializer.Serialize(options.AllStyles.Select(s => Path.GetFileNameWithoutExtension(s.Path)));
        foreach (var (field, text) in options.Metadata)
            metadata[field] = text;
        return metadata;
    }
}
