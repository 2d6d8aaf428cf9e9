using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Tensors;
using VideoStyle.Training;

namespace VideoStyle.Judging;

/// <summary>How far a stylizer's results are from the style image in style, and from the photos in content.</summary>
/// <param name="Shifted">Style loss at each layer around the style's mean, as <see cref="StyleTarget"/> defines it.</param>
/// <param name="Plain">Style loss at each layer by the plain Gram matrix.</param>
/// <param name="Content">Relative content loss at relu3_1.</param>
public sealed record StyleComparison(IReadOnlyList<double> Shifted, IReadOnlyList<double> Plain, double Content)
{
    /// <summary>Measures any stylizer.</summary>
    /// <param name="stylize">Stylizes a frame; the result is disposed here.</param>
    /// <param name="styleImage">The style image.</param>
    /// <param name="photos">The photos to stylize.</param>
    /// <param name="lossNetwork">Weights of the loss network, which computes in float.</param>
    /// <param name="styleSize">The style image's shorter side in pixels.</param>
    /// <param name="photoSize">The photos' shorter side in pixels, before they are cropped to a multiple of 8.</param>
    public static StyleComparison Measure(
        Func<Frame, StylizedFrame> stylize,
        string styleImage,
        IReadOnlyList<string> photos,
        string lossNetwork,
        int styleSize = 512,
        int photoSize = 512
    )
    {
        ArgumentNullException.ThrowIfNull(stylize);
        ArgumentNullException.ThrowIfNull(photos);
        using var noGrad = no_grad();
        using var loss = LossNetwork.Load(lossNetwork, CPU, ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var target = StyleTarget.Measure(loss, [(Pixels.ReadStyleImage(styleImage, styleSize, crop: 0), 1)]);
        var (shifted, plain, content) = (new double[LossNetwork.Layers], new double[LossNetwork.Layers], 0.0);
        foreach (var photo in photos)
        {
            using var one = NewDisposeScope();
            var x = Pixels.Read(photo, photoSize);
            x = x.narrow(2, 0, x.size(2) / 8 * 8).narrow(3, 0, x.size(3) / 8 * 8);
            var stylized = loss.Features(ByFrame(x).clamp(0, 1));
            for (var i = 0; i < stylized.Length; i++)
            {
                shifted[i] += target.Distance(stylized[i], i, GramKind.Shifted).ToDouble() / photos.Count;
                plain[i] += target.Distance(stylized[i], i, GramKind.Plain).ToDouble() / photos.Count;
            }

            const int At = LossNetwork.ContentLayer;
            content += Losses.Content(stylized[At], loss.Features(x, At)[At]).ToDouble() / photos.Count;
        }

        return new StyleComparison(shifted, plain, content);

        Tensor ByFrame(Tensor x)
        {
            using var frame = Pixels.ToFrame(x);
            using var stylized = stylize(frame);
            return HostTensor.From<float>(stylized.ToRgb(), 1, stylized.Height, stylized.Width, 3).permute(0, 3, 1, 2);
        }
    }
}
