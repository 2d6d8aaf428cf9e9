using VideoStyle.Core.Errors;
using VideoStyle.Networks;
using VideoStyle.Networks.Color;
using VideoStyle.Networks.Loss;
using VideoStyle.Torch.Runtime;
using VideoStyle.Torch.Tensors;

namespace VideoStyle.Training.Optimization;

/// <summary>The loss network and the style images, with their targets for each image size.</summary>
internal sealed class StyleSource : IDisposable
{
    private const int MinSide = 64;
    private const double MaxPixels = 3e6; // their features take 2 GiB

    private readonly OptimizationOptions _options;
    private readonly List<(Tensor Image, double Weight)> _images = [];
    private readonly Dictionary<long, StyleTarget> _targets = [];

    /// <summary>Reads the loss network and the style images.</summary>
    /// <param name="options">Where they are, and how they are compared.</param>
    /// <param name="content">The image whose colours the style images get, <c>[1, 3, H, W]</c> bytes; or null.</param>
    /// <exception cref="VideoStyleException">A file is missing, damaged or too small.</exception>
    internal StyleSource(OptimizationOptions options, Tensor? content)
    {
        _options = options;
        var device = Devices.Parse(options.Device);
        TorchThreads.Set(Environment.ProcessorCount);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var style in options.AllStyles)
            _images.Add((Read(style.Path, content).DetachFromDisposeScope(), style.Weight));
        Network = LossNetwork.Load(options.LossWeights, device, Trainer.LossType(options.Precision, device));
    }

    /// <summary>Gets the loss network.</summary>
    internal LossNetwork Network { get; }

    /// <summary>Gets the first style image, <c>[1, 3, H, W]</c> in 0–1.</summary>
    internal Tensor First => _images[0].Image;

    /// <summary>Measures the style target for an image size.</summary>
    /// <param name="height">Rows of the optimized image.</param>
    /// <param name="width">Columns of the optimized image.</param>
    /// <returns>Owned by the source.</returns>
    internal StyleTarget TargetFor(int height, int width)
    {
        var side = (long)Math.Max(MinSide, Math.Round(Math.Min(height, width) * _options.StyleScale));
        if (_targets.TryGetValue(side, out var known))
            return known;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _targets[side] = StyleTarget.Measure(Features, [.. _images.Select(p => (Sized(p.Image, side), p.Weight))]);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (image, _) in _images)
            image.Dispose();
        foreach (var target in _targets.Values)
            target.Dispose();
        Network.Dispose();
    }

    // Padded like the optimized image: otherwise the zero padding of the loss network would count as a part of the style.
    private Tensor[] Features(Tensor image)
    {
        var whole = ImageTile.Divide((int)image.size(2), (int)image.size(3), int.MaxValue)[0];
        return [.. Network.Features(ImageTile.AddPadding(image)).Select((f, layer) => whole.Inside(f, layer))];
    }

    private Tensor Read(string path, Tensor? content)
    {
        var bytes = Pixels.Load(path);
        var (height, width) = (bytes.size(2), bytes.size(3));
        if (Math.Min(height, width) < MinSide)
            throw new VideoStyleException(
                ErrorKind.Input,
                $"{path}: is {width}×{height}; a style image needs at least {MinSide} pixels on each side.",
                "Give a larger image: 600 pixels and more show the brushwork."
            );
        bytes = BorderTrimmer.Trim(bytes);
        (height, width) = (bytes.size(2), bytes.size(3));
        var image = bytes.to(ScalarType.Float32) / 255;
        var scale = Math.Min(1, Math.Sqrt(MaxPixels / ((double)height * width)));
        if (scale < 1)
            image = Sampling.Resize(image.contiguous(), (long)(height * scale), (long)(width * scale)).clamp(0, 1);
        return (content, _options.Color) switch
        {
            ({ } known, ColorPreservation.Luminance) => ColorTransfer.MatchLuminance(image, known.to(ScalarType.Float32) / 255),
            ({ } known, ColorPreservation.Histogram) => ColorTransfer.MatchColors(image, known.to(ScalarType.Float32) / 255),
            _ => image,
        };
    }

    // Never upsampled: that would only add blur to the style.
    private static Tensor Sized(Tensor image, long side)
    {
        double shorter = Math.Min(image.size(2), image.size(3));
        if (side >= shorter)
            return image;
        var (height, width) = ((long)Math.Round(image.size(2) * side / shorter), (long)Math.Round(image.size(3) * side / shorter));
        return Sampling.Resize(image.contiguous(), height, width).clamp(0, 1);
    }
}
