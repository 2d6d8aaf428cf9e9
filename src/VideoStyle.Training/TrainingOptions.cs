using VideoStyle.Core.Errors;
using VideoStyle.Networks;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Weights;

namespace VideoStyle.Training;

/// <summary>What to train, on what, and for how long.</summary>
public sealed record TrainingOptions
{
    private readonly bool _separate;

    /// <summary>Gets the paintings and their weights, above 0; their statistics are averaged, unless <see cref="Separate"/>.</summary>
    public required IReadOnlyList<(string Path, double Weight)> Styles { get; init; }

    /// <summary>Gets folders of pictures and videos, searched through; each folder is drawn from equally often.</summary>
    public required IReadOnlyList<string> Content { get; init; }

    /// <summary>Gets the model to write, <c>.safetensors</c>; the checkpoint and the preview lie beside it.</summary>
    public required string Output { get; init; }

    /// <summary>Gets the weights of the loss network.</summary>
    public required string LossWeights { get; init; }

    /// <summary>Gets the network's form: <c>lite</c> or <c>johnson</c>; ignored with <see cref="Base"/>, whose form counts. Or <c>any</c>: <c>lite</c> after any picture; or <c>sanet</c>.</summary>
    public string Architecture { get; init; } = "lite";

    /// <summary>Gets a value indicating whether each painting becomes a style of its own in one file; always so for <c>any</c> and <c>sanet</c>.</summary>
    public bool Separate { get => _separate || AnyStyle || Sanet; init => _separate = value; }

    /// <summary>Gets a value indicating whether the network learns to paint after any picture.</summary>
    public bool AnyStyle => string.Equals(Architecture, "any", StringComparison.OrdinalIgnoreCase);

    /// <summary>Gets a value indicating whether attention is learnt (<see cref="SanetTask"/>).</summary>
    public bool Sanet => IsSanet(Architecture);

    /// <summary>Gets the weights of the losses that a network is trained with unless others are given.</summary>
    /// <param name="architecture">As <see cref="Architecture"/>.</param>
    public static LossWeights UsualWeights(string architecture) => IsSanet(architecture) ? Training.LossWeights.Sanet : new LossWeights();

    /// <summary>Finds the network that judges the paintings: any VGG-19; for <c>sanet</c>, which is built around it, one that reaches relu5_1.</summary>
    /// <param name="architecture">As <see cref="Architecture"/>.</param>
    /// <param name="store">Where files are looked for.</param>
    /// <exception cref="VideoStyleException">There is none (Model).</exception>
    public static string FindLossNetwork(string architecture, WeightsStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return IsSanet(architecture) ? SanetStart.FindEncoder(store) : store.Require();
    }

    /// <summary>Gets a model to begin with, or null to begin from nothing.</summary>
    public string? Base { get; init; }

    /// <summary>Gets the side of the crops in pixels, a multiple of 8 from 64 to 1024.</summary>
    public int Size { get; init; } = 256;

    /// <summary>Gets the shorter side of the paintings in pixels, from 64 to 2048: larger paintings give finer strokes.</summary>
    public int StyleSize { get; init; } = 600;

    /// <summary>Gets the share cut off each side of the paintings, from 0 to 0.2, for frames and margins.</summary>
    public double StyleCrop { get; init; }

    /// <summary>Gets the crops of a step, from 1 to 64.</summary>
    public int Batch { get; init; } = 2;

    /// <summary>Gets the steps to take; null for <see cref="Time"/> to decide.</summary>
    public long? Steps { get; init; }

    /// <summary>Gets the time to take; used where <see cref="Steps"/> is null.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Gets the number that every random draw follows from.</summary>
    public long Seed { get; init; }

    /// <summary>Gets the first learning rate; null for 0.002 from nothing, 0.0015 from a base and 0.0004 for <c>sanet</c>. It falls to 0.0001.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Gets the weights of the losses.</summary>
    public LossWeights Weights { get; init; } = new();

    /// <summary>Gets the motion that steadiness is learnt on.</summary>
    public MotionSource Motion { get; init; } = MotionSource.Synthetic;

    /// <summary>Gets a value indicating whether the painting may grow brighter and darker with the picture (Gao et al., "ReCoNet", 2018).</summary>
    public bool LuminanceAware { get; init; }

    /// <summary>Gets how style is compared.</summary>
    public GramForm Gram { get; init; } = GramForm.Shifted;

    /// <summary>Gets the device: <c>auto</c>, <c>cpu</c> or <c>cuda[:N]</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Gets what the loss network and the trained network's convolutions compute in; all else, its weights too, is float.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets a value indicating whether to go on from the checkpoint beside the output.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets texts to add to the model's card, such as the painting's licence.</summary>
    public IReadOnlyDictionary<string, string> Card { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the file that an interrupted run goes on from.</summary>
    public string CheckpointPath => Output + ".checkpoint";

    /// <summary>Gets the sheet of photos and their paintings that is renewed while training.</summary>
    public string PreviewPath => Path.ChangeExtension(Output, ".preview.png");

    /// <summary>Gets the learning rate to begin with.</summary>
    internal double FirstRate => LearningRate ?? (Sanet ? 4e-4 : Base is null ? 2e-3 : 1.5e-3);

    private static bool IsSanet(string architecture) => string.Equals(architecture, SanetModel.Architecture, StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks every range.</summary>
    /// <exception cref="VideoStyleException">A value is out of range (Usage).</exception>
    public void Validate()
    {
        Require(Styles.Count > 0 && Styles.All(s => s.Weight > 0 && double.IsFinite(s.Weight)), "Every painting needs a weight above 0.");
        Require(Content.Count > 0, "At least one folder of content is needed.");
        Require(Size is >= 64 and <= 1024 && Size % 8 == 0, $"The size {Size} is no multiple of 8 from 64 to 1024.");
        Require(StyleSize is >= 64 and <= 2048, $"The style size {StyleSize} is not from 64 to 2048.");
        Require(StyleCrop is >= 0 and <= 0.2, $"The style crop {StyleCrop} is not from 0 to 0.2.");
        Require(Batch is >= 1 and <= 64, $"The batch {Batch} is not from 1 to 64.");
        Require(Steps is null or >= 1, "At least one step is needed.");
        Require(Steps is not null || Time > TimeSpan.Zero, "The time must be above 0.");
        Require(LearningRate is null or (> 0 and <= 1), $"The learning rate {LearningRate} is not above 0 and at most 1.");
        Require(!Sanet || Size % SanetNetwork.Stride == 0, $"The size {Size} is no multiple of {SanetNetwork.Stride}, as sanet needs it.");
        Weights.Validate(Sanet ? SanetNetwork.Layers : LossNetwork.Layers);

        static void Require(bool condition, string message)
        {
            if (!condition)
                throw new VideoStyleException(ErrorKind.Usage, message);
        }
    }
}
