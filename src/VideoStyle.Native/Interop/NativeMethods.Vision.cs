using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop;

/// <summary>The vision part of <c>videostyle.h</c>.</summary>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library, EntryPoint = "vs_flow_set_threads")]
    internal static partial Status FlowSetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "vs_flow_create_dis")]
    internal static partial Status FlowCreateDis(in DisSettings settings, out Handles.FlowHandle flow);

    [LibraryImport(Library, EntryPoint = "vs_flow_create_farneback")]
    internal static partial Status FlowCreateFarneback(in FarnebackSettings settings, out Handles.FlowHandle flow);

    [LibraryImport(Library, EntryPoint = "vs_flow_estimate")]
    internal static partial Status FlowEstimate(
        Handles.FlowHandle flow,
        byte* source,
        byte* target,
        int width,
        int height,
        float* vectors
    );

    [LibraryImport(Library, EntryPoint = "vs_flow_refine")]
    internal static partial Status FlowRefine(
        Handles.FlowHandle flow,
        byte* source,
        byte* target,
        int width,
        int height,
        float* initial,
        float* vectors
    );

    [LibraryImport(Library, EntryPoint = "vs_flow_free")]
    internal static partial void FlowFree(nint flow);

    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct DisSettings(int Preset, int FinestScale, int PatchStride, int RefinementIterations);

    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct FarnebackSettings(
        double PyramidScale,
        double PolySigma,
        int Levels,
        int Window,
        int Iterations,
        int PolyN
    );
}
