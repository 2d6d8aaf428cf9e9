// Stylizes with a class of your own, a posterizer; the pipeline holds it steady: OwnStylizer INPUT OUTPUT
using VideoStyle;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;

using var styler = new VideoStyler(new StylerOptions(), new Posterizer(levels: 5));
Console.WriteLine(await styler.ConvertAsync(args[0], args[1]));

internal sealed class Posterizer(int levels) : IStylizer
{
    public StylizerInfo Info => new($"{levels} levels");

    public IRegionStylizer? Regions => null;

    public IFrameObserver? Observer => null;

    public StylizedFrame Stylize(Frame frame)
    {
        var values = new float[frame.Pixels.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = MathF.Round(frame.Pixels[i] / 255f * (levels - 1)) / (levels - 1);
        return StylizedFrame.FromRgb(frame.Width, frame.Height, values);
    }

    public void Dispose() { }
}
