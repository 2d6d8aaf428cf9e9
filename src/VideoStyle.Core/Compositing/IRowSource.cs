using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>A frame in the form of <see cref="StylizedFrame"/> whose rows may be computed when they are read.</summary>
internal interface IRowSource
{
    int Width { get; }

    int Height { get; }

    /// <summary>Opens a reader; several readers may be open at once.</summary>
    IRowReader Open();
}

/// <summary>Reads rows of a frame, on one thread.</summary>
internal interface IRowReader : IDisposable
{
    /// <summary>Reads the values of a row, valid until the next one is read. At least a <see cref="PixelBlock"/> of values can be loaded.</summary>
    ReadOnlySpan<short> Read(int y);
}
