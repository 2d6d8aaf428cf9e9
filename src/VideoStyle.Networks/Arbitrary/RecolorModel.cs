using VideoStyle.Networks.Color;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>Color grading by example: the frame keeps its content and takes the style image's colours. It needs no network.</summary>
/// <remarks>
/// The linear color transfer of Reinhard et al., "Color Transfer between Images", 2001, with full covariances, as in Gatys et al.,
/// "Preserving Color in Neural Artistic Style Transfer", 2016, eq. 5: <c>y = S^½ C^−½ (x − m_C) + m_S</c>, where <c>m</c>, <c>C</c> and <c>S</c> are
/// mean and covariance of the frame's and the style image's colours. Each frame has its own map.
/// </remarks>
internal sealed class RecolorModel(Device device) : ArbitraryStyleModel
{
    public override string Name => "recolor";

    public override Device Device => device;

    public override int Stride => 1;

    public override int MinSize => 1;

    /// <summary>Computes the mean, <c>[3, 1]</c>, and the root of the covariance, <c>[3, 3]</c>, in double on the host.</summary>
    public override StyleStatistics EncodeStyle(Tensor styleImage)
    {
        var (mean, covariance) = ColorTransfer.Measure(styleImage);
        return new StyleStatistics(HostTensor.From<double>(mean, 3, 1), HostTensor.From<double>(covariance.Power(0.5).Values, 3, 3));
    }

    public override Tensor Stylize(Tensor rgb, StyleBlend styles)
    {
        var (mean, covariance) = ColorTransfer.Measure(rgb);
        var (center, whiten) = (HostTensor.From<double>(mean, 3, 1), HostTensor.From<double>(covariance.Power(-0.5).Values, 3, 3));
        return styles.Transfer(rgb, style =>
        {
            var map = style[1].mm(whiten);
            var offset = style[0] - map.mm(center);
            // An affine map of each pixel is a 1×1 convolution.
            return F.conv2d(rgb, OnDevice(map).reshape(3, 3, 1, 1), OnDevice(offset).reshape(3));
        });

        Tensor OnDevice(Tensor tensor) => tensor.to(ScalarType.Float32, device);
    }

    protected override void Dispose(bool disposing)
    {
        // Holds no weights.
    }
}
