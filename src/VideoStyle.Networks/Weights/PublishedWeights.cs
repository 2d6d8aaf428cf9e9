namespace VideoStyle.Networks.Weights;

/// <summary>A published file of weights, with what is needed to verify it.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Address">The publisher's address.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">Its SHA-256, 64 hexadecimal digits.</param>
/// <param name="Licence">Its licence.</param>
public sealed record PublishedWeights(string Name, Uri Address, long Length, string Sha256, string Licence)
{
    /// <summary>Gets the loss network as torchvision publishes it: RGB 0–1, normalized by ImageNet's mean and standard deviation.</summary>
    public static PublishedWeights Vgg19 { get; } =
        new(
            "vgg19",
            new Uri("https://download.pytorch.org/models/vgg19-dcbb9e9d.pth"),
            574_673_361,
            "dcbb9e9dad569fff7a846263a77324fc34978fea2bfb039c012d710e1776ae44",
            "torchvision, BSD-3-Clause; trained on ImageNet"
        );
}
