using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>The normalized VGG-19 with reflection padding, as AdaIN, WCT and style swap use it.</summary>
/// <remarks>
/// Its filters are scaled so that the mean activation is 1 (Gatys, Ecker and Bethge, 2015, footnote 2). The decoders are trained
/// for these features: torchvision's VGG-19 does not fit them.
/// </remarks>
internal static class VggEncoder
{
    private static readonly string[] Caffe = ["conv1_1", "conv1_2", "↓conv2_1", "conv2_2", "↓conv3_1", "conv3_2", "conv3_3", "conv3_4", "↓conv4_1", "conv4_2", "conv4_3", "conv4_4", "↓conv5_1"];

    // As numbered in the Sequential of `vgg_normalised.pth`, whose layer 0 is the input transform.
    private static readonly string[] Numbered = ["2", "5", "↓9", "12", "↓16", "19", "22", "25", "↓29", "32", "35", "38", "↓42"];

    // The encoders of Wang et al., 2020, with a quarter of the channels; layer conv0 is the input transform.
    private static readonly string[] Distilled = ["conv11", "conv12", "↓conv21", "conv22", "↓conv31", "conv32", "conv33", "conv34", "↓conv41", "conv42", "conv43", "conv44", "↓conv51"];

    private static readonly string[] Relu51Patterns = ["vgg*normalised*", "vgg19*", "SE5*", "5SE*"];

    private static readonly string[] Relu51 = ["conv5_1.weight", "42.weight", "conv51.weight"];

    /// <summary>The number of convolutions up to relu3_1.</summary>
    internal const int ToRelu31 = 5;

    /// <summary>The number of convolutions up to relu4_1.</summary>
    internal const int ToRelu41 = 9;

    /// <summary>The number of convolutions up to relu5_1.</summary>
    internal const int ToRelu51 = 13;

    /// <summary>Finds the normalized VGG-19.</summary>
    internal static string? FindNormalized(ModelFiles files) => files.Find("vgg*normalised*");

    /// <summary>Finds a VGG-19 that reaches relu5_1, full or distilled.</summary>
    internal static string? FindToRelu51(ModelFiles files) =>
        Relu51Patterns.SelectMany(files.FindAll).FirstOrDefault(f => ReachesRelu51(TensorFile.Read(f)));

    /// <summary>The first layers by Caffe's names, with a prefix.</summary>
    internal static ChainLayer[] Steps(int layers, string prefix) => [.. ChainLayer.Of(Caffe.Take(layers)).Select(s => s with { Name = prefix + s.Name })];

    /// <summary>The first layers by the names of the distilled encoders.</summary>
    internal static ChainLayer[] DistilledSteps(int layers) => ChainLayer.Of(Distilled.Take(layers));

    /// <summary>Whether a file reaches relu5_1.</summary>
    internal static bool ReachesRelu51(TensorFile file) => Relu51.Any(file.Tensors.ContainsKey);

    /// <summary>Loads the first layers.</summary>
    /// <param name="path">Caffe's names (<c>conv1_1</c>), <c>vgg_normalised.pth</c>, or a distilled encoder (<c>SE5.pth</c>).</param>
    /// <param name="layers">How many convolutions.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions.</param>
    /// <exception cref="VideoStyleException">The file is missing, damaged or no normalized VGG-19 (Model).</exception>
    internal static ConvolutionChain Load(string path, int layers, Device device, ScalarType dtype)
    {
        var file = TensorFile.Read(path);
        if (file.Tensors.ContainsKey("conv1_1.weight"))
            return ConvolutionChain.Load(file, ChainLayer.Of(Caffe.Take(layers)), 3, device, dtype, InputTransform.Caffe);
        if (file.Tensors.ContainsKey("0.weight"))
            return ConvolutionChain.Load(file, ChainLayer.Of(Numbered.Take(layers)), 3, device, dtype, InputTransform.Read(file, "0"));
        if (file.Tensors.ContainsKey("conv11.weight"))
            return ConvolutionChain.Load(file, DistilledSteps(layers), 3, device, dtype, InputTransform.Read(file, "conv0"));
        throw new VideoStyleException(
            ErrorKind.Model,
            $"{path}: is not the normalized VGG-19{(file.Tensors.ContainsKey("features.0.weight") ? ", but torchvision's, which the decoders were not trained for" : "")}.",
            ArbitraryStyleMethod.WhereToGet
        );
    }
}
