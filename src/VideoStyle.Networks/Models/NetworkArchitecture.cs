namespace VideoStyle.Networks.Models;

/// <summary>The form of a style network: its tensors, and what they do to a picture.</summary>
public abstract class NetworkArchitecture
{
    /// <summary>Gets every architecture there is.</summary>
    public static IReadOnlyList<NetworkArchitecture> All { get; } = [new LiteArchitecture(), new JohnsonArchitecture(), new SwiftArchitecture()];

    /// <summary>Gets the name that cards and messages use.</summary>
    public abstract string Name { get; }

    /// <summary>Gets the number that height and width of a picture have to be multiples of.</summary>
    public abstract int Stride { get; }

    /// <summary>Gets the smallest height and width.</summary>
    public abstract int MinSize { get; }

    /// <summary>Gets the side of the square of pixels that becomes one pixel of more channels at the input, and back at the output.</summary>
    internal abstract int Block { get; }

    /// <summary>Gets the reflected border that the first convolution reads, after the blocks are made.</summary>
    internal abstract int InputPad { get; }

    /// <summary>Gets the value of white at the input and the output: 1 or 255.</summary>
    internal abstract int White { get; }

    /// <summary>Gets a value indicating whether a sigmoid bounds the output.</summary>
    internal abstract bool Sigmoid { get; }

    /// <summary>Gets the name of the last convolution, the only one whose bias has an effect.</summary>
    internal abstract string Head { get; }

    /// <summary>Gets the names of the convolutions that read enlarged pictures.</summary>
    internal abstract IReadOnlyList<string> Enlarged { get; }

    /// <summary>Gets how many numbers are held for each pixel of a picture where the most are: a layer's input and its result.</summary>
    internal abstract int NumbersPerPixel { get; }

    /// <summary>Gets name and shape of every tensor that is used.</summary>
    public abstract IReadOnlyDictionary<string, long[]> Parameters { get; }

    /// <summary>Computes the head's output.</summary>
    /// <typeparam name="T">The form of pictures.</typeparam>
    /// <param name="layers">Computes the layers.</param>
    /// <param name="x">Blocks with their border, <c>[N, 3·Block², H/Block + 2·InputPad, W/Block + 2·InputPad]</c>; disposed.</param>
    /// <returns><c>[N, 3·Block², H/Block, W/Block]</c>.</returns>
    internal abstract T Run<T>(ILayers<T> layers, T x);

    /// <summary>Whether a tensor belongs to a convolution, and not to a normalisation.</summary>
    internal bool IsConvolution(string name) => Parameters[Path.ChangeExtension(name, ".weight")].Length == 4;

    /// <summary>Whether training changes a tensor: all but the biases that a normalisation subtracts again.</summary>
    internal bool IsTrained(string name) =>
        !IsConvolution(name) || name.EndsWith(".weight", StringComparison.Ordinal) || name.StartsWith(Head, StringComparison.Ordinal);

    /// <summary>Finds an architecture by name.</summary>
    /// <param name="name">As on cards, a version behind it ignored: <c>lite</c>, <c>lite-v1</c>.</param>
    public static NetworkArchitecture? Find(string? name) =>
        name is null ? null : All.FirstOrDefault(a => string.Equals(a.Name, name.Split('-')[0], StringComparison.OrdinalIgnoreCase));

    /// <summary>Lists a convolution's tensors.</summary>
    private protected static void AddConv(Dictionary<string, long[]> shapes, string name, long input, long output, long kernel)
    {
        shapes[$"{name}.weight"] = [output, input, kernel, kernel];
        shapes[$"{name}.bias"] = [output];
    }

    /// <summary>Lists the tensors of a convolution and the normalisation behind it.</summary>
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
