namespace VideoStyle.Networks.Color;

/// <summary>A 3×3 matrix, row-major, symmetric unless it is a product.</summary>
/// <param name="Values">Nine numbers.</param>
public readonly record struct SymmetricMatrix3(double[] Values)
{
    private const int MaxSweeps = 30;

    /// <summary>The product; not symmetric as a rule.</summary>
    /// <param name="other">The right factor.</param>
    public SymmetricMatrix3 Times(SymmetricMatrix3 other)
    {
        var product = new double[9];
        for (var i = 0; i < 9; i++)
        {
            for (var k = 0; k < 3; k++)
                product[i] += Values[i / 3 * 3 + k] * other.Values[3 * k + i % 3];
        }

        return new SymmetricMatrix3(product);
    }

    /// <summary>A power of a positive definite matrix, by Jacobi's rotations to its eigenvectors.</summary>
    /// <param name="exponent">Any number; 0.5 for the root.</param>
    public SymmetricMatrix3 Power(double exponent)
    {
        var a = (double[])Values.Clone();
        double[] v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        for (var sweep = 0; sweep < MaxSweeps && Math.Abs(a[1]) + Math.Abs(a[2]) + Math.Abs(a[5]) > 1e-18; sweep++)
        {
            Rotate(a, v, 0, 1);
            Rotate(a, v, 0, 2);
            Rotate(a, v, 1, 2);
        }

        var power = new double[9];
        for (var i = 0; i < 9; i++)
        {
            for (var k = 0; k < 3; k++)
                power[i] += v[i / 3 * 3 + k] * Math.Pow(Math.Max(a[4 * k], 1e-12), exponent) * v[i % 3 * 3 + k];
        }

        return new SymmetricMatrix3(power);
    }

    // Makes a[p, q] 0: a becomes Jᵀ a J and v becomes v J.
    private static void Rotate(double[] a, double[] v, int p, int q)
    {
        if (a[3 * p + q] == 0)
            return;
        var theta = (a[4 * q] - a[4 * p]) / (2 * a[3 * p + q]);
        var t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var cos = 1 / Math.Sqrt(t * t + 1);
        var sin = t * cos;
        for (var k = 0; k < 3; k++)
            (a[3 * k + p], a[3 * k + q]) = (cos * a[3 * k + p] - sin * a[3 * k + q], sin * a[3 * k + p] + cos * a[3 * k + q]);
        for (var k = 0; k < 3; k++)
        {
            (a[3 * p + k], a[3 * q + k]) = (cos * a[3 * p + k] - sin * a[3 * q + k], sin * a[3 * p + k] + cos * a[3 * q + k]);
            (v[3 * k + p], v[3 * k + q]) = (cos * v[3 * k + p] - sin * v[3 * k + q], sin * v[3 * k + p] + cos * v[3 * k + q]);
        }
    }
}
