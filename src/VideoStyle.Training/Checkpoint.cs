using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Training;

/// <summary>Saves and restores an interrupted run, bit for bit.</summary>
internal static class Checkpoint
{
    /// <summary>Writes a checkpoint; where that fails, the last one stays unchanged.</summary>
    internal static void Save(TrainingOptions options, TrainingTask task, long step, TimeSpan elapsed)
    {
        var texts = new Dictionary<string, string>(Fingerprint(options, task), StringComparer.Ordinal)
        {
            ["step"] = step.ToString(CultureInfo.InvariantCulture),
            ["elapsed_ticks"] = elapsed.Ticks.ToString(CultureInfo.InvariantCulture),
        };
        SafetensorsWriter.Write(options.CheckpointPath, task.Weights.State(), ScalarType.Float32, texts);
    }

    /// <summary>Restores the state.</summary>
    /// <returns>The number of steps taken, and their time.</returns>
    /// <exception cref="VideoStyleException">There is no checkpoint, it is damaged, or of a run with other settings.</exception>
    internal static (long Step, TimeSpan Elapsed) Restore(TrainingOptions options, TrainingTask task)
    {
        var path = options.CheckpointPath;
        if (!File.Exists(path))
            throw new VideoStyleException(ErrorKind.Input, $"{path}: there is no checkpoint to resume from.", "Start without Resume.");
        var file = TensorFile.Read(path);
        foreach (var (field, value) in Fingerprint(options, task))
        {
            if (file.Metadata.GetValueOrDefault(field) is var saved && !string.Equals(saved, value, StringComparison.Ordinal))
                throw new VideoStyleException(
                    ErrorKind.Usage,
                    $"{path}: belongs to a run with {field} {saved}, not {value}.",
                    "Resume with the settings of that run, or start without Resume."
                );
        }

        using var noGrad = no_grad();
        foreach (var (name, target) in task.Weights.State())
        {
            if (!file.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(target.shape))
                throw new VideoStyleException(ErrorKind.Model, $"{path}: lacks '{name}'.", "Start without Resume.");
            using var tensor = stored.ToTensor();
            target.copy_(tensor);
        }

        return long.TryParse(file.Metadata.GetValueOrDefault("step"), CultureInfo.InvariantCulture, out var step)
            && long.TryParse(file.Metadata.GetValueOrDefault("elapsed_ticks"), CultureInfo.InvariantCulture, out var ticks)
            ? (step, TimeSpan.FromTicks(ticks))
            : throw new VideoStyleException(ErrorKind.Model, $"{path}: does not state its step.", "Start without Resume.");
    }

    /// <summary>The settings that must be the same when a run is resumed.</summary>
    private static Dictionary<string, string> Fingerprint(TrainingOptions options, TrainingTask task) =>
        new(StringComparer.Ordinal)
        {
            ["architecture"] = task.Architecture,
            ["family"] = task.Family ?? "single",
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["size"] = options.Size.ToString(CultureInfo.InvariantCulture),
            ["batch"] = options.Batch.ToString(CultureInfo.InvariantCulture),
            ["style_images"] = string.Join(", ", options.AllStyles.Select(s => Path.GetFileName(s.Path))),
        };
}
