namespace VideoStyle.Networks.Weights;

/// <summary>A file that its publisher offers, and how to know it again.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Address">Where the publisher offers it.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its SHA-256, 64 hexadecimal digits.</param>
/// <param name="Licence">Its licence.</param>
public sealed record PublishedWeights(string Name, Uri Address, long Length, string Sha256, string Licence)
{
    /// <summary>Gets the loss network as torchvision publishes it: RGB 0–1, ImageNet's mean and deviation.</summary>
    public static PublishedWeights Vgg19 { get; } =
        new(
            "vgg19",
            new Uri("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth"),
            574_673_361,
            "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
            "torchvision, BSD-3-Clause; trained on ImageNet"
        );
}
