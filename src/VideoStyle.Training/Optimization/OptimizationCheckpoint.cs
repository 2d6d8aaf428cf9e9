using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Training.Optimization;

/// <summary>An interrupted painting, with everything that its next step depends on.</summary>
/// <param name="Level">The level that is painted, from 0.</param>
/// <param name="Iteration">The steps taken in it.</param>
/// <param name="Elapsed">Time taken.</param>
/// <param name="File">The tensors and texts.</param>
internal sealed record OptimizationCheckpoint(int Level, int Iteration, TimeSpan Elapsed, TensorFile File)
{
    private const string Picture = "picture";
    private const string State = "state.";

    /// <summary>Writes a checkpoint; the last one stays as it is where that fails.</summary>
    internal static void Save(OptimizationOptions options, PyramidLevel painting, int level, int iteration, TimeSpan elapsed)
    {
        var (state, texts) = painting.Optimizer.State();
        var tensors = state.ToDictionary(t => State + t.Key, t => t.Value, StringComparer.Ordinal);
        tensors[Picture] = painting.Pixels;
        foreach (var (field, text) in Fingerprint(options))
            texts[field] = text;
        texts["level"] = level.ToString(CultureInfo.InvariantCulture);
        texts["iteration"] = iteration.ToString(CultureInfo.InvariantCulture);
        texts["elapsed_ticks"] = elapsed.Ticks.ToString(CultureInfo.InvariantCulture);
        SafetensorsWriter.Write(options.CheckpointPath, tensors, ScalarType.Float32, texts);
    }

    /// <summary>Reads the checkpoint of a painting.</summary>
    /// <exception cref="VideoStyleException">There is none (Input), it is damaged (Model), or of a painting with other settings (Usage).</exception>
    internal static OptimizationCheckpoint Read(OptimizationOptions options)
    {
        var path = options.CheckpointPath;
        if (!System.IO.File.Exists(path))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no checkpoint to resume from.", "Start without --resume.");
        var file = TensorFile.Read(path);
        foreach (var (field, value) in Fingerprint(options))
        {
            if (file.Metadata.GetValueOrDefault(field) is var saved && !string.Equals(saved, value, StringComparison.Ordinal))
                throw new VideoStyleException(
                    ErrorKind.Usage,
                    $"{path}: belongs to a painting with {field} {saved}, not {value}.",
                    "Resume with the settings of that painting, or start without --resume."
                );
        }

        return int.TryParse(file.Metadata.GetValueOrDefault("level"), CultureInfo.InvariantCulture, out var level)
            && int.TryParse(file.Metadata.GetValueOrDefault("iteration"), CultureInfo.InvariantCulture, out var iteration)
            && long.TryParse(file.Metadata.GetValueOrDefault("elapsed_ticks"), CultureInfo.InvariantCulture, out var ticks)
            && file.Tensors.ContainsKey(Picture)
            ? new OptimizationCheckpoint(level, iteration, TimeSpan.FromTicks(ticks), file)
            : throw new VideoStyleException(ErrorKind.Model, $"{path}: does not say how far it had come.", "Start without --resume.");
    }

    /// <summary>Puts a painting back where it stood.</summary>
    internal void Restore(PyramidLevel painting)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var picture = File.Tensors[Picture];
        if (!picture.Shape.SequenceEqual(painting.Pixels.shape))
            throw new VideoStyleException(ErrorKind.Model, $"{File.Path}: holds a painting of another size.", "Start without --resume.");
        painting.Pixels.copy_(picture.ToTensor());
        var state = File
            .Tensors.Where(t => t.Key.StartsWith(State, StringComparison.Ordinal))
            .ToDictionary(t => t.Key[State.Length..], t => t.Value.ToTensor(), StringComparer.Ordinal);
        try
        {
            painting.Optimizer.Restore(state, File.Metadata);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException)
        {
            throw new VideoStyleException(ErrorKind.Model, $"{File.Path}: lacks a part of the optimiser's state.", "Start without --resume.", e);
        }
    }

    /// <summary>What must not change between the parts of a run.</summary>
    internal static Dictionary<string, string> Fingerprint(OptimizationOptions options)
    {
        var culture = CultureInfo.InvariantCulture;
        return new(StringComparer.Ordinal)
        {
            ["content"] = options.Content is { } path ? Path.GetFileName(path) : "none",
            ["styles"] = string.Join(", ", options.Styles.Select(s => string.Create(culture, $"{Path.GetFileName(s.Path)}×{s.Weight}"))),
            ["size"] = string.Create(culture, $"{options.Size} in {options.Levels} levels, strokes {options.StyleScale}"),
            ["iterations"] = options.Iterations.ToString(culture),
            ["optimizer"] = string.Create(culture, $"{options.Optimizer} {options.LearningRate} {options.History}"),
            ["start"] = string.Create(culture, $"{options.Start} {options.Seed}"),
            ["losses"] = string.Create(
                culture,
                $"content {options.Weights.Content} at {options.ContentLayer}, style {string.Join(',', options.Weights.Style)} {options.Gram}, tv {options.Weights.TotalVariation}, photo {options.Photo}"
            ),
            ["colour"] = options.Color.ToString(),
            ["video"] = string.Create(culture, $"{options.Passes} passes from {options.From} to {options.To}, temporal {options.Weights.Temporal}"),
        };
    }
}
