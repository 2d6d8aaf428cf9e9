using VideoStyle.Core.Media;

namespace VideoStyle.Converting;

/// <summary>Two rows of images: frames above, the stylized frames below, each reduced to at most <see cref="CellWidth"/>.</summary>
internal sealed class ContactSheet : IDisposable
{
    private const int CellWidth = 640;
    private const int Gap = 4;

    private readonly int _factor;
    private readonly int _cellWidth;
    private readonly int _cellHeight;

    /// <summary>Makes an empty, white sheet.</summary>
    /// <param name="pool">Lends its picture.</param>
    /// <param name="video">The size of the pictures.</param>
    /// <param name="columns">The number of pairs, at least 1.</param>
    public ContactSheet(FramePool pool, VideoInfo video, int columns)
    {
        _factor = (video.Width + CellWidth - 1) / CellWidth;
        _cellWidth = video.Width / _factor;
        _cellHeight = Math.Max(1, video.Height / _factor);
        Picture = pool.Rent(columns * (_cellWidth + Gap) + Gap, 2 * (_cellHeight + Gap) + Gap);
        Picture.Pixels.Fill(byte.MaxValue);
    }

    /// <summary>Gets the sheet.</summary>
    public Frame Picture { get; }

    /// <summary>Puts a picture into a cell.</summary>
    /// <param name="column">From 0.</param>
    /// <param name="row">0 for frames, 1 for stylized frames.</param>
    /// <param name="frame">The picture; kept by the caller.</param>
    public void Place(int column, int row, Frame frame)
    {
        var left = Gap + column * (_cellWidth + Gap);
        var top = Gap + row * (_cellHeight + Gap);
        for (var y = 0; y < _cellHeight; y++)
            for (var x = 0; x < 3 * _cellWidth; x++)
                Picture.Pixels[3 * ((top + y) * Picture.Width + left) + x] = Mean(frame, x / 3, y, x % 3);
    }

    /// <inheritdoc />
    public void Dispose() => Picture.Dispose();

    // The mean of the square that one pixel of the sheet stands for.
    private byte Mean(Frame frame, int x, int y, int channel)
    {
        var (sum, count) = (0, 0);
        for (var v = y * _factor; v < Math.Min(frame.Height, (y + 1) * _factor); v++)
            for (var u = x * _factor; u < (x + 1) * _factor; u++, count++)
                sum += frame.Pixels[3 * (v * frame.Width + u) + channel];
        return (byte)((sum + count / 2) / count);
    }
}
