namespace VideoStyle.Training.Optimization;

/// <summary>How far a painting is from being, in every small window, an affine function of the picture's colours.</summary>
/// <remarks>
/// The quadratic form of the matting Laplacian (Levin, Lischinski and Weiss, 2008, eq. 12) that Luan, Paris, Shechtman and
/// Bala, "Deep Photo Style Transfer", 2017, eq. 2, keep photos photorealistic with. They build the sparse matrix; here its
/// energy is computed from box averages, as <c>Σₖ var(y) − cov(x, y)ᵀ (cov(x) + ε/n)⁻¹ cov(x, y)</c>, the residual of the
/// best affine map in each window. It is the mean over windows and pixels, not the sum.
/// </remarks>
internal sealed class MattingEnergy : IDisposable
{
    private const int Window = 3;
    private const double Epsilon = 1e-5;

    private readonly Tensor _guide;
    private readonly Tensor _means;
    private readonly Tensor[] _inverse;

    /// <summary>Measures the picture.</summary>
    /// <param name="content"><c>[1, 3, H, W]</c>, 0–1, at least 3 pixels high and wide.</param>
    internal MattingEnergy(Tensor content)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // In double, and around grey: where a window has one colour or two, its covariance is next to singular, and float
        // leaves nothing of its inverse but noise, which may be negative.
        _guide = (content.to(ScalarType.Float64) - 0.5).DetachFromDisposeScope();
        _means = Average(_guide).DetachFromDisposeScope();
        var c = new Tensor[3, 3];
        for (var i = 0; i < 3; i++)
        {
            for (var j = i; j < 3; j++)
                c[i, j] = c[j, i] = Average(Channel(_guide, i) * Channel(_guide, j)) - Channel(_means, i) * Channel(_means, j) + (i == j ? Epsilon / (Window * Window) : 0);
        }

        var determinant = c[0, 0] * Cofactor(c, 0, 0) + c[0, 1] * Cofactor(c, 0, 1) + c[0, 2] * Cofactor(c, 0, 2);
        _inverse = new Tensor[9];
        for (var i = 0; i < 9; i++)
            _inverse[i] = (Cofactor(c, i / 3, i % 3) / determinant).DetachFromDisposeScope();
    }

    /// <summary>Measures a painting.</summary>
    /// <param name="painted"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <returns>A scalar, double: 0 where each window is an affine function of the picture's.</returns>
    internal Tensor Of(Tensor painted)
    {
        var y = painted.to(ScalarType.Float64) - 0.5;
        var means = Average(y);
        var left = Average(y * y) - means * means;
        var covariances = new Tensor[3];
        for (var i = 0; i < 3; i++)
            covariances[i] = Average(y * Channel(_guide, i)) - means * Channel(_means, i);
        for (var i = 0; i < 9; i++)
            left -= covariances[i / 3] * covariances[i % 3] * _inverse[i];
        return left.mean();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _guide.Dispose();
        _means.Dispose();
        foreach (var tensor in _inverse)
            tensor.Dispose();
    }

    private static Tensor Average(Tensor x) => F.avg_pool2d(x, Window, stride: 1);

    private static Tensor Channel(Tensor x, int channel) => x.narrow(1, channel, 1);

    private static Tensor Cofactor(Tensor[,] c, int row, int column)
    {
        var (r1, r2, c1, c2) = ((row + 1) % 3, (row + 2) % 3, (column + 1) % 3, (column + 2) % 3);
        return c[r1, c1] * c[r2, c2] - c[r1, c2] * c[r2, c1];
    }
}
