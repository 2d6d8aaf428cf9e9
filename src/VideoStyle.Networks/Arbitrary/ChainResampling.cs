namespace VideoStyle.Networks.Arbitrary;

/// <summary>Resampling before a convolution.</summary>
internal enum ChainResampling
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Max pooling by 2.</summary>
    MaxPool,

    /// <summary>Nearest-neighbour upsampling by 2.</summary>
    Upsample,
}
