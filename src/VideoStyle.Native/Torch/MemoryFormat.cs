namespace VideoStyle.Native.Torch;

/// <summary>How a tensor lies in memory, numbered as ATen numbers it.</summary>
public enum MemoryFormat
{
    /// <summary>Row-major: <c>[N, C, H, W]</c>.</summary>
    Contiguous = 0,

    /// <summary>The channels of a pixel together: <c>[N, H, W, C]</c> seen as <c>[N, C, H, W]</c>.</summary>
    ChannelsLast = 2,
}
