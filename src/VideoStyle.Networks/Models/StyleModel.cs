using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Models;

/// <summary>A style in a model file: an architecture, its weights and the model metadata.</summary>
public sealed class StyleModel
{
    private readonly Dictionary<string, StoredTensor> _weights;

    private StyleModel(
        TensorFile file,
        NetworkArchitecture architecture,
        Dictionary<string, StoredTensor> weights,
        IReadOnlyList<string> notes
    )
    {
        (Path, Architecture, Metadata, _weights, Notes) = (file.Path, architecture, file.Metadata, weights, notes);
        Name = Metadata.TryGetValue("name", out var name) && name.Length > 0 ? name : System.IO.Path.GetFileNameWithoutExtension(file.Path);
    }

    /// <summary>Makes a style that has no file of its own.</summary>
    /// <param name="name">The style's name.</param>
    /// <param name="path">The file it was derived from, for messages.</param>
    /// <param name="architecture">The architecture.</param>
    /// <param name="metadata">The model metadata.</param>
    /// <param name="weights">Copied; owned by the caller.</param>
    internal StyleModel(
        string name,
        string path,
        NetworkArchitecture architecture,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyDictionary<string, Tensor> weights
    )
    {
        (Name, Path, Architecture, Metadata, Notes) = (name, path, architecture, metadata, []);
        _weights = weights.ToDictionary(
            w => w.Key,
            w => new StoredTensor(StoredDtype.Float32, w.Value.shape, MemoryMarshal.AsBytes<float>(w.Value.ToArray<float>()).ToArray()),
            StringComparer.Ordinal
        );
    }

    /// <summary>Gets the style's name, from the metadata, else from the file name.</summary>
    public string Name { get; }

    /// <summary>Gets the file it was read from.</summary>
    public string Path { get; }

    /// <summary>Gets the architecture's name: <c>lite</c>, <c>swift</c> or <c>johnson</c>.</summary>
    public string ArchitectureName => Architecture.Name;

    /// <summary>Gets the architecture.</summary>
    internal NetworkArchitecture Architecture { get; }

    /// <summary>Gets the model metadata; empty for formats without it.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Gets notes on what was ignored in the file, one sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Reads a model.</summary>
    /// <param name="path"><c>.safetensors</c>, <c>.pth</c> or <c>.npz</c>.</param>
    /// <exception cref="VideoStyleException">The file is missing, damaged, refused, or of another architecture (Model).</exception>
    public static StyleModel Load(string path)
    {
        var file = TensorFile.Read(path);
        MultiStyleModel.ThrowIfMultiStyle(file);
        var architecture = NetworkArchitecture.Find(file.Metadata.GetValueOrDefault("architecture")) ?? Recognise(file);
        var weights = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var (name, shape) in architecture.Parameters)
        {
            if (!file.Tensors.TryGetValue(name, out var tensor))
                throw Mismatch(path, architecture, $"it lacks '{name}'");
            if (!tensor.Shape.SequenceEqual(shape))
                throw Mismatch(path, architecture, $"'{name}' is [{string.Join(", ", tensor.Shape)}] instead of [{string.Join(", ", shape)}]");
            weights[name] = tensor;
        }

        return new StyleModel(file, architecture, weights, NotesOn(file, weights));
    }

    /// <summary>Makes a network of the weights.</summary>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions.</param>
    /// <returns>A network that the caller owns.</returns>
    /// <exception cref="VideoStyleException">A weight is not a finite number (Model).</exception>
    internal StyleNetwork CreateNetwork(Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, stored) in _weights)
        {
            var tensor = stored.ToTensor().to(ScalarType.Float32);
            if (!double.IsFinite(tensor.abs().sum().ToDouble()))
                throw new VideoStyleException(ErrorKind.Model, $"{Path}: '{name}' holds a value that is not a finite number.");
            tensors[name] = tensor;
        }

        return new StyleNetwork(Architecture, tensors, device, dtype);
    }

    /// <summary>Copies the weights as float to the host; they belong to the current scope.</summary>
    internal IReadOnlyDictionary<string, Tensor> Tensors() =>
        _weights.ToDictionary(w => w.Key, w => w.Value.ToTensor().to(ScalarType.Float32), StringComparer.Ordinal);

    /// <summary>Whether two styles have the same convolutions, so that styles between them can be interpolated.</summary>
    internal bool SharesConvolutionsWith(StyleModel other) =>
        Architecture == other.Architecture
        && _weights.All(w => StyleParameterization.IsStyleSpecific(Architecture, w.Key) || w.Value.ToBytes().SequenceEqual(other._weights[w.Key].ToBytes()));

    /// <summary>Writes the model as <c>.safetensors</c>.</summary>
    /// <param name="path">The file; replaced where it exists.</param>
    /// <param name="dtype">Float16 or Float32.</param>
    /// <param name="metadata">The metadata to write instead of the model's own.</param>
    /// <exception cref="VideoStyleException">The file cannot be written (Output).</exception>
    public void Save(string path, ScalarType dtype, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, _weights.ToDictionary(w => w.Key, w => w.Value.ToTensor(), StringComparer.Ordinal), dtype, metadata);
    }

    private static NetworkArchitecture Recognise(TensorFile file)
    {
        // The best fit, so that the message about what is missing helps; architectures share names, but not all shapes.
        var (fit, count, _) = NetworkArchitecture
            .All.Select(a => (a, Names: a.Parameters.Keys.Count(file.Tensors.ContainsKey), Shapes: a.Parameters.Count(p => Has(p.Key, p.Value))))
            .MaxBy(a => (a.Shapes, a.Names));
        bool Has(string name, long[] shape) => file.Tensors.TryGetValue(name, out var tensor) && tensor.Shape.SequenceEqual(shape);
        return count > 0
            ? fit
            : throw new VideoStyleException(
                ErrorKind.Model,
                $"{file.Path}: holds no style network: none of its {file.Tensors.Count} tensors has a known name"
                    + $" (the first is '{file.Tensors.Keys.FirstOrDefault("none")}').",
                $"Known networks: {string.Join(", ", NetworkArchitecture.All.Select(a => a.Name))}."
            );
    }

    private static VideoStyleException Mismatch(string path, NetworkArchitecture architecture, string what) =>
        new(ErrorKind.Model, $"{path}: does not fit the network '{architecture.Name}': {what}.", "See `videostyle styles` for styles that do.");

    private static List<string> NotesOn(TensorFile file, Dictionary<string, StoredTensor> weights)
    {
        var unused = file.Tensors.Keys.Where(name => !weights.ContainsKey(name)).ToList();
        var running = unused.RemoveAll(name =>
            name.EndsWith(".running_mean", StringComparison.Ordinal)
            || name.EndsWith(".running_var", StringComparison.Ordinal)
            || name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)
        );
        var notes = new List<string>();
        if (running > 0)
            notes.Add($"{running} running statistics of an old PyTorch were ignored; instance norm has no use for them.");
        if (unused.Count > 0)
            notes.Add($"{unused.Count} tensors that the network does not use were ignored, '{unused[0]}' the first.");
        return notes;
    }
}
