using System.Numerics;
using System.Runtime.InteropServices;
using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics.Flow;

/// <summary>Composed flow: flow over several frames from flow between neighbors.</summary>
public static class FlowComposition
{
    /// <summary>Composes two flows: <c>w(p) = first(p) + second(p + first(p))</c>.</summary>
    /// <param name="first">Flow from image <c>a</c> to <c>b</c>.</param>
    /// <param name="second">Flow from image <c>b</c> to <c>c</c>, of the same size.</param>
    /// <returns>
    /// Flow from <c>a</c> to <c>c</c>, interpolated bilinearly. A vector is unknown where one of its parts is, or where
    /// the path leaves image <c>b</c> by more than half a pixel.
    /// </returns>
    /// <exception cref="ArgumentException">The fields differ in size.</exception>
    public static FlowField Compose(FlowField first, FlowField second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Width != second.Width || first.Height != second.Height)
            throw new ArgumentException("The fields differ in size.", nameof(second));

        var result = new FlowField(first.Width, first.Height, FlowBuffers.Rent(first.Vectors.Length));
        Parallel.For(0, first.Height, y => ComposeRow(first, second, result, y));
        return result;
    }

    private static void ComposeRow(FlowField first, FlowField second, FlowField result, int y)
    {
        var steps = new FlowSampler(first);
        var onward = new FlowSampler(second);
        var row = MemoryMarshal.Cast<float, Vector2>(result.Vectors.AsSpan()).Slice(y * result.Width, result.Width);
        for (var x = 0; x < row.Length; x++)
        {
            var step = steps[x, y];
            var (atX, atY) = (x + step.X, y + step.Y);
            row[x] = new Vector2(FlowVector.Unknown);
            if (!(atX >= -0.5f && atX <= first.Width - 0.5f && atY >= -0.5f && atY <= first.Height - 0.5f))
                continue;
            var sum = step + onward.Bilinear(atX, atY);
            if (FlowVector.IsKnown(sum.X, sum.Y))
                row[x] = sum;
        }
    }
}
