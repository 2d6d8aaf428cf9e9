using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.RowTiles;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Networks.Inference;

/// <summary>Paints pictures with a style network on libtorch.</summary>
/// <remarks>
/// On a processor, several pictures at once on one thread each use the cores better than one picture on all of them:
/// no operation waits for its slowest thread, which is the one that shares a core with the decoder.
/// </remarks>
public sealed class TorchStylizer : IStylizer
{
    /// <summary>
    /// How much around a part is computed with it, in pixels. The networks see 60 to 100 pixels far, but little of what is
    /// farther away than this: a part is 33 dB or more from the whole (tested).
    /// </summary>
    internal const int Margin = 32;

    /// <summary>The sides of what is computed are multiples of this: of few sizes, because a convolution of a new one is first compiled.</summary>
    private const int SideStep = 32;

    private readonly StyleNetwork _network;
    private readonly long? _maxMemory;
    private readonly Lock _lock = new();
    private (int Width, int Height, MemoryPlan Plan, SemaphoreSlim Room) _room = (0, 0, default, new SemaphoreSlim(1));

    private TorchStylizer(StyleNetwork network, int workers, long? maxMemory, string description) =>
        (_network, Workers, _maxMemory, Description) = (network, workers, maxMemory, description);

    /// <inheritdoc />
    public int Workers { get; }

    /// <inheritdoc />
    public string Description { get; }

    /// <summary>Prepares a style for painting.</summary>
    /// <param name="model">The style.</param>
    /// <param name="options">Device, precision and workers.</param>
    /// <exception cref="VideoStyleException">The device is absent (Runtime), or cannot compute in this precision (Usage).</exception>
    public static TorchStylizer Create(StyleModel model, StylizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var device = Devices.Parse(options.Device);
        var (type, shortName) = Choose(options.Precision, device);
        var (workers, _) = Share(options.Workers, device);
        return new TorchStylizer(
            model.CreateNetwork(device, type).Freeze(), workers, options.MaxMemory, $"{model.Name}, {shortName}, {device}");
    }

    /// <inheritdoc />
    /// <remarks>All networks here normalise by instance behind their first convolution, where a gain and an offset cancel.</remarks>
    public bool IgnoresExposure => true;

    /// <inheritdoc />
    public StylizedFrame Paint(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return InRoom(frame, plan => PaintOne(frame, plan.RowTiles));
    }

    /// <inheritdoc />
    /// <remarks>A GPU paints a frame as fast as its parts.</remarks>
    public bool PaintsParts => !_network.Device.IsCuda();

    /// <inheritdoc />
    public Region Around(Region area, int width, int height) => Around(area, width, height, Margin);

    /// <inheritdoc />
    public StylizedFrame[] PaintParts(Frame frame, IReadOnlyList<Region> areas, StylizedFrame painted) => PaintParts(frame, areas, painted, Margin);

    /// <summary>As the other, with another margin.</summary>
    internal StylizedFrame[] PaintParts(Frame frame, IReadOnlyList<Region> areas, StylizedFrame painted, int margin)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(areas);
        ArgumentNullException.ThrowIfNull(painted);
        // In strips nothing is kept of the statistics.
        if (painted.Statistics is not NormStatistics statistics)
        {
            using var whole = Paint(frame);
            return [.. areas.Select(whole.Cut)];
        }

