namespace VideoStyle.Training.Flow;

/// <summary>A textured layer of a scene; everything about it is a function of the position in the first frame.</summary>
internal sealed class SceneLayer
{
    private readonly int? _level; // of an affine map, which is the same everywhere

    /// <summary>Gets the photo.</summary>
    internal required Texture Texture { get; init; }

    /// <summary>Gets the map from the first frame to pixels of the photo.</summary>
    internal required Projection ToTexture
    {
        get;
        init
        {
            field = value;
            _level = value is { G: 0, H: 0 } ? LevelAt(0, 0) : null;
        }
    }

    /// <summary>Gets how the layer moves.</summary>
    internal required LayerMotion Motion { get; init; }

    /// <summary>Gets the outline; null where the layer has none.</summary>
    internal LayerShape? Shape { get; init; }

    /// <summary>Gets the map from the first frame to pixels of the outline's square.</summary>
    internal Projection ToShape { get; init; } = Projection.Identity;

    /// <summary>Gets the row in the first frame below which the layer lies, as ground does below its horizon.</summary>
    internal double Top { get; init; } = double.NegativeInfinity;

    /// <summary>Gets the side of the part of the photo that is repeated, in its pixels; infinite where it is not.</summary>
    internal double Period { get; init; } = double.PositiveInfinity;

    /// <summary>Gets by how many mipmaps the photo is blurred.</summary>
    internal int Softness { get; init; }

    /// <summary>Gets what the photo's luma is multiplied by.</summary>
    internal float Gain { get; init; } = 1;

    /// <summary>Gets what is added to it.</summary>
    internal float Bias { get; init; }

    /// <summary>The opacity at a position in the first frame, 0–1.</summary>
    internal float Opacity(double x, double y)
    {
        if (y < Top)
            return 0;
        if (Shape is null)
            return 1;
        return ToShape.TryApply(x, y, out var u, out var v) ? Shape.Opacity((float)u, (float)v) : 0;
    }

    /// <summary>The luma at a position in the first frame.</summary>
    internal float Luma(double x, double y)
    {
        ToTexture.TryApply(x, y, out var u, out var v);
        return Gain * Texture.Sample((float)Repeat(u), (float)Repeat(v), (_level ?? LevelAt(x, y)) + Softness) + Bias;
    }

    /// <summary>The part of the frame where the layer may show at a time: columns and rows, the last ones not included.</summary>
    internal (int Left, int Top, int Right, int Bottom) Box(LayerMotion.AtTime at, int width, int height)
    {
        if (Shape is null)
            return (0, 0, width, height);
        var back = ToShape.Inverse();
        var (left, top, right, bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        for (var i = 0; i < 64; i++)
        {
            // Around the square.
            var t = i % 16 / 16.0 * LayerShape.Side;
            var (sx, sy) = (i / 16) switch { 0 => (t, 0.0), 1 => (LayerShape.Side, t), 2 => (LayerShape.Side - t, LayerShape.Side), _ => (0.0, LayerShape.Side - t) };
            if (!back.TryApply(sx, sy, out var x, out var y) || !at.TryForward(x, y, out var u, out var v))
                return (0, 0, width, height);
            (left, right, top, bottom) = (Math.Min(left, u), Math.Max(right, u), Math.Min(top, v), Math.Max(bottom, v));
        }

        const int Margin = 4; // waves bend the border between two of the points
        return (
            (int)Math.Clamp(left - Margin, 0, width),
            (int)Math.Clamp(top - Margin, 0, height),
            (int)Math.Clamp(right + Margin + 1, 0, width),
            (int)Math.Clamp(bottom + Margin + 1, 0, height)
        );
    }

    // The mipmap of a place of the layer, not of the frame: so it stays the same while the layer moves.
    private int LevelAt(double x, double y) => Math.Clamp((int)(Math.Log2(Math.Max(ToTexture.Stretch(x, y), 1e-3)) + 0.4), 0, 8);

    private double Repeat(double x)
    {
        if (double.IsPositiveInfinity(Period))
            return x;
        var t = Math.Abs(x) % (2 * Period);
        return t < Period ? t : 2 * Period - t;
    }
}
