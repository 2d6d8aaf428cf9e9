using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Options;
using VideoStyle.Networks.Flow;

namespace VideoStyle.Training.Flow;

/// <summary>Settings of the training of an optical-flow network.</summary>
public sealed record FlowTrainingOptions
{
    private const int MinSide = 64;
    private const int MaxSide = 1024;

    /// <summary>Gets folders of photos, subfolders included. Required.</summary>
    [Option("content", "A folder of photos to make moving scenes of; may be repeated.", ValueName = "DIR")]
    public required IReadOnlyList<string> Content { get; init; }

    /// <summary>Gets the network file to write, <c>.safetensors</c>; the checkpoint lies beside it. Required.</summary>
    public required string Output { get; init; }

    /// <summary>Gets a network file whose weights the training starts with; null, the default, for random weights.</summary>
    [Option("base", "Start with the weights of this flow network instead of random ones.", ValueName = "FILE", Aliases = ["b"])]
    public string? Base { get; init; }

    /// <summary>Gets the width of the frames in pixels, a multiple of 32 from 64 to 1024; 320 by default.</summary>
    [Option("width", "The width of the training frames in pixels, a multiple of 32.", ValueName = "PIXELS")]
    [Range(MinSide, MaxSide)]
    public int Width { get; init; } = 320;

    /// <summary>Gets the height of the frames in pixels, a multiple of 32 from 64 to 1024; 224 by default.</summary>
    [Option("height", "The height of the training frames in pixels, a multiple of 32.", ValueName = "PIXELS")]
    [Range(MinSide, MaxSide)]
    public int Height { get; init; } = 224;

    /// <summary>Gets the largest motion of a layer in pixels, from 1 to 400; 80 by default.</summary>
    [Option("max-motion", "The largest motion in pixels; small ones are more frequent.", ValueName = "PIXELS")]
    [Range(1.0, 400.0)]
    public double MaxMotion { get; init; } = 80;

    /// <summary>Gets the number of pairs in a step, from 1 to 64; 4 by default.</summary>
    [Option("batch", "The batch size: pairs of frames in one step.", ValueName = "N")]
    [Range(1, 64)]
    public int Batch { get; init; } = 4;

    /// <summary>Gets the number of steps, at least 1; null, the default, to train for <see cref="Time"/>.</summary>
    [Option("steps", "Steps to take. Default: as many as the time allows.", ValueName = "N")]
    public long? Steps { get; init; }

    /// <summary>Gets the training time, above 0; 10 hours by default. Ignored with <see cref="Steps"/>.</summary>
    [Option("time", "Time to take: 20m, 10h.", ValueName = "TIME")]
    public TimeSpan Time { get; init; } = TimeSpan.FromHours(10);

    /// <summary>Gets the seed of all random draws; 0 by default.</summary>
    [Option("seed", "The same seed, number of steps and number of threads give the same network.", ValueName = "N")]
    public long Seed { get; init; }

    /// <summary>Gets the threads of the training, from 1 to 256; null, the default, for one for each processor. Pairs are made on one more.</summary>
    [Option("threads", "Threads of the training. Default: one for each processor.", ValueName = "N")]
    [Range(1, 256)]
    public int? Threads { get; init; }

    /// <summary>Gets the initial learning rate, above 0 and at most 1; 0.0008 by default. It is annealed to a fiftieth of that.</summary>
    [Option("learning-rate", "The initial learning rate.", ValueName = "RATE")]
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 8e-4;

    /// <summary>Gets the number of pairs that the network is validated with, from 1 to 4096; 192 by default.</summary>
    [Option("validation-pairs", "Pairs of photos not trained on that the network is validated with.", ValueName = "N")]
    [Range(1, 4096)]
    public int ValidationPairs { get; init; } = 192;

    /// <summary>Gets the number of steps from one validation to the next, at least 1; 1000 by default.</summary>
    [Option("validation-steps", "Steps from one validation, and checkpoint, to the next.", ValueName = "N")]
    [Range(1, 1 << 20)]
    public int ValidationSteps { get; init; } = 1000;

    /// <summary>Gets the device: <c>auto</c> (the default: a GPU where there is one), <c>cpu</c> or <c>cuda[:N]</c>.</summary>
    [Option("device", "Where to compute: auto, cpu, cuda or cuda:N.", ValueName = "DEVICE")]
    public string Device { get; init; } = "auto";

    /// <summary>Gets a value indicating whether to resume from the checkpoint beside the output; false by default.</summary>
    [Option("resume", "Go on from the checkpoint beside the output.", PerRun = true)]
    public bool Resume { get; init; }

    /// <summary>Gets the path of the checkpoint of an interrupted run.</summary>
    public string CheckpointPath => Output + ".checkpoint";

    /// <summary>Gets the number of generated pairs that steps draw from.</summary>
    internal int PoolSize { get; init; } = 512;

    /// <summary>Checks every range.</summary>
    /// <exception cref="VideoStyleException">A value is out of range (Usage).</exception>
    public void Validate()
    {
        Require(Content.Count > 0, "At least one folder of photos is needed.");
        foreach (var side in (int[])[Width, Height])
            Require(side is >= MinSide and <= MaxSide && side % FlowNetwork.Stride == 0, $"The side {side} is no multiple of {FlowNetwork.Stride} from {MinSide} to {MaxSide}.");
        Require(MaxMotion is >= 1 and <= 400, $"The largest motion {MaxMotion} is not from 1 to 400 pixels.");
        Require(Batch is >= 1 and <= 64, $"The batch {Batch} is not from 1 to 64.");
        Require(Steps is null or >= 1, "At least one step is needed.");
        Require(Steps is not null || Time > TimeSpan.Zero, "The time must be above 0.");
        Require(Threads is null or (>= 1 and <= 256), $"The number of threads {Threads} is not from 1 to 256.");
        Require(LearningRate is > 0 and <= 1, $"The learning rate {LearningRate} is not above 0 and at most 1.");
        Require(ValidationPairs is >= 1 and <= 4096, $"The number of validation pairs {ValidationPairs} is not from 1 to 4096.");
        Require(ValidationSteps is >= 1 and <= 1 << 20, $"The number of validation steps {ValidationSteps} is not from 1 to {1 << 20}.");

        static void Require(bool condition, string message)
        {
            if (!condition)
                throw new VideoStyleException(ErrorKind.Usage, message);
        }
    }
}