        return InRoom(frame, _ =>
        {
            var parts = new StylizedFrame[areas.Count];
            try
            {
                for (var i = 0; i < parts.Length; i++)
                    parts[i] = PaintPart(frame, areas[i], statistics, margin);
                return parts;
            }
            catch
            {
                foreach (var part in parts)
                    part?.Dispose();
                throw;
            }
        });
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        _room.Room.Dispose();
    }

    // No more at once than fit into memory, on as many threads as that leaves for each.
    private T InRoom<T>(Frame frame, Func<MemoryPlan, T> paint)
    {
        var (plan, room) = RoomFor(frame);
        room.Wait();
        try
        {
            TorchThreads.Set(Math.Max(1, Environment.ProcessorCount / plan.Parallel));
            return TorchFailure.Translate(() => paint(plan));
        }
        finally
        {
            room.Release();
        }
    }

    private StylizedFrame PaintOne(Frame frame, int strips)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();

        if (strips > 1)
            return RowTiledInference.Stylize(_network, frame, strips);
        var form = _network.Architecture;
        var input = FrameTensors.Read(frame, _network);
        if (_network.Device.IsCuda())
            input = input.to(_network.Dtype, _network.Device);
        var statistics = _network.Device.IsCuda() ? null : new NormStatistics();
        var output = _network.Run(input, statistics);
        if (_network.Device.IsCuda())
            output = output.to(ScalarType.Float32, CPU);

        var painting = FrameTensors.ToStylizedFrame(output, _network.OutputBlock, form.Sigmoid, 1.0 / form.White, frame.Width, frame.Height);
        painting.Statistics = statistics?.Complete();
        return painting;
    }

    private StylizedFrame PaintPart(Frame frame, Region area, NormStatistics statistics, int margin)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var form = _network.Architecture;
        var seen = Around(area, frame.Width, frame.Height, margin);
        var output = _network.Run(FrameTensors.Read(frame, seen, _network), statistics);
        using var painting = FrameTensors.ToStylizedFrame(output, _network.OutputBlock, form.Sigmoid, 1.0 / form.White, seen.Width, seen.Height);
        return painting.Cut(area with { Left = area.Left - seen.Left, Top = area.Top - seen.Top });
    }

    // Begins where the network's own pixels begin.
    private Region Around(Region area, int width, int height, int margin)
    {
        var (left, across) = Side(area.Left - margin, area.Right + margin, width);
        var (top, down) = Side(area.Top - margin, area.Bottom + margin, height);
        return new Region(left, top, across, down);

        (int First, int Length) Side(int first, int last, int whole)
        {
            var stride = _network.Architecture.Stride;
            first = Math.Max(first, 0) / stride * stride;
            var length = (Math.Min(last, whole) - first + SideStep - 1) / SideStep * SideStep;
            if (first + length > whole)
                first = Math.Max(0, (whole - length + stride - 1) / stride * stride);
            return (first, Math.Min(length, whole - first));
        }
    }

    // A video's pictures have one size; where another comes, its painters do not wait for those of the size before.
    private (MemoryPlan Plan, SemaphoreSlim Room) RoomFor(Frame frame)
    {
        lock (_lock)
        {
            if (_room.Width != frame.Width || _room.Height != frame.Height)
            {
                var bytes = _network.Dtype == ScalarType.Float32 ? 4 : 2;
                var plan = _network.Device.IsCuda()
                    ? new MemoryPlan(Workers, 1)
                    : MemoryBudget.PlanFor(_maxMemory, _network.Architecture, bytes, frame.Width, frame.Height, Workers);
                _room = (frame.Width, frame.Height, plan, new SemaphoreSlim(plan.Parallel));
            }

            return (_room.Plan, _room.Room);
        }
    }

    /// <summary>Shares the cores out over workers.</summary>
    internal static (int Workers, int Threads) Share(int? asked, Device device)
    {
        var cores = Environment.ProcessorCount;
        // A GPU computes one picture at a time; the second worker converts pictures meanwhile.
        var workers = Math.Clamp(asked ?? (device.IsCuda() ? 2 : Math.Min(cores, 4)), 1, 64);
        return (workers, Math.Max(1, cores / workers));
    }

    /// <summary>Chooses what to compute in, and how reports name it.</summary>
    /// <exception cref="VideoStyleException">The device cannot compute in it (Usage).</exception>
    internal static (ScalarType Type, string Name) Choose(Precision precision, Device device) =>
        precision switch
        {
            Precision.F32 => (ScalarType.Float32, "f32"),
            Precision.BF16 => (ScalarType.BFloat16, "bf16"),
            Precision.F16 when device.IsCuda() => (ScalarType.Float16, "f16"),
            Precision.F16 => throw new VideoStyleException(
                ErrorKind.Usage,
                "Half precision needs a GPU.",
                "Use --precision bf16 or f32, or --device cuda."
            ),
            _ when device.IsCuda() => (ScalarType.Float16, "f16"),
            _ => TorchRuntime.CpuHasBFloat16 ? (ScalarType.BFloat16, "bf16") : (ScalarType.Float32, "f32"),
        };
}
