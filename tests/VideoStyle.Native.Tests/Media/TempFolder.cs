namespace VideoStyle.Native.Tests.Media;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videostyle-");

    public void Dispose() => _folder.Delete(recursive: true);

    internal string this[string name] => Path.Combine(_folder.FullName, name);
}
