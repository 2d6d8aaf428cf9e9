using VideoStyle.Core.Color;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;
using VideoStyle.Networks;
using VideoStyle.Networks.Loss;

namespace VideoStyle.Training.Optimization;

/// <summary>What to paint, after what, and for how long.</summary>
public sealed record OptimizationOptions
{
    private const int LeastSide = 24;
    private const int MostSide = 8192;

    /// <summary>Gets the picture, or null for a texture that is made of the style alone.</summary>
    public string? Content { get; init; }

    /// <summary>Gets the paintings and their weights, above 0; their statistics are averaged.</summary>
    public required IReadOnlyList<(string Path, double Weight)> Styles { get; init; }

    /// <summary>Gets the file to write; its checkpoint and its preview lie beside it while it is painted.</summary>
    public required string Output { get; init; }

    /// <summary>Gets the weights of the loss network.</summary>
    public required string LossWeights { get; init; }

    /// <summary>Gets the longer side in pixels, from 24 to 8192; null for the picture's own, at most 512.</summary>
    public int? Size { get; init; }

    /// <summary>Gets the size of the strokes: the paintings' shorter side over the picture's, from 0.1 to 4. They are never enlarged.</summary>
    public double StyleScale { get; init; } = 1;

    /// <summary>Gets the steps of the coarsest level, from 1; each finer level takes half as many as the one before.</summary>
    public int Iterations { get; init; } = 300;

    /// <summary>Gets the number of levels, each twice as large as the one before, from 1 to 6; null for as many as keep the longer side from 256 on.</summary>
    public int? Levels { get; init; }

    /// <summary>Gets the optimiser.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Lbfgs;

    /// <summary>Gets its learning rate; null for 1 (L-BFGS) or 0.02 (Adam).</summary>
    public double? LearningRate { get; init; }

    /// <summary>Gets the steps that L-BFGS remembers, from 1 to 100; fewer where they would fill more than 1 GiB, but at least 5.</summary>
    public int History { get; init; } = 100;

    /// <summary>Gets what the painting begins with; a texture always begins with noise.</summary>
    public InitialImage Start { get; init; } = InitialImage.Content;

    /// <summary>Gets the number that the noise follows from.</summary>
    public long Seed { get; init; }

    /// <summary>Gets the weights of the losses; <see cref="LossWeights.Temporal"/> counts for videos only.</summary>
    public LossWeights Weights { get; init; } = Usual;

    /// <summary>Gets the layer that content is compared at, from 0 (relu1_1) to 3 (relu4_1).</summary>
    public int ContentLayer { get; init; } = LossNetwork.ContentLayer;

    /// <summary>Gets how style is compared.</summary>
    public GramForm Gram { get; init; } = GramForm.Shifted;

    /// <summary>Gets the weight of photorealism: that small windows stay affine functions of the picture's (<see cref="MattingEnergy"/>); 0 leaves it out.</summary>
    public double Photo { get; init; }

    /// <summary>Gets what becomes of the picture's colours.</summary>
    public ColorPreservation Color { get; init; } = ColorPreservation.None;

    /// <summary>Gets the passes over a video, from 1 to 20: further ones go to and fro and settle what the first could not foresee.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>Gets where the part of a video that is painted begins; null for its beginning.</summary>
    public TimeSpan? From { get; init; }

    /// <summary>Gets where that part ends; null for the video's end.</summary>
    public TimeSpan? To { get; init; }

    /// <summary>Gets the longest side in pixels that the loss network sees at once, a multiple of 8 from 64; larger pictures are seen in tiles.</summary>
    public int Tile { get; init; } = 1024;

    /// <summary>Gets the device: <c>auto</c>, <c>cpu</c> or <c>cuda[:N]</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Gets what the loss network computes in.</summary>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Gets a value indicating whether an existing output may be replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Gets a value indicating whether to go on from the checkpoint beside the output.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets the weights of the losses that are used unless others are given.</summary>
    public static LossWeights Usual { get; } = new() { Content = 0.4, Style = [1, 1, 1, 1], TotalVariation = 0.1 };

    /// <summary>Gets the file that an interrupted run goes on from.</summary>
    public string CheckpointPath => Output + ".checkpoint";

    /// <summary>Gets the painting as it stands, renewed while it is painted and removed at the end.</summary>
    public string PreviewPath => Path.ChangeExtension(Output, ".preview.png");

    /// <summary>Gets a value indicating whether the output is a video, by its extension.</summary>
    public bool IsVideo => !ImageSequence.IsPicture(Output);

    /// <summary>Gets the folder that the frames of an interrupted video are kept in.</summary>
    public string FramesPath => Output + ".frames";

    /// <summary>Checks every range.</summary>
    /// <exception cref="VideoStyleException">A value is out of range (Usage).</exception>
    public void Validate()
    {
        Require(!IsVideo || Content is not null, $"{Output}: a texture is a picture; use .png, .jpg, .webp, .bmp or .tif.");
        Require(Passes is >= 1 and <= 20, $"{Passes} passes are not from 1 to 20.");
        Require(Styles.Count > 0 && Styles.All(s => s.Weight > 0 && double.IsFinite(s.Weight)), "Every painting needs a weight above 0.");
        Require(From is null || To is null || From < To, "The part of the video ends before it begins.");
        Require(Size is null or (>= LeastSide and <= MostSide), $"The size {Size} is not from {LeastSide} to {MostSide}.");
        Require(StyleScale is >= 0.1 and <= 4, $"The style scale {StyleScale} is not from 0.1 to 4.");
        Require(Iterations is >= 1 and <= 100_000, $"{Iterations} iterations are not from 1 to 100000.");
        Require(Levels is null or (>= 1 and <= 6), $"{Levels} levels are not from 1 to 6.");
        Require(LearningRate is null or (> 0 and <= 10), $"The learning rate {LearningRate} is not above 0 and at most 10.");
        Require(History is >= 1 and <= 100, $"A history of {History} steps is not from 1 to 100.");
        Require(ContentLayer is >= 0 and < LossNetwork.Layers, $"The content layer {ContentLayer} is not from 0 to {LossNetwork.Layers - 1}.");
        Require(Tile is >= 64 and <= MostSide && Tile % 8 == 0, $"The tile {Tile} is no multiple of 8 from 64 to {MostSide}.");
        Require(Photo is >= 0 and < double.PositiveInfinity, $"The weight of photorealism {Photo} is no number from 0 on.");
        Require(Content is not null || (Photo == 0 && Color == ColorPreservation.None), "A texture has no picture whose form or colours could be kept.");
        Weights.Validate();

        static void Require(bool condition, string message)
        {
            if (!condition)
                throw new VideoStyleException(ErrorKind.Usage, message);
        }
    }
}
