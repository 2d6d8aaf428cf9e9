using VideoStyle.Core.Media;
using VideoStyle.Native.Media;

namespace VideoStyle.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videostyle-");

    internal string Root => _folder.FullName;

    internal string this[string name] => Path.Combine(Root, name);

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Makes a folder in it.</summary>
    internal string Folder(string name) => _folder.CreateSubdirectory(name).FullName;

    /// <summary>Lists what is in it, by name.</summary>
    internal string[] Names() => [.. _folder.GetFileSystemInfos().Select(f => f.Name).Order(StringComparer.Ordinal)];

    /// <summary>Writes a picture, whose folder is made where it is not there.</summary>
    /// <param name="name">Its path in the folder.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="value">Gives each byte, red, green and blue of a pixel one after the other, by its number.</param>
    /// <returns>The whole path.</returns>
    internal string Picture(string name, int width, int height, Func<int, byte> value)
    {
        var path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var frame = new FramePool().Rent(width, height);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = value(i);
        ImageFile.Write(path, frame);
        return path;
    }
}
