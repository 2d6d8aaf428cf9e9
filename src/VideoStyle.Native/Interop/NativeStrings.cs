using System.Runtime.InteropServices;

namespace VideoStyle.Native.Interop;

/// <summary>Holds the C strings of one native call.</summary>
internal sealed class NativeStrings : IDisposable
{
    private readonly List<nint> _strings = [];

    public void Dispose()
    {
        foreach (var text in _strings)
            Marshal.FreeCoTaskMem(text);
        _strings.Clear();
    }

    /// <summary>Copies a string as UTF-8; null stays a null pointer.</summary>
    internal nint Add(string? text)
    {
        if (text is null)
            return 0;
        var copy = Marshal.StringToCoTaskMemUTF8(text);
        _strings.Add(copy);
        return copy;
    }
}
