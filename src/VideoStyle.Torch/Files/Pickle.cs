namespace VideoStyle.Torch.Files;

/// <summary>A function or class that a pickle names and that the reader knows.</summary>
internal enum PickleGlobal
{
    OrderedDict,
    RebuildTensor,
    RebuildTensorV2,
    RebuildParameter,
    Storage,
}

/// <summary>A reference to one, with the dtype where it is a storage.</summary>
internal sealed record PickleReference(PickleGlobal Kind, StoredDtype Dtype = default);

/// <summary>A persistent id: where the values of a storage are.</summary>
internal sealed record PickleStorage(StoredDtype Dtype, string Key, long Count);

/// <summary>A tensor as the pickle describes it, before its storage is read.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>The mark on the unpickler's stack where a group of values starts.</summary>
internal sealed class PickleMark
{
    internal static readonly PickleMark Instance = new();
}
