using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training;

/// <summary>How far a model's paintings are from the painting in style, and from the photos in content.</summary>
/// <param name="Shifted">Style distance at each layer around the painting's mean, as <see cref="StyleTarget"/> defines it.</param>
/// <param name="Plain">Style distance at each layer by the plain Gram matrix.</param>
/// <param name="Content">Content distance at relu3_1, relative.</param>
public sealed record StyleComparison(IReadOnlyList<double> Shifted, IReadOnlyList<double> Plain, double Content)
{
    /// <summary>Measures a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="painting">The painting that it is after.</param>
    /// <param name="photos">What to paint.</param>
    /// <param name="lossNetwork">Weights of the loss network, which is run in float.</param>
    /// <param name="styleSize">The painting's shorter side in pixels.</param>
    /// <param name="photoSize">The photos' shorter side in pixels, before they are cut to a multiple of 8.</param>
    public static StyleComparison Measure(
        StyleModel model,
        string painting,
        IReadOnlyList<string> photos,
        string lossNetwork,
        int styleSize = 600,
        int photoSize = 512
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        using var network = model.CreateNetwork(CPU, ScalarType.Float32);
        return Measure(x => network.Paint(x), painting, photos, lossNetwork, styleSize, photoSize);
    }

    /// <summary>Measures any way to paint.</summary>
    /// <param name="paint">Paints a frame; the painting is disposed here.</param>
    /// <param name="painting">The painting that it is after.</param>
    /// <param name="photos">What to paint.</param>
    /// <param name="lossNetwork">Weights of the loss network, which is run in float.</param>
    /// <param name="styleSize">The painting's shorter side in pixels.</param>
    /// <param name="photoSize">The photos' shorter side in pixels, before they are cut to a multiple of 8.</param>
    public static StyleComparison Measure(
        Func<Frame, StylizedFrame> paint,
        string painting,
        IReadOnlyList<string> photos,
        string lossNetwork,
        int styleSize = 512,
        int photoSize = 512
    )
    {
        ArgumentNullException.ThrowIfNull(paint);
        return Measure(ByFrame, painting, photos, lossNetwork, styleSize, photoSize);

        Tensor ByFrame(Tensor x)
        {
            using var frame = Pixels.ToFrame(x);
            using var painted = paint(frame);
            return HostTensor.From<float>(painted.ToRgb(), 1, painted.Height, painted.Width, 3).permute(0, 3, 1, 2);
        }
    }

    private static StyleComparison Measure(
        Func<Tensor, Tensor> paint,
        string painting,
        IReadOnlyList<string> photos,
        string lossNetwork,
        int styleSize,
        int photoSize
    )
    {
        ArgumentNullException.ThrowIfNull(photos);
        using var noGrad = no_grad();
        using var loss = LossNetwork.Load(lossNetwork, CPU, ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var target = StyleTarget.Measure(loss, [(Pixels.ReadPainting(painting, styleSize, crop: 0), 1)]);
        var (shifted, plain, content) = (new double[LossNetwork.Layers], new double[LossNetwork.Layers], 0.0);
        foreach (var photo in photos)
        {
            using var one = NewDisposeScope();
            var x = Pixels.Read(photo, photoSize);
            x = x.narrow(2, 0, x.size(2) / 8 * 8).narrow(3, 0, x.size(3) / 8 * 8);
            var painted = loss.Features(paint(x).clamp(0, 1));
            for (var i = 0; i < painted.Length; i++)
            {
                shifted[i] += target.Distance(painted[i], i, GramForm.Shifted).ToDouble() / photos.Count;
                plain[i] += target.Distance(painted[i], i, GramForm.Plain).ToDouble() / photos.Count;
            }

            const int At = LossNetwork.ContentLayer;
            content += Losses.Content(painted[At], loss.Features(x, At)[At]).ToDouble() / photos.Count;
        }

        return new StyleComparison(shifted, plain, content);
    }
}
