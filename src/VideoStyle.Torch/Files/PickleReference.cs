namespace VideoStyle.Torch.Files;

/// <summary>A reference to one, with the dtype where it is a storage.</summary>
internal sealed record PickleReference(PickleGlobal Kind, StoredDtype Dtype = default);
