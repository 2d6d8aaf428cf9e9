namespace VideoStyle.Networks.Models;

/// <summary>What follows a layer; the layer pads its result accordingly.</summary>
internal enum NextLayer
{
    /// <summary>A 3×3 convolution: reflection padding of 1.</summary>
    Convolution,

    /// <summary>A 9×9 convolution: reflection padding of 4.</summary>
    WideConvolution,

    /// <summary>Upsampling by 2, then a 3×3 convolution.</summary>
    Upsampling,
}
