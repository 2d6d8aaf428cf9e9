namespace VideoStyle.Native.Torch;

/// <summary>Facts about <see cref="ScalarType"/>.</summary>
public static class ScalarTypeExtensions
{
    /// <summary>Gets the bytes of one number.</summary>
    /// <param name="scalarType">The kind of number.</param>
    public static int SizeInBytes(this ScalarType scalarType) =>
        scalarType switch
        {
            ScalarType.UInt8 or ScalarType.Int8 or ScalarType.Bool => 1,
            ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
            ScalarType.Int32 or ScalarType.Float32 => 4,
            ScalarType.Int64 or ScalarType.Float64 => 8,
            _ => throw new ArgumentOutOfRangeException(nameof(scalarType)),
        };
}
