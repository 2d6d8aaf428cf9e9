using VideoStyle.Core.Flow;
using VideoStyle.Metrics.Frames;

namespace VideoStyle.Metrics.Warping;

/// <summary>Compares images with others that are warped onto them, pixel by pixel.</summary>
internal static class WarpedDifference
{
    /// <summary>Sums weighted squared differences over all pixels and the three channels, values from 0 to 1.</summary>
    /// <param name="reference">The images whose pixels are visited, one for each clip.</param>
    /// <param name="other">The images that are warped, of the same size and in the same order.</param>
    /// <param name="flow">Flow from the grid of <paramref name="reference"/> to <paramref name="other"/>.</param>
    /// <param name="weights">Weights on the grid of <paramref name="reference"/>.</param>
    /// <returns>By clip, one sum for each kind of weights.</returns>
    public static double[][] Sum(FrameImage[] reference, FrameImage[] other, FlowField flow, IReadOnlyList<CertaintyWeights> weights)
    {
        WarpedRow row = new(flow.Width, flow.Height);
        var errors = new float[row.Length];
        var sums = Array.ConvertAll(reference, _ => new double[weights.Count]);
        for (var y = 0; y < flow.Height; y++)
        {
            row.Map(flow, y);
            for (var clip = 0; clip < sums.Length; clip++)
            {
                row.Sample(other[clip]);
                row.Compare(reference[clip], y, errors);
                for (var i = 0; i < weights.Count; i++)
                    sums[clip][i] += weights[i].WeightedSum(y, errors) / (255.0 * 255.0);
            }
        }

        return sums;
    }

    /// <summary>Warps an image.</summary>
    /// <param name="other">The image that is warped.</param>
    /// <param name="flow">Flow from the grid of the result to <paramref name="other"/>.</param>
    /// <returns>RGB bytes, rounded.</returns>
    public static byte[] Warp(FrameImage other, FlowField flow)
    {
        WarpedRow row = new(flow.Width, flow.Height);
        var result = new byte[3 * flow.Width * flow.Height];
        for (var y = 0; y < flow.Height; y++)
        {
            row.Map(flow, y);
            row.Sample(other);
            var at = 3 * y * flow.Width;
            for (var x = 0; x < flow.Width; x++, at += 3)
                (result[at], result[at + 1], result[at + 2]) = ((byte)(row.Red[x] + 0.5f), (byte)(row.Green[x] + 0.5f), (byte)(row.Blue[x] + 0.5f));
        }

        return result;
    }
}
