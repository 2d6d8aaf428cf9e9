using VideoStyle.Core.Compositing;
using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Paints with several styles and blends their paintings, by shares or by maps.</summary>
/// <remarks>Works with every kind of style; takes as long as all that have a share in the frame.</remarks>
public sealed class BlendedStylizer : IStylizer
{
    private readonly IReadOnlyList<IStylizer> _parts;
    private readonly StyleAssignment _assignment;

    /// <summary>Takes styles.</summary>
    /// <param name="parts">The styles; disposed here.</param>
    /// <param name="assignment">Decides about their shares; disposed here.</param>
    /// <param name="description">How logs and reports name them together.</param>
    /// <exception cref="ArgumentException">The assignment is about another number of styles.</exception>
    public BlendedStylizer(IReadOnlyList<IStylizer> parts, StyleAssignment assignment, string description)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(assignment);
        if (parts.Count != assignment.Count)
            throw new ArgumentException("One share for each style.", nameof(assignment));
        (_parts, _assignment, Description) = (parts, assignment, description);
    }

    /// <inheritdoc />
    public int Workers => _parts.Max(p => p.Workers);

    /// <inheritdoc />
    public string Description { get; }

    /// <inheritdoc />
    public bool IgnoresExposure => _parts.All(part => part.IgnoresExposure);

    /// <inheritdoc />
    public void Follow(Frame frame)
    {
        foreach (var part in _parts)
            part.Follow(frame);
        _assignment.Follow(frame);
    }

    /// <inheritdoc />
    public StylizedFrame Paint(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var shares = _assignment.SharesOf(frame);
        StylizedFrame? sum = null;
        try
        {
            for (var i = 0; i < _parts.Count; i++)
            {
                if (Takes(shares, i) is not true)
                    continue;
                var painting = _parts[i].Paint(frame);
                if (shares.Maps is null && shares.Shares[i] == 1)
                    return painting;
                using (painting)
                {
                    var first = sum is null;
                    sum ??= new StylizedFrame(frame.Width, frame.Height);
                    Add(sum, painting, shares, i, first);
                }
            }

            return sum ?? throw new InvalidOperationException("No style has a share in the frame.");
        }
        catch
        {
            sum?.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var part in _parts)
            part.Dispose();
        _assignment.Dispose();
    }

    private static bool Takes(StyleShares shares, int style) =>
        shares.Maps is { } maps ? Array.Exists(maps.Planes[style], v => v > 0) : shares.Shares[style] > 0;

    private static void Add(StylizedFrame sum, StylizedFrame painting, StyleShares shares, int style, bool first)
    {
        Rows.For(sum.Height, (top, bottom) =>
        {
            var weights = new float[sum.Width];
            if (shares.Maps is null)
                Array.Fill(weights, (float)shares.Shares[style]);
            for (var y = top; y < bottom; y++)
            {
                shares.Maps?.ReadRow(style, y, sum.Height, weights);
                var to = sum.Row(y);
                var from = painting.Row(y);
                if (first)
                    to.Clear();
                for (var i = 0; i < to.Length; i++)
                    to[i] += (short)MathF.Round(weights[i / StylizedFrame.Channels] * from[i]);
            }
        });
    }
}
