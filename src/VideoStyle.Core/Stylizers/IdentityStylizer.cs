using VideoStyle.Core.Media;

namespace VideoStyle.Core.Stylizers;

/// <summary>Gives every picture back as it is: everything but the network, to test a pipeline or a player.</summary>
public sealed class IdentityStylizer : IStylizer
{
    /// <summary>The name that stands for it where a style is named.</summary>
    public const string Name = "none";

    /// <inheritdoc />
    public int Workers => 1;

    /// <inheritdoc />
    public string Description => "no style";

    /// <inheritdoc />
    public StylizedFrame Paint(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        var painting = new StylizedFrame(frame.Width, frame.Height);
        var values = painting.Values;
        var pixels = frame.Pixels;
        for (var (i, j) = (0, 0); j < pixels.Length; i += StylizedFrame.Channels, j += 3)
        {
            for (var c = 0; c < 3; c++)
                values[i + c] = (short)((pixels[j + c] * StylizedFrame.White + 127) / 255);
            values[i + 3] = StylizedFrame.LumaOf(values[i], values[i + 1], values[i + 2]);
        }

        return painting;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // Holds nothing.
    }
}
