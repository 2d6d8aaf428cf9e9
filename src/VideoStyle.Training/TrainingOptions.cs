using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Options;
using VideoStyle.Networks;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Training;

/// <summary>Settings of a training run.</summary>
public sealed record TrainingOptions
{
    private readonly bool _separate;
    private readonly LossWeights? _weights;

    /// <summary>Gets the style images, at least one; their statistics are averaged by weight, unless <see cref="Separate"/>. Required.</summary>
    public required IReadOnlyList<WeightedStyle> Styles { get; init; }

    /// <summary>Gets folders of images and videos to train on, subfolders included; each folder is drawn from equally often. Required.</summary>
    [Option("content", "A folder of images and videos to train on; may be repeated, each folder is drawn from equally often.", ValueName = "DIR")]
    public required IReadOnlyList<string> Content { get; init; }

    /// <summary>Gets the model file to write, <c>.safetensors</c>; the checkpoint and the preview lie beside it. Required.</summary>
    public required string Output { get; init; }

    /// <summary>Gets the file with the weights of the loss network, as <see cref="FindLossNetwork"/> finds it. Required.</summary>
    public required string LossWeights { get; init; }

    /// <summary>
    /// Gets the architecture: <c>lite</c> (the default), <c>swift</c> or <c>johnson</c>; <c>any</c> for <c>lite</c> with arbitrary styles,
    /// or <c>sanet</c>. Ignored where <see cref="Base"/> decides on it.
    /// </summary>
    [Option("network", "lite (fast), swift (twice as fast, simpler), johnson (larger), any (lite for arbitrary styles, from a folder of style images), or sanet (attention for arbitrary styles, around a VGG-19 that reaches relu5_1).", ValueName = "NAME", Choices = typeof(TrainableArchitectures))]
    public string Architecture { get; init; } = "lite";

    /// <summary>Gets a value indicating whether each style image becomes a style of its own in one file; false by default, always true for <c>any</c> and <c>sanet</c>.</summary>
    public bool Separate { get => _separate || IsArbitrary || IsSanet; init => _separate = value; }

    /// <summary>Gets a model file, or the name of a built-in style, whose weights the training starts with; null, the default, for random weights.</summary>
    [Option("base", "Start with the weights of this style (a name or a file) instead of random ones: faster.", ValueName = "NAME|FILE", Aliases = ["b"])]
    public string? Base { get; init; }

    /// <summary>Gets the side of the training crops in pixels, a multiple of 8 (16 for <c>sanet</c>) from 64 to 1024; 256 by default.</summary>
    [Option("size", "The side of the training crops in pixels, a multiple of 8.", ValueName = "PIXELS")]
    [Range(64, 1024)]
    public int Size { get; init; } = 256;

    /// <summary>Gets the shorter side of the style images in pixels, from 64 to 2048; 600 by default. Larger ones give broader strokes.</summary>
    [Option("style-size", "The shorter side of the style image in pixels: larger gives broader strokes.", ValueName = "PIXELS")]
    [Range(64, 2048)]
    public int StyleSize { get; init; } = 600;

    /// <summary>Gets the share that is cropped off each side of the style images, from 0 (the default) to 0.2, for image frames and margins.</summary>
    [Option("style-crop", "The share to crop off each side of the style image.", ValueName = "SHARE")]
    [Range(0.0, 0.2)]
    public double StyleCrop { get; init; }

    /// <summary>
    /// Gets the number of sizes at which style and content are compared, each half the one before, from 1 to 4; 3 by default. 1 sees strokes
    /// alone, more see what the strokes make up. Ignored for <c>sanet</c>.
    /// </summary>
    [Option("style-scales", "The number of sizes at which style and content are compared, each half the one before: 1 sees strokes alone, 3 also swirls and patches. Default: 3.", ValueName = "N")]
    [Range(1, 4)]
    public int StyleScales { get; init; } = 3;

    /// <summary>Gets the batch size: the number of crops in a step, from 1 to 64; 2 by default.</summary>
    [Option("batch", "The batch size: crops in one step.", ValueName = "N")]
    [Range(1, 64)]
    public int Batch { get; init; } = 2;

    /// <summary>Gets the number of steps, at least 1; null, the default, to train for <see cref="Time"/>.</summary>
    [Option("steps", "Steps to take. Default: as many as the time allows.", ValueName = "N")]
    public long? Steps { get; init; }

    /// <summary>Gets the training time, above 0; 20 minutes by default. Ignored with <see cref="Steps"/>.</summary>
    [Option("time", "Time to take: 90s, 20m, 1h30m.", ValueName = "TIME")]
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Gets the seed of all random draws; 0 by default.</summary>
    [Option("seed", "The same seed gives the same model.", ValueName = "N")]
    public long Seed { get; init; }

