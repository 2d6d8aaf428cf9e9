namespace VideoStyle.Networks;

/// <summary>The precision that a network computes in.</summary>
public enum Precision
{
    /// <summary>bfloat16 where the CPU multiplies it in hardware, else float; half precision on a GPU.</summary>
    Auto,

    /// <summary>Single precision.</summary>
    F32,

    /// <summary>bfloat16, on processors and newer GPUs.</summary>
    BF16,

    /// <summary>Half precision, on GPUs.</summary>
    F16,
}
