namespace VideoStyle.Native;

/// <summary>Dtypes that kernels read and write, numbered as in ATen.</summary>
public enum KernelDtype
{
    /// <summary>IEEE 754 binary16; only written, by <see cref="Kernels.FrameToInput"/>.</summary>
    Float16 = 5,

    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 6,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16 = 15,
}
