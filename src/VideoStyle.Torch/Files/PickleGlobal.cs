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
