using System.Globalization;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Truth;

/// <summary>What is known of a clip whose motion is known, beside its flow: which pixels are seen again, which are new, and where surfaces end.</summary>
/// <remarks>
/// Files are numbered <c>0000</c>, <c>0001</c> and so on by the frame t that they belong to: <c>flowK/NNNN.flo</c> is the flow from t to t + K,
/// <c>validK/NNNN.png</c> is above 0 where that place is seen in t + K, <c>new/NNNN.png</c> where t shows what t − 1 did not, and
/// <c>layers/NNNN.png</c> holds the number of the surface. <c>tools/known-motion</c> makes such clips.
/// </remarks>
internal sealed class TrueMotion
{
    /// <summary>Pixels this near to what is hidden or to the border of a surface may mix two surfaces.</summary>
    private const int Margin = 2;

    private static readonly string[] Folders = ["flow1", "valid1", "new", "layers"];

    private readonly string _path;
    private readonly IPngCodec _png;

    private TrueMotion(string path, IPngCodec png) => (_path, _png) = (path, png);

    /// <summary>Finds the files of a clip with known motion, or null where the folder is none.</summary>
    public static TrueMotion? Find(string path, IPngCodec png) =>
        Array.TrueForAll(Folders, folder => Directory.Exists(Path.Combine(path, folder))) ? new TrueMotion(path, png) : null;

    public string FlowFile(long frame, long lag) => FileOf($"flow{lag}", frame, "flo");

    /// <summary>Reads which pixels of a frame are seen again, 255 or 0.</summary>
    public ValidityMask Valid(long frame, long lag, (int Width, int Height) size) => Read($"valid{lag}", frame, size);

    /// <summary>Reads which pixels of a frame show what the frame before did not, 255 or 0.</summary>
    public ValidityMask New(long frame, (int Width, int Height) size) => Read("new", frame, size);

    /// <summary>Computes which pixels are seen again and at least two pixels from what is not and from the borders of surfaces, 255 or 0.</summary>
    public ValidityMask Inner(long frame, long lag, (int Width, int Height) size)
    {
        var inner = Valid(frame, lag, size).Certainty;
        var layers = Read("layers", frame, size, isSurface: true);
        var (least, lowest, highest) = (Window(inner, size, Math.Min), Window(layers.Certainty, size, Math.Min), Window(layers.Certainty, size, Math.Max));
        for (var i = 0; i < inner.Length; i++)
            inner[i] = lowest[i] == highest[i] ? least[i] : (byte)0;
        return new ValidityMask(size.Width, size.Height, inner);
    }

    /// <summary>Computes which pixels are seen again and not <see cref="Inner"/>, 255 or 0.</summary>
    public ValidityMask Rim(long frame, long lag, (int Width, int Height) size)
    {
        var (rim, inner) = (Valid(frame, lag, size), Inner(frame, lag, size).Certainty);
        for (var i = 0; i < inner.Length; i++)
            rim.Certainty[i] -= inner[i];
        return rim;
    }

    // The extreme value within the margin in both directions; there is nothing beyond the image.
    private static byte[] Window(byte[] values, (int Width, int Height) size, Func<byte, byte, byte> pick)
    {
        var across = new byte[values.Length];
        var result = new byte[values.Length];
        for (var i = 0; i < values.Length; i++)
            across[i] = Pick(values, i, 1, i % size.Width, size.Width);
        for (var i = 0; i < values.Length; i++)
            result[i] = Pick(across, i, size.Width, i / size.Width, size.Height);
        return result;

        byte Pick(byte[] line, int at, int step, int position, int length)
        {
            var value = line[at];
            for (var k = -Math.Min(Margin, position); k <= Math.Min(Margin, length - 1 - position); k++)
                value = pick(value, line[at + k * step]);
            return value;
        }
    }

    private ValidityMask Read(string folder, long frame, (int Width, int Height) size, bool isSurface = false)
    {
        var path = FileOf(folder, frame, "png");
        var mask = ValidityMask.Read(path, _png);
        if ((mask.Width, mask.Height) != size)
            throw new VideoStyleException(ErrorKind.Input, $"{path}: is {mask.Width}x{mask.Height}, the clip is {size.Width}x{size.Height}.");
        for (var i = 0; i < mask.Certainty.Length && !isSurface; i++)
            mask.Certainty[i] = mask.Certainty[i] > 0 ? byte.MaxValue : byte.MinValue;
        return mask;
    }

    private string FileOf(string folder, long frame, string extension) =>
        Path.Combine(_path, folder, string.Create(CultureInfo.InvariantCulture, $"{frame:0000}.{extension}"));
}
