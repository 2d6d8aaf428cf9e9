using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Options;
using VideoStyle.Native.Files;
using VideoStyle.Networks;
using VideoStyle.Networks.Color;
using VideoStyle.Networks.Loss;

namespace VideoStyle.Training.Optimization;

/// <summary>Settings of an image or video optimization.</summary>
public sealed record OptimizationOptions
{
    private const int MinSide = 24;
    private const int MaxSide = 8192;

    private readonly LossWeights? _weights;

    /// <summary>Gets the content: an image, a video, or null, the default, to synthesize a texture from the style alone.</summary>
    public string? Content { get; init; }

    /// <summary>Gets the style images, at least one; their statistics are averaged by weight. Required.</summary>
    public required IReadOnlyList<WeightedStyle> Styles { get; init; }

    /// <summary>Gets the file to write; the checkpoint and the preview lie beside it during the run. Required.</summary>
    public required string Output { get; init; }

    /// <summary>Gets the file with the weights of the loss network, any VGG-19. Required.</summary>
    public required string LossWeights { get; init; }

    /// <summary>Gets the longer side in pixels, from 24 to 8192; null, the default, for the content's own, at most 512.</summary>
    [Option("size", "The longer side in pixels. Default: the content's own, at most 512.", ValueName = "PIXELS")]
    [Range(24, 8192)]
    public int? Size { get; init; }

    /// <summary>Gets the stroke size: the style images' shorter side relative to the content's, from 0.1 to 4; 1 by default. Style images are never upsampled.</summary>
    [Option("scale", "The size of the strokes: 0.5 is finer, 2 is broader.", ValueName = "FACTOR")]
    [Range(0.1, 4.0)]
    public double StyleScale { get; init; } = 1;

    /// <summary>Gets the steps of the coarsest pyramid level, from 1 to 100,000; 300 by default. Each finer level takes half as many as the one before.</summary>
    [Option("iterations", "Steps of the coarsest level; each finer one takes half as many.", ValueName = "N", Aliases = ["n"])]
    [Range(1, 100_000)]
    public int Iterations { get; init; } = 300;

    /// <summary>Gets the number of pyramid levels, each twice as large as the one before, from 1 to 6; null, the default, for as many as keep the longer side at 256 pixels or more.</summary>
    [Option("levels", "Levels of the image pyramid, each twice as large. Default: as many as begin at 256 pixels or more.", ValueName = "N")]
    [Range(1, 6)]
    public int? Levels { get; init; }

    /// <summary>Gets the optimizer; L-BFGS by default.</summary>
    [Option("optimizer", "The optimizer; lbfgs-search has a strong-Wolfe line search.", ValueName = "NAME")]
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Lbfgs;

    /// <summary>Gets the learning rate, above 0 and at most 10; null, the default, for 1 (L-BFGS) or 0.02 (Adam).</summary>
    [Option("learning-rate", "The learning rate. Default: 1, for adam 0.02.", ValueName = "RATE")]
    [Range(0.0, 10.0, MinimumIsExclusive = true)]
    public double? LearningRate { get; init; }

    /// <summary>Gets the history size of L-BFGS, from 1 to 100; 100 by default. Fewer where they would fill more than 1 GiB, but at least 5.</summary>
    [Option("history", "The history size of L-BFGS.", ValueName = "N")]
    [Range(1, 100)]
    public int History { get; init; } = 100;

    /// <summary>Gets the initial image; the content by default. A texture always starts with noise.</summary>
    [Option("init", "The initial image.", ValueName = "IMAGE")]
    public InitialImage Start { get; init; } = InitialImage.Content;

    /// <summary>Gets the seed of the noise; 0 by default.</summary>
    [Option("seed", "The noise follows from it: the same seed gives the same image.", ValueName = "N")]
    public long Seed { get; init; }

    /// <summary>Gets the weights of the losses; <see cref="DefaultWeights"/>, with <see cref="WeightChanges"/>, by default. <see cref="LossWeights.Temporal"/> is for videos only, <see cref="LossWeights.Color"/> and <see cref="LossWeights.Lattice"/> are for training only.</summary>
    public LossWeights Weights { get => _weights ?? WeightChanges.Apply(DefaultWeights); init => _weights = value; }

    /// <summary>Gets the weights that differ from <see cref="DefaultWeights"/>; ignored where <see cref="Weights"/> is set.</summary>
    public OptimizationWeightChanges WeightChanges { get; init; } = new();

    /// <summary>Gets further style images, beside those of <see cref="Styles"/>; none by default.</summary>
    [Option("mix", "A further style image and its weight beside the first's 1; may be repeated.", ValueName = "FILE=WEIGHT")]
    public IReadOnlyList<WeightedStyle> Mix { get; init; } = [];

    /// <summary>Gets the layer of the content loss, from 0 (relu1_1) to 3 (relu4_1); 2 by default.</summary>
    public int ContentLayer { get; init; } = LossNetwork.ContentLayer;

    /// <summary>Gets the statistics that the style loss compares; shifted by default.</summary>
    [Option("gram", "The statistics of the style loss: shifted (colour and stroke alike) or plain.", ValueName = "KIND")]
    public GramKind Gram { get; init; } = GramKind.Shifted;

    /// <summary>Gets the weight of the photorealism regularization (<see cref="MattingEnergy"/>), from 0, the default, which skips it.</summary>
    public double Photo { get; init; }

