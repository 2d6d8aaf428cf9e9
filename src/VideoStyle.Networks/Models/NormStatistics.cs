using VideoStyle.Native.Torch;

namespace VideoStyle.Networks.Models;

/// <summary>What the normalisations of a network measured of one picture: mean and 1/σ of each channel.</summary>
/// <remarks>
/// Instance normalisation is all that makes a pixel of a painting depend on the whole picture. With the statistics of another
/// painting of the same shot, a part is painted alone as it would be inside the whole, but for what the convolutions see
/// beyond its margin. Filled by one thread, and only read from then on, by any number.
/// </remarks>
internal sealed class NormStatistics
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

    /// <summary>Runs one normalisation with the statistics, or measures them by it.</summary>
    /// <param name="norm">Its name.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="run">Called once with <c>[2, channels]</c>, float, which it reads if <see cref="Given"/> and fills otherwise.</param>
    public Tensor Use(string norm, long channels, Func<Tensor, Tensor> run)
    {
        using var values = Given ? Tensor.From<float>(_values[norm], 2, channels) : Tensor.Zeros(2, channels);
        var result = run(values);
        if (!Given)
            _values[norm] = values.ToArray<float>();
        return result;
    }
}
