namespace VideoStyle.Torch.Files;

/// <summary>A tensor as the pickle describes it, before its storage is read.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
