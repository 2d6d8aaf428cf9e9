using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Files;

namespace VideoStyle.Native.Media;

/// <summary>Reads frames from a NumPy array, <c>numpy.save("clip.npy", frames)</c>: dtype <c>uint8</c>, shape <c>[Frames, Height, Width, 3]</c>, RGB, C order.</summary>
public sealed partial class NumpySource : IFrameSource
{
    private const int MaxHeader = 1 << 16;
    private const long MaxPixels = 1L << 28;
    private static readonly Rational DefaultRate = new(25, 1);

    private readonly FileStream _file;
    private readonly long _end;
    private long _next;

    private NumpySource(FileStream file, string path, VideoOptions options)
    {
        _file = file;
        var (start, frames, height, width) = ReadHeader(file, path);
        var rate = options.FrameRate ?? DefaultRate;
        var first = FirstAt(options.From ?? TimeSpan.Zero, rate);
        _end = Math.Min(frames, options.To is { } to ? FirstAt(to, rate) : frames) - first;
        if (_end <= 0)
            throw new VideoStyleException(ErrorKind.Input, $"{path}: ends before the first wanted frame.");
        if (options.MaxSize < Math.Max(width, height))
            throw new VideoStyleException(ErrorKind.Usage, $"{path}: an array is read in its own size, {width}x{height}.", "Leave VideoOptions.MaxSize out, or resize the array.");
        file.Position = start + first * 3 * width * height;
        Info = new VideoInfo
        {
            Name = path,
            Width = width,
            Height = height,
            TimeBase = new Rational(rate.Denominator, rate.Numerator),
            FrameRate = rate,
            FrameCount = _end,
            Duration = TimeSpan.FromSeconds(_end / rate.Value),
            Codec = "rawvideo",
            PixelFormat = "rgb24",
            Container = "npy",
        };
    }

    /// <inheritdoc />
    public VideoInfo Info { get; }

    /// <summary>Tells whether a name is an array's.</summary>
    /// <param name="path">The name.</param>
    public static bool Reads(string path) => Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens an array.</summary>
    /// <param name="path">The <c>.npy</c> file.</param>
    /// <param name="options">Which part is read; its frame rate is the array's, 25 where none is given.</param>
    /// <exception cref="VideoStyleException">The file is missing, damaged, or holds something else (Input), or is to be resized (Usage).</exception>
    public static NumpySource Open(string path, VideoOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        FileStream? file = null;
        try
        {
            file = new FileStream(RegularFile.Open(path), FileAccess.Read);
            return new NumpySource(file, path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new VideoStyleException(ErrorKind.Input, $"{path}: cannot be read ({e.Message.TrimEnd('.')}).", innerException: e);
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public Frame? Read(FramePool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (_next >= _end)
            return null;
        var frame = pool.Rent(Info.Width, Info.Height);
        _file.ReadExactly(frame.Pixels);
        (frame.Index, frame.Pts, frame.Duration) = (_next, _next, 1);
        _next++;
        return frame;
    }

    /// <inheritdoc />
    public void Dispose() => _file.Dispose();

    // The lengths in the header are bounded by that of the file before anything is allocated.
    private static (long Start, long Frames, int Height, int Width) ReadHeader(FileStream file, string path)
    {
        Span<byte> head = stackalloc byte[12];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || head[0] != 0x93 || !head[1..].StartsWith("NUMPY"u8))
            throw Wrong(path, "is not a NumPy array");
        var start = head[6] >= 2 ? 12 : 10; // version 2 and 3 have a four-byte length
        var length = head[6] >= 2 ? BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        if (length > MaxHeader || start + length > file.Length)
            throw Wrong(path, "has a damaged header");
        var bytes = new byte[length];
        file.Position = start;
        file.ReadExactly(bytes);
        if (Header().Match(Encoding.Latin1.GetString(bytes)) is not { Success: true } header)
            throw Wrong(path, "is not a C-ordered array of uint8 with the shape [frames, height, width, 3]");
        var (frames, height, width) = (Number(header, "t"), Number(header, "h"), Number(header, "w"));
        if (frames < 1 || height < 1 || width < 1 || height > MaxPixels / width || frames > (file.Length - start - length) / (3 * height * width))
            throw Wrong(path, "is shorter than its header says, or holds no frame");
        return (start + length, frames, (int)height, (int)width);
    }

    private static long Number(Match header, string name) => long.TryParse(header.Groups[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static long FirstAt(TimeSpan time, Rational rate) => (long)Math.Ceiling(time.TotalSeconds * rate.Value - 1e-6);

    private static VideoStyleException Wrong(string path, string what) => new(ErrorKind.Input, $"{path}: {what}.");

    [GeneratedRegex(
        @"^\{'descr': '\|u1', 'fortran_order': False, 'shape': \((?<t>\d+), (?<h>\d+), (?<w>\d+), 3\), \}\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Header();
}
