using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;

namespace VideoStyle.Native.Media;

/// <summary>A clip as a series of tiny gray pictures with their times, in which another clip's place can be found.</summary>
internal sealed class LumaThumbnails
{
    /// <summary>The pixels of one picture.</summary>
    public const int Length = Columns * Rows;

    private const int Columns = 24;
    private const int Rows = 14;
    private const int MaxSide = 96;
    private const int MaxFrames = 500_000; // 170 MB, 4.6 hours of 30 frames a second

    private readonly List<byte[]> _pictures = [];
    private readonly List<double> _times = [];

    /// <summary>Gets the number of frames.</summary>
    public int Count => _times.Count;

    /// <summary>Gets the seconds of each frame after the first one.</summary>
    public IReadOnlyList<double> Times => _times;

    /// <summary>Gets the picture of a frame.</summary>
    public ReadOnlySpan<byte> this[int index] => _pictures[index];

    /// <summary>Reads a clip.</summary>
    /// <param name="path">As for <see cref="FrameSource.Open"/>.</param>
    /// <param name="seconds">What is read of it, at most; null for all.</param>
    /// <exception cref="VideoStyleException">It cannot be read, or is too long (Input).</exception>
    public static LumaThumbnails Read(string path, double? seconds)
    {
        using var source = FrameSource.Open(path, new VideoOptions { Threads = 1, MaxSize = MaxSide });
        LumaThumbnails all = new();
        FramePool pool = new();
        double? first = null;
        while (source.Read(pool) is { } frame)
        {
            using (frame)
            {
                var time = frame.Pts * source.Info.TimeBase.Value;
                time -= first ??= time;
                if (time > seconds)
                    break;
                if (all.Count == MaxFrames)
                    throw new VideoStyleException(ErrorKind.Input, $"{path}: is too long to find the part that was stylized.", "Cut that part out and measure against it.");
                all._pictures.Add(Reduce(frame));
                all._times.Add(time);
            }
        }

        return all;
    }

    /// <summary>Finds the frame that is shown closest to a time.</summary>
    public int FrameAt(double seconds)
    {
        var at = _times.BinarySearch(seconds);
        if (at >= 0)
            return at;
        at = Math.Clamp(~at, 0, Count - 1);
        return at > 0 && seconds - _times[at - 1] <= _times[at] - seconds ? at - 1 : at;
    }

    private static byte[] Reduce(Frame frame)
    {
        var picture = new byte[Length];
        for (var row = 0; row < Rows; row++)
        {
            var (top, bottom) = Cell(row, Rows, frame.Height);
            for (var column = 0; column < Columns; column++)
            {
                var (left, right) = Cell(column, Columns, frame.Width);
                var sum = 0;
                for (var y = top; y < bottom; y++)
                {
                    var pixels = frame.Pixels.Slice(3 * (y * frame.Width + left), 3 * (right - left));
                    for (var x = 0; x < pixels.Length; x += 3)
                        sum += pixels[x] + 2 * pixels[x + 1] + pixels[x + 2];
                }

                picture[row * Columns + column] = (byte)(sum / (4 * (bottom - top) * (right - left)));
            }
        }

        return picture;
    }

    // At least one pixel, also of a picture with fewer pixels than cells.
    private static (int From, int To) Cell(int index, int cells, int pixels)
    {
        var from = Math.Min(pixels - 1, index * pixels / cells);
        return (from, Math.Max(from + 1, (index + 1) * pixels / cells));
    }
}
