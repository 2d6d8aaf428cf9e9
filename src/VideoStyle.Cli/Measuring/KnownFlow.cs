using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Flow;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;
using VideoStyle.Native.Files;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Measuring;

/// <summary>Two images with known flow; it is unknown where a pixel is hidden in the second one.</summary>
internal sealed record KnownFlow(LumaImage First, LumaImage Second, FlowField Truth)
{
    private const string Clip = "clip.mkv";

    /// <summary>Reads a pair of images.</summary>
    /// <exception cref="VideoStyleException">A file is missing or damaged, or the sizes differ (Input).</exception>
    internal static KnownFlow Read(string first, string second, string truth)
    {
        var (a, b, flow) = (ReadLuma(first), ReadLuma(second), FlowFile.Read(truth, new PngFile()));
        return (flow.Width, flow.Height) == (a.Width, a.Height) && (b.Width, b.Height) == (a.Width, a.Height)
            ? new KnownFlow(a, b, flow)
            : throw new VideoStyleException(ErrorKind.Input, $"{truth}: is {flow.Width}x{flow.Height}, the pictures are {a.Width}x{a.Height} and {b.Width}x{b.Height}.");
    }

    /// <summary>Reads pairs of successive frames of a clip with known motion.</summary>
    /// <param name="folder">Holds <c>clip.mkv</c>; <c>flow1/NNNN.flo</c>, the flow of frame NNNN to the next; and <c>valid1/NNNN.png</c>, 255 where that pixel is visible there.</param>
    /// <param name="count">The number of pairs, evenly spread over the clip.</param>
    /// <exception cref="VideoStyleException">A file is missing or damaged (Input).</exception>
    internal static IEnumerable<KnownFlow> ReadClip(string folder, int count)
    {
        using var source = FFmpegSource.Open(Path.Combine(folder, Clip), new VideoOptions());
        var frames = new List<LumaImage>();
        var pool = new FramePool();
        while (source.Read(pool) is { } frame)
        {
            using (frame)
                frames.Add(LumaReducer.Reduce(frame, factor: 1));
        }

        if (frames.Count < 2)
            throw new VideoStyleException(ErrorKind.Input, $"{folder}: {Clip} has fewer than two frames.");
        count = Math.Min(count, frames.Count - 1);
        for (var i = 0; i < count; i++)
        {
            var at = (int)((long)i * (frames.Count - 1) / count);
            var name = at.ToString("0000", CultureInfo.InvariantCulture);
            var truth = FlowFile.Read(Path.Combine(folder, "flow1", $"{name}.flo"), new PngFile());
            var mask = ValidityMask.Read(Path.Combine(folder, "valid1", $"{name}.png"), new PngFile());
            if ((truth.Width, truth.Height) != (frames[at].Width, frames[at].Height) || (mask.Width, mask.Height) != (truth.Width, truth.Height))
                throw new VideoStyleException(ErrorKind.Input, $"{folder}: the flow or the mask of frame {name} is not of the clip's size.");
            for (var p = 0; p < mask.Certainty.Length; p++)
            {
                if (mask.Certainty[p] < 128)
                    (truth.Vectors[2 * p], truth.Vectors[2 * p + 1]) = (float.NaN, float.NaN);
            }

            yield return new KnownFlow(frames[at], frames[at + 1], truth);
        }
    }

    private static LumaImage ReadLuma(string path)
    {
        using var frame = ImageFile.Read(path);
        return LumaReducer.Reduce(frame, factor: 1);
    }
}
