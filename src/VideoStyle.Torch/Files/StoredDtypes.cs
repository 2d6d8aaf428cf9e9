namespace VideoStyle.Torch.Files;

/// <summary>The sizes of stored elements.</summary>
internal static class StoredDtypes
{
    /// <summary>Gets the bytes of one element.</summary>
    internal static int ElementSize(this StoredDtype dtype) =>
        dtype switch
        {
            StoredDtype.Int16 or StoredDtype.Float16 or StoredDtype.BFloat16 => 2,
            StoredDtype.Int32 or StoredDtype.Float32 => 4,
            StoredDtype.Int64 or StoredDtype.Float64 => 8,
            _ => 1,
        };
}
