namespace VideoStyle.Torch.Files;

/// <summary>The mark on the unpickler's stack where a group of values starts.</summary>
internal sealed class PickleMark
{
    internal static readonly PickleMark Instance = new();
}
