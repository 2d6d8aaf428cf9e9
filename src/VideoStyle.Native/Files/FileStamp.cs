namespace VideoStyle.Native.Files;

/// <summary>What changes when a file is written to, touched or replaced.</summary>
/// <param name="Size">Length in bytes.</param>
/// <param name="Modified">Time of the last write, nanoseconds since 1970.</param>
/// <param name="Changed">Time of the last change of content or attributes, nanoseconds since 1970; cannot be set by a copy tool.</param>
/// <param name="Inode">The file's number on its file system.</param>
public readonly record struct FileStamp(long Size, long Modified, long Changed, long Inode)
{
    /// <summary>Gets whether another stamp can be the same content: a remount or a rename changes the rest.</summary>
    /// <param name="other">The stamp that was seen at another time.</param>
    public bool LooksLike(FileStamp other) => Size == other.Size && Modified == other.Modified;
}
