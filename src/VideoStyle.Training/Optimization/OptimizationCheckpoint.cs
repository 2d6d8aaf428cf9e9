using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Training.Optimization;

/// <summary>The checkpoint of an image optimization: everything that its next step depends on.</summary>
/// <param name="Level">The index of the current pyramid level, from 0.</param>
/// <param name="Iteration">The steps taken in it.</param>
/// <param name="Elapsed">Time taken.</param>
/// <param name="File">The tensors and the metadata.</param>
internal sealed record OptimizationCheckpoint(int Level, int Iteration, TimeSpan Elapsed, TensorFile File)
{
    private const string ImageName = "picture"; // as in the checkpoints of the first version
    private const string State = "state.";

    /// <summary>Writes a checkpoint; where that fails, the last one stays unchanged.</summary>
    internal static void Save(OptimizationOptions options, PyramidLevel pyramidLevel, int level, int iteration, TimeSpan elapsed)
    {
        var (state, texts) = pyramidLevel.Optimizer.State();
        var tensors = state.ToDictionary(t => State + t.Key, t => t.Value, StringComparer.Ordinal);
        tensors[ImageName] = pyramidLevel.Pixels;
        foreach (var (field, text) in Fingerprint(options))
            texts[field] = text;
        texts["level"] = level.ToString(CultureInfo.InvariantCulture);
        texts["iteration"] = iteration.ToString(CultureInfo.InvariantCulture);
        texts["elapsed_ticks"] = elapsed.Ticks.ToString(CultureInfo.InvariantCulture);
        SafetensorsWriter.Write(options.CheckpointPath, tensors, ScalarType.Float32, texts);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="VideoStyleException">There is none (Input), it is damaged (Model), or of a run with other settings (Usage).</exception>
    internal static OptimizationCheckpoint Read(OptimizationOptions options)
    {
        var path = options.CheckpointPath;
        if (!System.IO.File.Exists(path))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no checkpoint to resume from.", "Start without Resume.");
        var file = TensorFile.Read(path);
        foreach (var (field, value) in Fingerprint(options))
        {
            if (file.Metadata.GetValueOrDefault(field) is var saved && !string.Equals(saved, value, StringComparison.Ordinal))
                throw new VideoStyleException(
                    ErrorKind.Usage,
                    $"{path}: belongs to a run with {field} {saved}, not {value}.",
                    "Resume with the settings of that run, or start without Resume."
                );
        }

        return int.TryParse(file.Metadata.GetValueOrDefault("level"), CultureInfo.InvariantCulture, out var level)
            && int.TryParse(file.Metadata.GetValueOrDefault("iteration"), CultureInfo.InvariantCulture, out var iteration)
            && long.TryParse(file.Metadata.GetValueOrDefault("elapsed_ticks"), CultureInfo.InvariantCulture, out var ticks)
            && file.Tensors.ContainsKey(ImageName)
            ? new OptimizationCheckpoint(level, iteration, TimeSpan.FromTicks(ticks), file)
            : throw new VideoStyleException(ErrorKind.Model, $"{path}: does not state its step.", "Start without Resume.");
    }

    /// <summary>Restores a pyramid level.</summary>
    internal void Restore(PyramidLevel pyramidLevel)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var image = File.Tensors[ImageName];
        if (!image.Shape.SequenceEqual(pyramidLevel.Pixels.shape))
            throw new VideoStyleException(ErrorKind.Model, $"{File.Path}: holds an image of another size.", "Start without Resume.");
        pyramidLevel.Pixels.copy_(image.ToTensor());
        var state = File
            .Tensors.Where(t => t.Key.StartsWith(State, StringComparison.Ordinal))
            .ToDictionary(t => t.Key[State.Length..], t => t.Value.ToTensor(), StringComparer.Ordinal);
        try
        {
            pyramidLevel.Optimizer.Restore(state, File.Metadata);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException)
        {
            throw new VideoStyleException(ErrorKind.Model, $"{File.Path}: lacks a part of the optimizer's state.", "Start without Resume.", e);
        }
    }

    /// <summary>The settings that must be the same when a run is resumed.</summary>
    internal static Dictionary<string, string> Fingerprint(OptimizationOptions options)
    {
        var culture = CultureInfo.InvariantCulture;
        return new(StringComparer.Ordinal)
        {
            ["content"] = options.Content is { } path ? Path.GetFileName(path) : "none",
            ["styles"] = string.Join(", ", options.AllStyles.Select(s => string.Create(culture, $"{Path.GetFileName(s.Path)}×{s.Weight}"))),
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
