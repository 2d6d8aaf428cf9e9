using VideoStyle.Core.Flow;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>Flow as a sampling grid of <see cref="Sampling.GridSample"/>: −1 at the left or upper edge, 1 at the other.</summary>
internal static class FlowGrid
{
    /// <summary>Makes the grid, <c>[1, H, W, 2]</c>.</summary>
    /// <param name="flow">From the pixels to where they are sampled.</param>
    /// <param name="isKnown">Given x and y of where a pixel is sampled, tells whether that is known; unknown ones sample the centre. Null: all are.</param>
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
