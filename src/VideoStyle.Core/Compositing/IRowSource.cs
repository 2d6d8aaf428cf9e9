using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>A picture in the form of <see cref="StylizedFrame"/> that is read row by row, and may be made no earlier.</summary>
internal interface IRowSource
{
    int Width { get; }

    int Height { get; }

    /// <summary>Begins to read; several may read at once.</summary>
    IRowReader Open();
}

/// <summary>Reads rows of a picture, from one thread.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>The values of a row, valid until the next one is read; at least a <see cref="PixelBlock"/> of them can be read.</summary>
    ReadOnlySpan<short> Read(int y);
}
