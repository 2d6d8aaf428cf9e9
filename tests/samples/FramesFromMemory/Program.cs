// Stylizes frames that the program makes, without files, and writes the last one: FramesFromMemory OUTPUT.png
using VideoStyle;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

const int Width = 320, Height = 180;
var pool = new FramePool();
var video = new VideoInfo { Name = "gradients", Width = Width, Height = Height, FrameRate = new Rational(25, 1), TimeBase = new Rational(1, 25) };
using var styler = new VideoStyler(new StylerOptions { Style = new() { Name = "the_scream_swift" } });

await foreach (var frame in styler.StylizeAsync(video, Gradients(count: 8)))
    using (frame)
        ImageFile.Write(args[0], frame);

async IAsyncEnumerable<Frame> Gradients(int count)
{
    for (var number = 0; number < count; number++)
    {
        var frame = pool.Rent(Width, Height);
        frame.Index = frame.Pts = number;
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)((i / 3 % Width) + (i % 3 * 40) + (4 * number));
        yield return frame;
        await Task.Yield();
    }
}
