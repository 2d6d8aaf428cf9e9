namespace VideoStyle.Networks.Color;

/// <summary>Accumulates the mean and covariance of colors.</summary>
internal sealed class ColorMoments
{
    private readonly double[] _sums = new double[3];
    private readonly double[] _products = new double[9];
    private long _count;

    /// <summary>Gets the mean of red, green and blue.</summary>
    public double[] Mean => Array.ConvertAll(_sums, s => s / _count);

    public void Add(double r, double g, double b)
    {
        _count++;
        (_sums[0], _sums[1], _sums[2]) = (_sums[0] + r, _sums[1] + g, _sums[2] + b);
        _products[0] += r * r;
        _products[1] += r * g;
        _products[2] += r * b;
        _products[4] += g * g;
        _products[5] += g * b;
        _products[8] += b * b;
    }

    /// <summary>Gets the covariance, with a constant added to each variance.</summary>
    public SymmetricMatrix3 Covariance(double added)
    {
        var mean = Mean;
        var values = new double[9];
        for (var i = 0; i < 3; i++)
        {
            for (var j = i; j < 3; j++)
                values[3 * i + j] = values[3 * j + i] = _products[3 * i + j] / _count - mean[i] * mean[j] + (i == j ? added : 0);
        }

        return new SymmetricMatrix3(values);
    }
}
