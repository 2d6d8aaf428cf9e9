namespace VideoStyle.Torch.Files;

/// <summary>A persistent id: where the values of a storage are.</summary>
internal sealed record PickleStorage(StoredDtype Dtype, string Key, long Count);
