namespace VideoStyle.Networks.Models;

/// <summary>What the instance normalizations of a network measured of one frame: mean and 1/σ of each channel.</summary>
/// <remarks>
/// Instance normalization is all that makes an output pixel depend on the whole frame. With the statistics of another frame of the
/// same shot, a region is stylized alone as it would be inside the whole frame, except for what the convolutions see
/// beyond its margin. Filled by one thread, then only read, by any number of threads.
/// </remarks>
internal sealed class NormStatistics : Core.Stylizers.StylizerState
{
    private readonly Dictionary<string, float[]> _values = new(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether they are complete, and what is painted uses them.</summary>
    public bool Given { get; private set; }

    /// <summary>Takes what was measured; from now on it is used.</summary>
    public NormStatistics Complete()
    {
        Given = true;
        return this;
    }

    /// <summary>Gets what one normalisation reads if the statistics are <see cref="Given"/>, and fills otherwise.</summary>
    /// <param name="norm">Its name.</param>
    /// <param name="channels">Its channels.</param>
    /// <returns>The means, and behind them 1/σ, of the channels.</returns>
    public float[] Of(string norm, long channels) => Given ? _values[norm] : _values[norm] = new float[2 * channels];
}
