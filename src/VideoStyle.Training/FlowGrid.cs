using VideoStyle.Core.Flow;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Flow in the coordinates of <see cref="Sampling.GridSample"/>: from −1 at the left or upper edge to 1 at the other.</summary>
internal static class FlowGrid
{
    /// <summary>Gets where each pixel is found, <c>[1, H, W, 2]</c>.</summary>
    /// <param name="flow">From the pixels to where they are found.</param>
    /// <param name="isKnown">Given x and y of where a pixel is found, tells whether it is; the others look at the centre. Null where all are.</param>
    public static Tensor Of(FlowField flow, Func<float, float, bool>? isKnown = null)
    {
        var grid = new float[flow.Vectors.Length];
        for (var i = 0; i < grid.Length; i += 2)
        {
            var (x, y) = (i / 2 % flow.Width + flow.Vectors[i], i / 2 / flow.Width + flow.Vectors[i + 1]);
            if (isKnown is null || isKnown(x, y))
                (grid[i], grid[i + 1]) = ((2 * x + 1) / flow.Width - 1, (2 * y + 1) / flow.Height - 1);
        }

        return HostTensor.From<float>(grid, 1, flow.Height, flow.Width, 2);
    }
}
