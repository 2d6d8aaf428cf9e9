namespace VideoStyle.Native.Media;

/// <summary>Gathers the lines that a native object hands out one by one.</summary>
internal static class NativeNotes
{
    internal static IReadOnlyList<string> Read(Func<int, string?> line)
    {
        var notes = new List<string>();
        while (line(notes.Count) is { } note)
            notes.Add(note);
        return notes;
    }
}
