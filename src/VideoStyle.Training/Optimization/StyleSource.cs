using VideoStyle.Core.Color;
using VideoStyle.Core.Errors;
using VideoStyle.Networks;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>The loss network and the styles of a painting, measured at whatever size they are asked for.</summary>
internal sealed class StyleSource : IDisposable
{
    private const int LeastSide = 64;
    private const double MostPixels = 3e6; // their features take 2 GiB

    private readonly OptimizationOptions _options;
    private readonly List<(Tensor Picture, double Weight)> _pictures = [];
    private readonly Dictionary<long, StyleTarget> _targets = [];

    /// <summary>Reads the loss network and the styles.</summary>
    /// <param name="options">Where they are, and how they are compared.</param>
    /// <param name="content">The picture whose colours the styles take on, <c>[1, 3, H, W]</c> bytes; or null.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or too small.</exception>
    internal StyleSource(OptimizationOptions options, Tensor? content)
    {
        _options = options;
        var device = Devices.Parse(options.Device);
        TorchThreads.Set(Environment.ProcessorCount);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (path, weight) in options.Styles)
            _pictures.Add((Read(path, content).DetachFromDisposeScope(), weight));
        Network = LossNetwork.Load(options.LossWeights, device, Trainer.LossType(options.Precision, device));
    }

    /// <summary>Gets what computes features.</summary>
    internal LossNetwork Network { get; }

    /// <summary>Gets the first style, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal Tensor First => _pictures[0].Picture;

    /// <summary>Measures the styles for a painting.</summary>
    /// <param name="height">Rows of the painting.</param>
    /// <param name="width">Columns of the painting.</param>
    /// <returns>What a painting of that size comes near to; owned by the source.</returns>
    internal StyleTarget For(int height, int width)
    {
        var side = (long)Math.Max(LeastSide, Math.Round(Math.Min(height, width) * _options.StyleScale));
        if (_targets.TryGetValue(side, out var known))
            return known;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _targets[side] = StyleTarget.Measure(Features, [.. _pictures.Select(p => (Sized(p.Picture, side), p.Weight))]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (picture, _) in _pictures)
            picture.Dispose();
        foreach (var target in _targets.Values)
            target.Dispose();
        Network.Dispose();
    }

    // With the border that the painting is seen with: the zeros beyond an edge would count as a part of the style.
    private Tensor[] Features(Tensor picture)
    {
        var whole = PictureTile.Divide((int)picture.size(2), (int)picture.size(3), int.MaxValue)[0];
        return [.. Network.Features(PictureTile.AddBorder(picture)).Select((f, layer) => whole.Inside(f, layer))];
    }

    private Tensor Read(string path, Tensor? content)
    {
        var bytes = Pixels.Load(path);
        var (height, width) = (bytes.size(2), bytes.size(3));
        if (Math.Min(height, width) < LeastSide)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{path}: is {width}×{height}; a style needs at least {LeastSide} pixels on each side.",
                "Give a larger picture: 600 pixels and more show the strokes."
            );
        bytes = ScanFrame.Trim(bytes);
        (height, width) = (bytes.size(2), bytes.size(3));
        var picture = bytes.to(ScalarType.Float32) / 255;
        var scale = Math.Min(1, Math.Sqrt(MostPixels / ((double)height * width)));
        if (scale < 1)
            picture = Sampling.Resize(picture.contiguous(), (long)(height * scale), (long)(width * scale)).clamp(0, 1);
        return (content, _options.Color) switch
        {
            ({ } known, ColorPreservation.Luminance) => ColorTransfer.MatchLuminance(picture, known.to(ScalarType.Float32) / 255),
            ({ } known, ColorPreservation.Histogram) => ColorTransfer.MatchColors(picture, known.to(ScalarType.Float32) / 255),
            _ => picture,
        };
    }

    // Never enlarged: it would only show the style's blur.
    private static Tensor Sized(Tensor picture, long side)
    {
        double shorter = Math.Min(picture.size(2), picture.size(3));
        if (side >= shorter)
            return picture;
        var (height, width) = ((long)Math.Round(picture.size(2) * side / shorter), (long)Math.Round(picture.size(3) * side / shorter));
        return Sampling.Resize(picture.contiguous(), height, width).clamp(0, 1);
    }
}
