using VideoStyle.Core.Compositing;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.RowTiles;
using VideoStyle.Torch.Runtime;

namespace VideoStyle.Networks.Inference;

/// <summary>Stylizes frames with a feed-forward style network on libtorch.</summary>
/// <remarks>
/// On a CPU, several frames at once on one thread each use the cores better than one frame on all of them: no operation waits for
/// its slowest thread, which is the one that shares a core with the decoder.
/// </remarks>
public sealed class TorchStylizer : IStylizer, IRegionStylizer
{
    /// <summary>
    /// The margin around a region that is computed with it, in pixels. The receptive fields reach 60 to 100 pixels, but what is
    /// farther away than this has little effect: a region is 33 dB or more from the whole frame (tested).
    /// </summary>
    internal const int Margin = 32;

    /// <summary>The sides of input regions are multiples of this. Few sizes occur then, and a convolution is compiled for each.</summary>
    private const int SideStep = 32;

    private readonly StyleNetwork _network;
    private readonly long? _maxMemory;
    private readonly Lock _lock = new();
    private (int Width, int Height, MemoryPlan Plan, SemaphoreSlim Room) _room = (0, 0, default, new SemaphoreSlim(1));

    private TorchStylizer(StyleNetwork network, long? maxMemory, StylizerInfo info) => (_network, _maxMemory, Info) = (network, maxMemory, info);

    /// <inheritdoc />
    public StylizerInfo Info { get; }

    /// <inheritdoc />
    /// <remarks>Null on a GPU, which stylizes a whole frame as fast as its regions.</remarks>
    public IRegionStylizer? Regions => _network.Device.IsCuda() ? null : this;

    /// <inheritdoc />
    public IFrameObserver? Observer => null;

    /// <summary>Prepares a style for inference.</summary>
    /// <param name="model">The style.</param>
    /// <param name="options">Device, precision and workers.</param>
    /// <exception cref="VideoStyleException">The device is absent (Runtime), or does not support the precision (Usage).</exception>
    public static TorchStylizer Create(StyleModel model, StylizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        var device = Devices.Parse(options.Device);
        var (type, shortName) = Choose(options.Precision, device);
        var (workers, _) = Share(options.Workers, device);
        // All networks here have an instance normalization behind their first convolution, where gain and bias cancel.
        StylizerInfo info = new($"{model.Name}, {shortName}, {device}", workers, IsExposureInvariant: true);
        return new TorchStylizer(model.CreateNetwork(device, type).Freeze(), options.MaxMemory, info);
    }

    /// <inheritdoc />
    public StylizedFrame Stylize(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return InRoom(frame, plan => StylizeWhole(frame, plan.RowTiles));
    }

    /// <inheritdoc />
    public Region InputRegion(Region region, int width, int height) => InputRegion(region, width, height, Margin);

