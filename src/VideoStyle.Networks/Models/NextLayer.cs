namespace VideoStyle.Networks.Models;

/// <summary>What the convolution behind a layer reads; the layer writes its result in that form.</summary>
internal enum NextLayer
{
    /// <summary>A 3×3 convolution: a reflected border of 1.</summary>
    Convolution,

    /// <summary>A 9×9 convolution: a reflected border of 4.</summary>
    WideConvolution,

    /// <summary>A 3×3 convolution of the picture enlarged twofold.</summary>
    Enlargement,
}