    /// <summary>
    /// Gets the initial learning rate, above 0 and at most 1; null, the default, for 0.002 with random weights, 0.0015 with a
    /// <see cref="Base"/> and 0.0004 for <c>sanet</c>. It is annealed to 0.0001.
    /// </summary>
    [Option("learning-rate", "The initial learning rate. Default: 0.002, with a base 0.0015, of sanet 0.0004.", ValueName = "RATE")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>Gets the weights of the losses; the architecture's <see cref="DefaultWeights"/>, with <see cref="WeightChanges"/>, by default.</summary>
    public LossWeights Weights { get => _weights ?? WeightChanges.Apply(DefaultWeights(Architecture)); init => _weights = value; }

    /// <summary>Gets the weights that differ from the architecture's; ignored where <see cref="Weights"/> is set.</summary>
    public LossWeightChanges WeightChanges { get; init; } = new();

    /// <summary>Gets further style images, beside those of <see cref="Styles"/>; none by default.</summary>
    [Option("mix", "A further style image and its weight beside the first's 1; may be repeated.", ValueName = "FILE=WEIGHT")]
    public IReadOnlyList<WeightedStyle> Mix { get; init; } = [];

    /// <summary>Gets the motion that the temporal loss uses; synthetic by default.</summary>
    [Option("motion", "The motion of the temporal loss: synthetic (photos are enough) or video (neighbouring frames, where the content has any).", ValueName = "KIND")]
    public MotionSource Motion { get; init; } = MotionSource.Synthetic;

    /// <summary>Gets a value indicating whether the stylized image is to follow the content's changes of brightness (Gao et al., "ReCoNet", 2018); false by default.</summary>
    [Option("luminance-aware", "Let the stylized image follow the content's changes of brightness (ReCoNet).")]
    public bool LuminanceAware { get; init; }

    /// <summary>Gets the statistics that the style loss compares; shifted by default.</summary>
    [Option("gram", "The statistics of the style loss: shifted (colour and stroke alike) or plain.", ValueName = "KIND")]
    public GramKind Gram { get; init; } = GramKind.Shifted;

    /// <summary>Gets the device: <c>auto</c> (the default: a GPU where there is one), <c>cpu</c> or <c>cuda[:N]</c>.</summary>
    [Option("device", "Where to compute: auto, cpu, cuda or cuda:N.", ValueName = "DEVICE")]
    public string Device { get; init; } = "auto";

    /// <summary>Gets the precision of the loss network and of the trained network's convolutions; automatic by default. Everything else, the weights too, is float.</summary>
    [Option("precision", "The dtype of the convolutions.", ValueName = "TYPE")]
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets a value indicating whether to resume from the checkpoint beside the output; false by default.</summary>
    [Option("resume", "Go on from the checkpoint beside the output.", PerRun = true)]
    public bool Resume { get; init; }

    /// <summary>Gets fields to add to the model metadata, such as the licence of the style image; none by default.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether the network is trained for arbitrary styles.</summary>
    public bool IsArbitrary => string.Equals(Architecture, "any", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets a value indicating whether SANet is trained.</summary>
    public bool IsSanet => IsSanetName(Architecture);

    internal IReadOnlyList<WeightedStyle> AllStyles => [.. Styles, .. Mix];

    /// <summary>Gets the path of the checkpoint of an interrupted run.</summary>
    public string CheckpointPath => Output + ".checkpoint";

    /// <summary>Gets the path of the preview, which is renewed during the training.</summary>
    public string PreviewPath => Path.ChangeExtension(Output, ".preview.png");

    /// <summary>Gets the initial learning rate.</summary>
    internal double FirstRate => LearningRate ?? (IsSanet ? 4e-4 : Base is null ? 2e-3 : 1.5e-3);

    /// <summary>Gets the default weights of the losses.</summary>
    /// <param name="architecture">As <see cref="Architecture"/>.</param>
    public static LossWeights DefaultWeights(string architecture) => IsSanetName(architecture) ? Training.LossWeights.Sanet : new LossWeights();

    /// <summary>Finds the weights of the loss network: any VGG-19; for <c>sanet</c>, which is built around it, one that reaches relu5_1.</summary>
    /// <param name="architecture">As <see cref="Architecture"/>.</param>
    /// <param name="store">Where files are searched for.</param>
    /// <exception cref="VideoStyleException">There are none (Model).</exception>
    public static string FindLossNetwork(string architecture, WeightsStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return IsSanetName(architecture) ? SanetInitializer.FindEncoder(store) : store.Require();
    }

    /// <summary>Checks every range.</summary>
    /// <exception cref="VideoStyleException">A value is out of range (Usage).</exception>
    public void Validate()
    {
        Require(AllStyles.Count > 0 && AllStyles.All(s => s.Weight > 0 && double.IsFinite(s.Weight)), "Every style image needs a weight above 0.");
        Require(Content.Count > 0, "At least one folder of content is needed.");
        Require(Size is >= 64 and <= 1024 && Size % 8 == 0, $"The size {Size} is no multiple of 8 from 64 to 1024.");
        Require(StyleSize is >= 64 and <= 2048, $"The style size {StyleSize} is not from 64 to 2048.");
        Require(StyleCrop is >= 0 and <= 0.2, $"The style crop {StyleCrop} is not from 0 to 0.2.");
        Require(StyleScales is >= 1 and <= 4, $"The number of style scales {StyleScales} is not from 1 to 4.");
        Require(Batch is >= 1 and <= 64, $"The batch {Batch} is not from 1 to 64.");
        Require(Steps is null or >= 1, "At least one step is needed.");
        Require(Steps is not null || Time > TimeSpan.Zero, "The time must be above 0.");
        Require(LearningRate is null or (> 0 and <= 1), $"The learning rate {LearningRate} is not above 0 and at most 1.");
        Require(!IsSanet || Size % SanetNetwork.Stride == 0, $"The size {Size} is no multiple of {SanetNetwork.Stride}, as sanet needs it.");
        Weights.Validate(IsSanet ? SanetNetwork.Layers : LossNetwork.Layers);

        static void Require(bool condition, string message)
        {
            if (!condition)
                throw new VideoStyleException(ErrorKind.Usage, message);
        }
    }

    private static bool IsSanetName(string architecture) => string.Equals(architecture, SanetModel.Architecture, StringComparison.OrdinalIgnoreCase);
}
