using VideoStyle.Core.Errors;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Loss;

/// <summary>The first nine convolutions of VGG-19, whose features compare how images look.</summary>
/// <remarks>
/// Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014; as a loss:
/// Gatys, Ecker and Bethge, 2015, and Johnson, Alahi and Fei-Fei, 2016. Reads Caffe's names (<c>conv1_1.weight</c>;
/// blue-green-red, 0–255, mean subtracted) and torchvision's (<c>features.0.weight</c>; red-green-blue, 0–1, mean subtracted
/// and divided by the standard deviation), each with its own input transform.
/// </remarks>
internal sealed class LossNetwork : IDisposable
{
    /// <summary>The layers whose features are used: relu1_1, relu2_1, relu3_1, relu4_1.</summary>
    public const int Layers = 4;

    /// <summary>The layer that content is compared at, counted from 0: relu3_1.</summary>
    public const int ContentLayer = 2;

    private static readonly (string Caffe, string Torchvision, int Layer)[] Convolutions =
    [
        ("conv1_1", "features.0", 0),
        ("conv1_2", "features.2", -1),
        ("conv2_1", "features.5", 1),
        ("conv2_2", "features.7", -1),
        ("conv3_1", "features.10", 2),
        ("conv3_2", "features.12", -1),
        ("conv3_3", "features.14", -1),
        ("conv3_4", "features.16", -1),
        ("conv4_1", "features.19", 3),
    ];

    private static readonly long[][] Widths = [[3, 64], [64, 64], [64, 128], [128, 128], [128, 256], [256, 256], [256, 256], [256, 256], [256, 512]];

    private readonly List<(Tensor Weight, Tensor Bias)> _convolutions = [];
    private readonly bool _caffe;
    private readonly Tensor _mean;
    private readonly Tensor _factor;
    private readonly ScalarType _dtype;
    private readonly Device _device;

    private LossNetwork(TensorFile file, bool caffe, Device device, ScalarType dtype)
    {
        (_caffe, _device, _dtype, Path) = (caffe, device, dtype, file.Path);
        for (var i = 0; i < Convolutions.Length; i++)
        {
            var name = caffe ? Convolutions[i].Caffe : Convolutions[i].Torchvision;
            var weight = Read(file, $"{name}.weight", [Widths[i][1], Widths[i][0], 3, 3]);
            var bias = Read(file, $"{name}.bias", [Widths[i][1]]);
            using var scope = NewDisposeScope();
            _convolutions.Add(
                (
                    weight.ToTensor().to(dtype, device).ToChannelsLast().DetachFromDisposeScope(),
                    bias.ToTensor().to(dtype, device).DetachFromDisposeScope()
                )
            );
        }

        // (x − mean) · factor, on channels in the order of the network and values from 0 to 1.
        _mean = Channel(caffe ? [103.939 / 255, 116.779 / 255, 123.68 / 255] : [0.485, 0.456, 0.406]);
        _factor = Channel(caffe ? [255, 255, 255] : [1 / 0.229, 1 / 0.224, 1 / 0.225]);
    }

    /// <summary>Gets the file that the weights come from.</summary>
    public string Path { get; }

    /// <summary>Gets where it computes.</summary>
    internal Device Device => _device;

    /// <summary>Gets a value indicating whether it computes in float or double.</summary>
    internal bool IsExact => _dtype is ScalarType.Float32 or ScalarType.Float64;

    /// <summary>Reads weights.</summary>
    /// <param name="path">An <c>.npz</c> or <c>.safetensors</c> with Caffe's names, or torchvision's <c>.pth</c>.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="dtype">The dtype of the convolutions.</param>
    /// <exception cref="VideoStyleException">The file is missing, damaged or no VGG-19 (Model).</exception>
    public static LossNetwork Load(string path, Device device, ScalarType dtype)
    {
        var file = TensorFile.Read(path);
        if (file.Tensors.ContainsKey("conv1_1.weight"))
            return new LossNetwork(file, caffe: true, device, dtype);
        if (file.Tensors.ContainsKey("features.0.weight"))
            return new LossNetwork(file, caffe: false, device, dtype);
        throw new VideoStyleException(
            ErrorKind.Model,
            $"{path}: holds no VGG-19: neither 'conv1_1.weight' nor 'features.0.weight' is in it.",
            "Fetch the weights with `videostyle weights`."
        );
    }

    /// <summary>Computes features.</summary>
    /// <param name="rgb">Images, <c>[N, 3, H, W]</c>, 0–1, at least 8 pixels high and wide.</param>
    /// <param name="last">The deepest layer wanted, from 0 to 3.</param>
    /// <returns>One tensor a layer, <c>[N, C, H/2ˡ, W/2ˡ]</c>; differentiable.</returns>
    public Tensor[] Features(Tensor rgb, int last = Layers - 1)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        var features = new Tensor[last + 1];
        var there = rgb.to(rgb.dtype, _device);
        var ordered = _caffe ? there.flip(1) : there;
        var x = ((ordered - _mean) * _factor).to(_dtype, _device).ToChannelsLast();
        for (var i = 0; ; i++)
        {
            var layer = Convolutions[i].Layer;
            if (layer > 0)
                x = F.max_pool2d(x, 2);
            x = F.conv2d(x, _convolutions[i].Weight, _convolutions[i].Bias, padding: [1, 1]).relu_();
            if (layer >= 0)
                features[layer] = x;
            if (layer == last)
                return features;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (weight, bias) in _convolutions)
        {
            weight.Dispose();
            bias.Dispose();
        }

        _mean.Dispose();
        _factor.Dispose();
    }

    private static StoredTensor Read(TensorFile file, string name, long[] shape) =>
        file.Tensors.TryGetValue(name, out var tensor) && tensor.Shape.SequenceEqual(shape)
            ? tensor
            : throw new VideoStyleException(
                ErrorKind.Model,
                $"{file.Path}: is no VGG-19: '{name}' is missing or not [{string.Join(", ", shape)}].",
                "Fetch the weights with `videostyle weights`."
            );

    private Tensor Channel(double[] values)
    {
        using var scope = NewDisposeScope();
        var type = _dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        return HostTensor.From<double>(values, 1, 3, 1, 1).to(type, _device).DetachFromDisposeScope();
    }
}
