namespace VideoStyle.Networks.Models;

/// <summary>The statistics of every instance normalization for one image: mean and 1/σ of each channel.</summary>
/// <remarks>
/// Instance normalization is all that makes a pixel depend on the whole image. With the statistics of another frame of the same
/// shot, a region is stylized alone as it would be within the whole frame, except for the receptive field beyond its margin.
/// One thread fills them; after <see cref="Complete"/> any number of threads may read them.
/// </remarks>
internal sealed class NormStatistics : Core.Stylizers.StylizerState
{
    private readonly Dictionary<string, float[]> _values = new(StringComparer.Ordinal);

    /// <summary>Gets a value indicating whether they are complete, and are used instead of measured.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Marks them as complete: from now on they are read, not written.</summary>
    public NormStatistics Complete()
    {
        IsComplete = true;
        return this;
    }

    /// <summary>Gets the statistics of one normalization: to read if they are complete, else to fill.</summary>
    /// <param name="norm">Its name.</param>
    /// <param name="channels">Its channels.</param>
    /// <returns>The means of the channels, then their 1/σ.</returns>
    public float[] Of(string norm, long channels) => IsComplete ? _values[norm] : _values[norm] = new float[2 * channels];
}
