namespace VideoStyle.Networks.Arbitrary;

/// <summary>Loads a network whose files were found.</summary>
/// <param name="device">Where to compute.</param>
/// <param name="dtype">The dtype of the convolutions.</param>
/// <returns>Owned by the caller.</returns>
/// <remarks>A type of its own: a <c>Func</c> over TorchSharp's types would load libtorch wherever the methods are listed.</remarks>
internal delegate ArbitraryStyleModel ArbitraryStyleLoader(Device device, ScalarType dtype);
