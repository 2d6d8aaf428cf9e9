namespace VideoStyle.Native.Files;

/// <summary>What stands under a name; the values are those of <c>st_mode</c>.</summary>
internal enum FileKind
{
    None = 0,
    Pipe = 0x1000,
    CharacterDevice = 0x2000,
    Folder = 0x4000,
    BlockDevice = 0x6000,
    File = 0x8000,
    Link = 0xA000,
    Socket = 0xC000,
}
