using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Tests;

/// <summary>Pictures in a temporary folder.</summary>
internal static class TempPictures
{
    /// <summary>Writes a picture, whose folder is made where it is not there.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="name">Its path in the folder.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="value">Gives each byte, red, green and blue of a pixel one after the other, by its number.</param>
    /// <returns>The whole path.</returns>
    public static string Picture(this TempFolder folder, string name, int width, int height, Func<int, byte> value)
    {
        var path = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = value(i);
        ImageFile.Write(path, frame);
        return path;
    }
}
