using VideoStyle.Core.Options;

namespace VideoStyle.Metrics;

/// <summary>The files of distances by a network.</summary>
public sealed record NetworkOptions
{
    /// <summary>Gets the weights of VGG-19; null, the default, for those that <see cref="Networks.Weights.WeightsStore.User"/> finds, if any.</summary>
    public string? Weights { get; init; }

    /// <summary>Gets the style image, for the style distance, or null. With it, the weights of VGG-19 are required.</summary>
    [Option("style-image", "The style image of the outputs, for the style distance.", ValueName = "FILE")]
    public string? StyleImage { get; init; }

    /// <summary>Gets torchvision's AlexNet (<c>.pth</c>), the backbone of LPIPS and tLP, or null. Goes with <see cref="LpipsHeads"/>.</summary>
    [Option("lpips-backbone", "torchvision's AlexNet (.pth), for LPIPS and tLP.", ValueName = "FILE")]
    public string? LpipsBackbone { get; init; }

    /// <summary>Gets LPIPS's linear heads v0.1 for AlexNet (<c>alex.pth</c>), or null. Goes with <see cref="LpipsBackbone"/>.</summary>
    [Option("lpips-heads", "LPIPS's linear heads v0.1 for AlexNet (alex.pth).", ValueName = "FILE")]
    public string? LpipsHeads { get; init; }
}
