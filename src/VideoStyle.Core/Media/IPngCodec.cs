using VideoStyle.Core.Errors;

namespace VideoStyle.Core.Media;

/// <summary>Reads and writes PNG files whose samples are data, such as flow and masks: exactly, or not at all.</summary>
public interface IPngCodec
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">A PNG file.</param>
    /// <returns>Its image, which the caller owns.</returns>
    /// <exception cref="VideoStyleException">The file is missing, damaged anywhere, or too large.</exception>
    PngImage Read(string path);

    /// <summary>Writes a file, replacing one that is there.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="picture">1 or 3 channels of 8 or 16 bits.</param>
    /// <exception cref="VideoStyleException">The file cannot be written.</exception>
    void Write(string path, PngImage picture);
}
