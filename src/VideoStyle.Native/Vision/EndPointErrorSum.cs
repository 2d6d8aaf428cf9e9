using VideoStyle.Core.Flow;

namespace VideoStyle.Native.Vision;

/// <summary>Adds up the end-point errors of several fields.</summary>
public sealed class EndPointErrorSum
{
    private static readonly double[] MotionLimits = [8, 20, 40];

    private readonly double[] _errors = new double[MotionLimits.Length + 1];
    private readonly long[] _counts = new long[MotionLimits.Length + 1];
    private (long One, long Three) _over;

    /// <summary>Gets the errors over all pixels so far.</summary>
    public EndPointError Mean
    {
        get
        {
            double known = _counts.Sum();
            return new(_errors.Sum() / known, _over.One / known, _over.Three / known, [.. _errors.Zip(_counts, (error, count) => error / count)], (long)known);
        }
    }

    /// <summary>Adds the errors of a field.</summary>
    /// <param name="estimate">The estimated flow; a vector unknown in it counts as zero.</param>
    /// <param name="truth">The true flow, of the same size; pixels unknown in it do not count.</param>
    /// <exception cref="ArgumentException">The fields differ in size.</exception>
    public void Add(FlowField estimate, FlowField truth)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentNullException.ThrowIfNull(truth);
        if (estimate.Width != truth.Width || estimate.Height != truth.Height)
            throw new ArgumentException("The fields differ in size.", nameof(estimate));
        for (var i = 0; i < truth.Vectors.Length; i += 2)
        {
            var (trueX, trueY) = (truth.Vectors[i], truth.Vectors[i + 1]);
            if (!FlowVector.IsKnown(trueX, trueY))
                continue;
            var (x, y) = (estimate.Vectors[i], estimate.Vectors[i + 1]);
            var motion = Length(trueX, trueY);
            var error = FlowVector.IsKnown(x, y) ? Length((double)x - trueX, (double)y - trueY) : motion;
            var bin = Array.FindIndex(MotionLimits, limit => motion < limit);
            bin = bin < 0 ? MotionLimits.Length : bin;
            _errors[bin] += error;
            _counts[bin]++;
            _over = (_over.One + (error > 1 ? 1 : 0), _over.Three + (error > 3 ? 1 : 0));
        }
    }

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);
}
