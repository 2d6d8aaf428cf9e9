namespace VideoStyle.Torch.Files;

/// <summary>The dtype of a tensor in a file, numbered as in ATen.</summary>
/// <remarks>Of its own, and not TorchSharp's: reading what a file says about itself loads no libtorch.</remarks>
internal enum StoredDtype
{
    /// <summary>Unsigned, 8 bits.</summary>
    Byte = 0,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 1,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 2,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 3,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 4,

    /// <summary>IEEE 754 half precision.</summary>
    Float16 = 5,

    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 6,

    /// <summary>IEEE 754 double precision.</summary>
    Float64 = 7,

    /// <summary>A byte, 0 or 1.</summary>
    Bool = 11,

    /// <summary>The upper half of a single-precision number.</summary>
    BFloat16 = 15,
}
