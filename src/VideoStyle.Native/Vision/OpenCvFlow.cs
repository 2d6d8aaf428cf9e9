using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Native.Interop;
using VideoStyle.Native.Interop.Handles;

namespace VideoStyle.Native.Vision;

/// <summary>Optical flow by OpenCV.</summary>
/// <remarks>
/// The same pictures give the same flow in every run. Pictures under 32 pixels are continued by their border pixels,
/// so that every size from 1×1 works. A vector is never NaN and never longer than 32,767 pixels on an axis.
/// </remarks>
public sealed class OpenCvFlow : IFlowEstimator
{
    private static readonly Lock ThreadsLock = new();
    private static int s_threads;

    private readonly FlowHandle _flow;

    private OpenCvFlow(FlowHandle flow, string description) => (_flow, Description) = (flow, description);

    /// <summary>Gets or sets how many threads one estimate may use, for the whole process; 1 unless it was set.</summary>
    /// <remarks>
    /// DIS propagates vectors inside one horizontal stripe for each thread, so its result depends slightly on this
    /// number, never on the machine. Several estimators side by side use the cores better than one with many threads.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1 or above 1024.</exception>
    public static int Threads
    {
        get => Math.Max(1, s_threads);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            lock (ThreadsLock)
            {
                VideoStyleNative.Require(NativeUnits.Vision);
                NativeMethods.FlowSetThreads(value).ThrowIfFailed();
                s_threads = value;
            }
        }
    }

    /// <inheritdoc />
    public string Description { get; }

    /// <summary>Creates an estimator.</summary>
    /// <param name="method">Which method, with which settings.</param>
    /// <returns>An estimator that the caller disposes.</returns>
    /// <exception cref="Core.Errors.VideoStyleException">The native library was built without OpenCV.</exception>
    public static OpenCvFlow Create(FlowMethod method)
    {
        VideoStyleNative.Require(NativeUnits.Vision);
        if (s_threads == 0)
            Threads = 1; // OpenCV's own default is every core, which would make results depend on the machine.
        return method switch
        {
            FlowMethod.DisUltrafast => CreateDis(new(0, -1, 0, -1), "DIS ultrafast"),
            FlowMethod.DisFast => CreateDis(new(1, -1, 0, -1), "DIS fast"),
            FlowMethod.DisLight => CreateDis(new(2, -1, 5, 3), "DIS medium, patch stride 5, 3 refinement iterations"),
            FlowMethod.DisMedium => CreateDis(new(2, -1, 0, -1), "DIS medium"),
            FlowMethod.DisRefined => CreateDis(new(2, -1, 0, 15), "DIS medium, 15 refinement iterations"),
            FlowMethod.DisFine => CreateDis(new(2, 0, 2, -1), "DIS medium, finest scale 0, patch stride 2"),
            FlowMethod.Farneback => CreateFarneback(new(0.5, 1.2, Levels: 3, Window: 15, Iterations: 3, PolyN: 5)),
            FlowMethod.FarnebackWide => CreateFarneback(new(0.5, 1.5, Levels: 5, Window: 21, Iterations: 3, PolyN: 7)),
            _ => throw new ArgumentOutOfRangeException(nameof(method)),
        };
    }

    /// <inheritdoc />
    public FlowField Estimate(LumaImage source, LumaImage target)
    {
        RequireSameSize(source, target);
        var vectors = FlowBuffers.Rent(checked(2 * source.Width * source.Height));
        EstimateInto(source, target, vectors);
        return new FlowField(source.Width, source.Height, vectors);
    }

    /// <summary>Estimates from an initial flow, which DIS tries for each patch beside what it found at coarser scales.</summary>
    /// <param name="source">The image whose pixels have vectors.</param>
    /// <param name="target">The image that the vectors point into, of the same size.</param>
    /// <param name="vectors">The initial flow, interleaved, of the images' size; replaced by the result.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    /// <exception cref="Core.Errors.VideoStyleException">The method is not DIS (Internal).</exception>
    public unsafe void Refine(LumaImage source, LumaImage target, float[] vectors)
    {
        RequireSameSize(source, target);
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Length != 2 * source.Width * source.Height)
            throw new ArgumentException($"Expected {2 * source.Width * source.Height} values, got {vectors.Length}.", nameof(vectors));
        fixed (byte* a = source.Pixels, b = target.Pixels)
        fixed (float* w = vectors)
            NativeMethods.FlowRefine(_flow, a, b, source.Width, source.Height, w, w).ThrowIfFailed();
    }

    /// <inheritdoc />
    public (FlowField Forward, FlowField Backward) EstimateBoth(LumaImage first, LumaImage second) => (Estimate(first, second), Estimate(second, first));

    /// <inheritdoc />
    public void Dispose() => _flow.Dispose();

    internal unsafe void EstimateInto(LumaImage source, LumaImage target, float[] vectors)
    {
        fixed (byte* a = source.Pixels, b = target.Pixels)
        fixed (float* w = vectors)
            NativeMethods.FlowEstimate(_flow, a, b, source.Width, source.Height, w).ThrowIfFailed();
    }

    private static void RequireSameSize(LumaImage source, LumaImage target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        if (source.Width != target.Width || source.Height != target.Height)
            throw new ArgumentException(
                $"The pictures differ in size: {source.Width}x{source.Height} and {target.Width}x{target.Height}.",
                nameof(target)
            );
    }

    private static OpenCvFlow CreateDis(NativeMethods.DisSettings settings, string name)
    {
        NativeMethods.FlowCreateDis(settings, out var flow).ThrowIfFailed();
        return new OpenCvFlow(flow, Threads == 1 ? name : $"{name}, {Threads} stripes");
    }

    private static OpenCvFlow CreateFarneback(NativeMethods.FarnebackSettings s)
    {
        NativeMethods.FlowCreateFarneback(s, out var flow).ThrowIfFailed();
        FormattableString description =
            $"Farneback ({s.PyramidScale}, {s.Levels}, {s.Window}, {s.Iterations}, {s.PolyN}, {s.PolySigma}, 0)";
        return new OpenCvFlow(flow, FormattableString.Invariant(description));
    }
}
