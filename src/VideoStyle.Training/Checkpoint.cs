using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Training;

/// <summary>Saves and restores an interrupted run, bit for bit.</summary>
/// <param name="Path">The file.</param>
/// <param name="Settings">What must be the same when the run is resumed.</param>
/// <param name="Weights">What is saved and restored; owned by the caller.</param>
internal sealed record Checkpoint(string Path, IReadOnlyDictionary<string, string> Settings, TrainableWeights Weights)
{
    /// <summary>Writes a checkpoint; where that fails, the last one stays unchanged.</summary>
    internal void Save(long step, TimeSpan elapsed)
    {
        var texts = new Dictionary<string, string>(Settings, StringComparer.Ordinal)
        {
            ["step"] = step.ToString(CultureInfo.InvariantCulture),
            ["elapsed_ticks"] = elapsed.Ticks.ToString(CultureInfo.InvariantCulture),
        };
        SafetensorsWriter.Write(Path, Weights.State(), ScalarType.Float32, texts);
    }

    /// <summary>Restores the state.</summary>
    /// <returns>The number of steps taken, and their time.</returns>
    /// <exception cref="VideoStyleException">There is no checkpoint, it is damaged, or of a run with other settings.</exception>
    internal (long Step, TimeSpan Elapsed) Restore()
    {
        if (!File.Exists(Path))
            throw new VideoStyleException(ErrorKind.Input, $"{Path}: there is no checkpoint to resume from.", "Start without Resume.");
        var file = TensorFile.Read(Path);
        foreach (var (field, value) in Settings)
        {
            if (file.Metadata.GetValueOrDefault(field) is var saved && !string.Equals(saved, value, StringComparison.Ordinal))
                throw new VideoStyleException(
                    ErrorKind.Usage,
                    $"{Path}: belongs to a run with {field} {saved}, not {value}.",
                    "Resume with the settings of that run, or start without Resume."
                );
        }

        using var noGrad = no_grad();
        foreach (var (name, target) in Weights.State())
        {
            if (!file.Tensors.TryGetValue(name, out var stored) || !stored.Shape.SequenceEqual(target.shape))
                throw new VideoStyleException(ErrorKind.Model, $"{Path}: lacks '{name}'.", "Start without Resume.");
            using var tensor = stored.ToTensor();
            target.copy_(tensor);
        }

        return long.TryParse(file.Metadata.GetValueOrDefault("step"), CultureInfo.InvariantCulture, out var step)
            && long.TryParse(file.Metadata.GetValueOrDefault("elapsed_ticks"), CultureInfo.InvariantCulture, out var ticks)
            ? (step, TimeSpan.FromTicks(ticks))
            : throw new VideoStyleException(ErrorKind.Model, $"{Path}: does not state its step.", "Start without Resume.");
    }
}
