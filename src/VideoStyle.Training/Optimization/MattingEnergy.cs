namespace VideoStyle.Training.Optimization;

/// <summary>The matting energy of an image: its distance from being an affine function of the content's colours in every small window.</summary>
/// <remarks>
/// The quadratic form of the matting Laplacian (Levin, Lischinski and Weiss, 2008, eq. 12), the photorealism regularization of Luan,
/// Paris, Shechtman and Bala, "Deep Photo Style Transfer", 2017, eq. 2. They build the sparse matrix; here its energy is computed
/// from box averages, as <c>Σₖ var(y) − cov(x, y)ᵀ (cov(x) + ε/n)⁻¹ cov(x, y)</c>, the residual of the best affine map in each
/// window. It is the mean over windows and pixels, not the sum.
/// </remarks>
internal sealed class MattingEnergy : IDisposable
{
    private const int Window = 3;
    private const double Epsilon = 1e-5;

    private readonly Tensor _guide;
    private readonly Tensor _means;
    private readonly Tensor[] _inverse;

    /// <summary>Computes the statistics of the content's windows.</summary>
    /// <param name="content"><c>[1, 3, H, W]</c>, 0–1, at least 3 pixels high and wide.</param>
    internal MattingEnergy(Tensor content)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        // In double, and centred at mid-gray: where a window has one or two colours, its covariance is almost singular, and in float its
        // inverse would be noise, which may be negative.
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

    /// <summary>Computes the energy of an image.</summary>
    /// <param name="image"><c>[1, 3, H, W]</c>, 0–1.</param>
    /// <returns>A scalar, double: 0 where each window is an affine function of the content's.</returns>
    internal Tensor Of(Tensor image)
    {
        var y = image.to(ScalarType.Float64) - 0.5;
        var means = Average(y);
        var residual = Average(y * y) - means * means;
        var covariances = new Tensor[3];
        for (var i = 0; i < 3; i++)
            covariances[i] = Average(y * Channel(_guide, i)) - means * Channel(_means, i);
        for (var i = 0; i < 9; i++)
            residual -= covariances[i / 3] * covariances[i % 3] * _inverse[i];
        return residual.mean();
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
