using VideoStyle.Core.Flow;

namespace VideoStyle.Metrics;

/// <summary>Compares pictures with others that are warped onto them, pixel by pixel.</summary>
internal static class WarpedDifference
{
    /// <summary>Sums weighted squared differences over all pixels and the three channels, values from 0 to 1.</summary>
    /// <param name="reference">The pictures whose pixels are visited, one for each clip.</param>
    /// <param name="other">The pictures that are warped, of the same size and in the same order.</param>
    /// <param name="flow">Flow from the grid of <paramref name="reference"/> to <paramref name="other"/>.</param>
    /// <param name="weights">Weights on the grid of <paramref name="reference"/>.</param>
    /// <returns>By clip, one sum for each kind of weights.</returns>
    public static double[][] Sum(Picture[] reference, Picture[] other, FlowField flow, IReadOnlyList<PixelWeights> weights)
    {
        WarpRow row = new(flow.Width, flow.Height);
        var errors = new float[row.Length];
        var sums = Array.ConvertAll(reference, _ => new double[weights.Count]);
        for (var y = 0; y < flow.Height; y++)
        {
            row.Place(flow, y);
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

    /// <summary>Warps a picture, for showing it.</summary>
    /// <param name="other">The picture that is warped.</param>
    /// <param name="flow">Flow from the grid of the result to <paramref name="other"/>.</param>
    /// <returns>RGB bytes, rounded.</returns>
    public static byte[] Warp(Picture other, FlowField flow)
    {
        WarpRow row = new(flow.Width, flow.Height);
        var result = new byte[3 * flow.Width * flow.Height];
        for (var y = 0; y < flow.Height; y++)
        {
            row.Place(flow, y);
            row.Sample(other);
            var at = 3 * y * flow.Width;
            for (var x = 0; x < flow.Width; x++, at += 3)
                (result[at], result[at + 1], result[at + 2]) = ((byte)(row.Red[x] + 0.5f), (byte)(row.Green[x] + 0.5f), (byte)(row.Blue[x] + 0.5f));
        }

        return result;
    }
}