    /// <summary>Gets how the content's colours are preserved; not at all by default.</summary>
    [Option("preserve-color", "Keep the content's colours: none, luminance (only brightness is stylized) or histogram (the style image is recoloured first).", ValueName = "HOW")]
    public ColorPreservation Color { get; init; } = ColorPreservation.None;

    /// <summary>Gets the passes over a video, from 1 to 20; 1 by default. They alternate their direction.</summary>
    [Option("passes", "In a video: how often it is gone over, forwards and backwards by turns.", ValueName = "N")]
    [Range(1, 20)]
    public int Passes { get; init; } = 1;

    /// <summary>Gets the start of the part of a video; null, the default, for its first frame.</summary>
    [Option("from", "In a video: begin here, seconds (12.5) or [hh:]mm:ss.", ValueName = "TIME")]
    public TimeSpan? From { get; init; }

    /// <summary>Gets the end of that part; null, the default, for the video's end.</summary>
    [Option("to", "In a video: end before here.", ValueName = "TIME")]
    public TimeSpan? To { get; init; }

    /// <summary>Gets the longest side in pixels that the loss network evaluates at once, a multiple of 8 from 64 to 8192; 1024 by default. Larger images are evaluated in tiles.</summary>
    [Option("tile", "The longest side that the loss network sees at once; larger images are seen in tiles, with the same result in less memory.", ValueName = "PIXELS")]
    [Range(64, 8192)]
    public int Tile { get; init; } = 1024;

    /// <summary>Gets the device: <c>auto</c> (the default: a GPU where there is one), <c>cpu</c> or <c>cuda[:N]</c>.</summary>
    [Option("device", "Where to compute: auto, cpu, cuda or cuda:N.", ValueName = "DEVICE")]
    public string Device { get; init; } = "auto";

    /// <summary>Gets the precision of the loss network; automatic by default.</summary>
    [Option("precision", "The dtype of the loss network.", ValueName = "TYPE")]
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets a value indicating whether an existing output may be replaced; false by default.</summary>
    [Option("force", "Replace an existing output.", Aliases = ["f"], PerRun = true)]
    public bool Overwrite { get; init; }

    /// <summary>Gets a value indicating whether to resume from the checkpoint beside the output; false by default.</summary>
    [Option("resume", "Go on from the checkpoint beside the output.", PerRun = true)]
    public bool Resume { get; init; }

    /// <summary>Gets the default weights of the losses.</summary>
    public static LossWeights DefaultWeights { get; } = new() { Content = 0.4, Style = [1, 1, 1, 1], Color = 0, Lattice = 0, TotalVariation = 0.1 };

    internal IReadOnlyList<WeightedStyle> AllStyles => [.. Styles, .. Mix];

    /// <summary>Gets the path of the checkpoint of an interrupted run.</summary>
    public string CheckpointPath => Output + ".checkpoint";

    /// <summary>Gets the path of the preview, which is renewed during the run and removed at its end.</summary>
    public string PreviewPath => Path.ChangeExtension(Output, ".preview.png");

    /// <summary>Gets a value indicating whether the output is a video, by its extension.</summary>
    public bool IsVideo => !ImageSequence.IsPicture(Output);

    /// <summary>Gets the folder that keeps the frames of an interrupted video.</summary>
    public string FramesPath => Output + ".frames";

    /// <summary>Checks every range.</summary>
    /// <exception cref="VideoStyleException">A value is out of range (Usage).</exception>
    public void Validate()
    {
        Require(!IsVideo || Content is not null, $"{Output}: a texture is an image; use .png, .jpg, .webp, .bmp or .tif.");
        Require(Passes is >= 1 and <= 20, $"{Passes} passes are not from 1 to 20.");
        Require(AllStyles.Count > 0 && AllStyles.All(s => s.Weight > 0 && double.IsFinite(s.Weight)), "Every style image needs a weight above 0.");
        Require(From is null || To is null || From < To, "The part of the video ends before it begins.");
        Require(Size is null or (>= MinSide and <= MaxSide), $"The size {Size} is not from {MinSide} to {MaxSide}.");
        Require(StyleScale is >= 0.1 and <= 4, $"The style scale {StyleScale} is not from 0.1 to 4.");
        Require(Iterations is >= 1 and <= 100_000, $"{Iterations} iterations are not from 1 to 100000.");
        Require(Levels is null or (>= 1 and <= 6), $"{Levels} levels are not from 1 to 6.");
        Require(LearningRate is null or (> 0 and <= 10), $"The learning rate {LearningRate} is not above 0 and at most 10.");
        Require(History is >= 1 and <= 100, $"A history of {History} steps is not from 1 to 100.");
        Require(ContentLayer is >= 0 and < LossNetwork.Layers, $"The content layer {ContentLayer} is not from 0 to {LossNetwork.Layers - 1}.");
        Require(Tile is >= 64 and <= MaxSide && Tile % 8 == 0, $"The tile {Tile} is no multiple of 8 from 64 to {MaxSide}.");
        Require(Photo is >= 0 and < double.PositiveInfinity, $"The weight of photorealism {Photo} is not a number from 0 on.");
        Require(Content is not null || (Photo == 0 && Color == ColorPreservation.None), "A texture has no content whose structure or colours could be kept.");
        Weights.Validate();

        static void Require(bool condition, string message)
        {
            if (!condition)
                throw new VideoStyleException(ErrorKind.Usage, message);
        }
    }
}
