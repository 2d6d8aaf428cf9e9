namespace VideoStyle.Networks.Models;

/// <summary>The architecture of a style network: its parameters, and the layers that an image passes.</summary>
internal abstract class NetworkArchitecture
{
    /// <summary>Gets every architecture there is.</summary>
    public static IReadOnlyList<NetworkArchitecture> All { get; } = [new LiteArchitecture(), new JohnsonArchitecture(), new SwiftArchitecture()];

    /// <summary>Gets the name in metadata and messages.</summary>
    public abstract string Name { get; }

    /// <summary>Gets the number that height and width of an image must be multiples of.</summary>
    public abstract int Stride { get; }

    /// <summary>Gets the smallest height and width.</summary>
    public abstract int MinSize { get; }

    /// <summary>Gets the pixel-unshuffle factor at the input, which is the pixel-shuffle factor at the output.</summary>
    internal abstract int Block { get; }

    /// <summary>Gets the reflection padding of the first convolution, after pixel-unshuffle.</summary>
    internal abstract int InputPad { get; }

    /// <summary>Gets the value of white at the input and the output: 1 or 255.</summary>
    internal abstract int White { get; }

    /// <summary>Gets a value indicating whether a sigmoid bounds the output.</summary>
    internal abstract bool Sigmoid { get; }

    /// <summary>Gets the name of the last convolution, the only one whose bias has an effect.</summary>
    internal abstract string Head { get; }

    /// <summary>Gets the names of the convolutions that follow upsampling.</summary>
    internal abstract IReadOnlyList<string> UpsampledConvolutions { get; }

    /// <summary>Gets how many activations are held for each pixel of the image where the most are: a layer's input and its result.</summary>
    internal abstract int ActivationsPerPixel { get; }

    /// <summary>Gets name and shape of every parameter.</summary>
    public abstract IReadOnlyDictionary<string, long[]> Parameters { get; }

    /// <summary>Computes the head's output.</summary>
    /// <typeparam name="T">How images are represented.</typeparam>
    /// <param name="layers">Computes the layers.</param>
    /// <param name="x">The unshuffled, padded image, <c>[N, 3·Block², H/Block + 2·InputPad, W/Block + 2·InputPad]</c>; disposed.</param>
    /// <returns><c>[N, 3·Block², H/Block, W/Block]</c>.</returns>
    internal abstract T Run<T>(ILayers<T> layers, T x);

    /// <summary>Whether a parameter belongs to a convolution, and not to a normalization.</summary>
    internal bool IsConvolution(string name) => Parameters[Path.ChangeExtension(name, ".weight")].Length == 4;

    /// <summary>Whether training updates a parameter: all but the biases that a normalization cancels.</summary>
    internal bool IsTrained(string name) =>
        !IsConvolution(name) || name.EndsWith(".weight", StringComparison.Ordinal) || name.StartsWith(Head, StringComparison.Ordinal);

    /// <summary>Finds an architecture by name.</summary>
    /// <param name="name">As in metadata, with or without a version: <c>lite</c>, <c>lite-v1</c>.</param>
    public static NetworkArchitecture? Find(string? name) =>
        name is null ? null : All.FirstOrDefault(a => string.Equals(a.Name, name.Split('-')[0], StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds the shapes of a convolution.</summary>
    private protected static void AddConv(Dictionary<string, long[]> shapes, string name, long input, long output, long kernel)
    {
        shapes[$"{name}.weight"] = [output, input, kernel, kernel];
        shapes[$"{name}.bias"] = [output];
    }

    /// <summary>Adds the shapes of a convolution and of the normalization after it.</summary>
    private protected static void AddConvNorm(
        Dictionary<string, long[]> shapes,
        string conv,
        string norm,
        long input,
        long output,
        long kernel = 3
    )
    {
        AddConv(shapes, conv, input, output, kernel);
        shapes[$"{norm}.weight"] = [output];
        shapes[$"{norm}.bias"] = [output];
    }
}
