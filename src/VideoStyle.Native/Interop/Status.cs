namespace VideoStyle.Native.Interop;

/// <summary>Mirrors <c>vs_status</c> of <c>videostyle.h</c>.</summary>
internal enum Status
{
    Ok = 0,
    End = 1,
    BadArgument = -1,
    Input = -2,
    Output = -3,
    NoMemory = -4,
    Unavailable = -5,
    Internal = -6,
    Usage = -7,
}