    /// <inheritdoc />
    /// <remarks>Row-tiled inference leaves no state.</remarks>
    public StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference) =>
        Stylize(frame, regions, reference, Margin);

    /// <summary>Stylizes regions with another margin.</summary>
    internal StylizedFrame[] Stylize(Frame frame, IReadOnlyList<Region> regions, StylizerState? reference, int margin)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(regions);
        if (reference is not NormStatistics statistics)
        {
            using var whole = Stylize(frame);
            return [.. regions.Select(whole.Cut)];
        }

        return InRoom(frame, _ =>
        {
            var stylized = new StylizedFrame[regions.Count];
            try
            {
                for (var i = 0; i < stylized.Length; i++)
                    stylized[i] = StylizeRegion(frame, regions[i], statistics, margin);
                return stylized;
            }
            catch
            {
                foreach (var region in stylized)
                    region?.Dispose();
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

    // No more frames at once than fit into memory, each on its part of the cores.
    private T InRoom<T>(Frame frame, Func<MemoryPlan, T> stylize)
    {
        var (plan, room) = RoomFor(frame);
        room.Wait();
        try
        {
            TorchThreads.Set(Math.Max(1, Environment.ProcessorCount / plan.Parallel));
            return TorchFailure.Translate(() => stylize(plan));
        }
        finally
        {
            room.Release();
        }
    }

    private StylizedFrame StylizeWhole(Frame frame, int rowTiles)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();

        if (rowTiles > 1)
            return RowTiledInference.Stylize(_network, frame, rowTiles);
        var form = _network.Architecture;
        var input = FrameTensors.Read(frame, _network);
        if (_network.Device.IsCuda())
            input = input.to(_network.Dtype, _network.Device);
        var statistics = _network.Device.IsCuda() ? null : new NormStatistics();
        var output = _network.Run(input, statistics);
        if (_network.Device.IsCuda())
            output = output.to(ScalarType.Float32, CPU);

        var stylized = FrameTensors.ToStylizedFrame(output, _network.OutputBlock, form.Sigmoid, 1.0 / form.White, frame.Width, frame.Height);
        stylized.State = statistics?.Complete();
        return stylized;
    }

    private StylizedFrame StylizeRegion(Frame frame, Region region, NormStatistics statistics, int margin)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var form = _network.Architecture;
        var input = InputRegion(region, frame.Width, frame.Height, margin);
        var output = _network.Run(FrameTensors.Read(frame, input, _network), statistics);
        using var stylized = FrameTensors.ToStylizedFrame(output, _network.OutputBlock, form.Sigmoid, 1.0 / form.White, input.Width, input.Height);
        return stylized.Cut(region with { Left = region.Left - input.Left, Top = region.Top - input.Top });
    }

    // Begins at a multiple of the network's stride, as the whole frame does.
    private Region InputRegion(Region region, int width, int height, int margin)
    {
        var (left, across) = Side(region.Left - margin, region.Right + margin, width);
        var (top, down) = Side(region.Top - margin, region.Bottom + margin, height);
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

    // The frames of a video have one size. Frames of a new size do not wait for those of the old one.
    /// <summary>Tells in how many row tiles frames of a size are stylized, so that they fit into the memory that may be used; 1 is none.</summary>
    internal int RowTilesFor(int width, int height) => PlanFor(width, height).RowTiles;

    private MemoryPlan PlanFor(int width, int height) =>
        _network.Device.IsCuda()
            ? new MemoryPlan(Info.Workers, 1)
            : MemoryBudget.PlanFor(_maxMemory, _network.Architecture, _network.Dtype == ScalarType.Float32 ? 4 : 2, width, height, Info.Workers);

    private (MemoryPlan Plan, SemaphoreSlim Room) RoomFor(Frame frame)
    {
        lock (_lock)
        {
            if (_room.Width != frame.Width || _room.Height != frame.Height)
            {
                var plan = PlanFor(frame.Width, frame.Height);
                _room = (frame.Width, frame.Height, plan, new SemaphoreSlim(plan.Parallel));
            }

            return (_room.Plan, _room.Room);
        }
    }

    /// <summary>Divides the cores among workers.</summary>
    internal static (int Workers, int Threads) Share(int? asked, Device device)
    {
        var cores = Environment.ProcessorCount;
        // A GPU computes one frame at a time; the second worker converts frames meanwhile.
        var workers = Math.Clamp(asked ?? (device.IsCuda() ? 2 : Math.Min(cores, 4)), 1, 64);
        return (workers, Math.Max(1, cores / workers));
    }

    /// <summary>Chooses the dtype of inference and its name in reports.</summary>
    /// <exception cref="VideoStyleException">The device does not support the precision (Usage).</exception>
    internal static (ScalarType Type, string Name) Choose(Precision precision, Device device) =>
        precision switch
        {
            Precision.F32 => (ScalarType.Float32, "f32"),
            Precision.BF16 => (ScalarType.BFloat16, "bf16"),
            Precision.F16 when device.IsCuda() => (ScalarType.Float16, "f16"),
            Precision.F16 => throw new VideoStyleException(
                ErrorKind.Usage,
                "Half precision needs a GPU.",
                "Set ComputeOptions.Precision to bf16 or f32, or ComputeOptions.Device to cuda."
            ),
            _ when device.IsCuda() => (ScalarType.Float16, "f16"),
            _ => TorchRuntime.CpuHasBFloat16 ? (ScalarType.BFloat16, "bf16") : (ScalarType.Float32, "f32"),
        };
}
