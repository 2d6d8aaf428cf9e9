namespace VideoStyle.Networks.Arbitrary;

/// <summary>Loads a network whose files were found.</summary>
/// <param name="device">Where to compute.</param>
/// <param name="scalarType">What to convolve in.</param>
/// <returns>Owned by the caller.</returns>
/// <remarks>A type of its own: as a <c>Func</c> it would load TorchSharp, and libtorch with it, wherever the methods are listed.</remarks>
internal delegate ArbitraryStyleModel AnyStyleLoader(Device device, ScalarType scalarType);
