using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Live.Painting;

/// <summary>Style weights that are set from outside; each frame takes those of the moment when it comes.</summary>
/// <param name="count">The number of styles.</param>
internal sealed class LiveAssignment(int count) : StyleAssignment
{
    private StyleWeights _weights = new([1, .. new double[count - 1]]);

    /// <inheritdoc />
    public override int Count => count;

    /// <summary>Gets or sets the weights, one for each style, with the sum 1.</summary>
    public IReadOnlyList<double> Weights
    {
        get => Volatile.Read(ref _weights).Weights;
        set => Volatile.Write(ref _weights, new StyleWeights(value));
    }

    /// <inheritdoc />
    public override StyleWeights Decide(Frame frame) => Volatile.Read(ref _weights);
}
