namespace VideoStyle.Training.Flow;

/// <summary>Layers that move, and their exact flow.</summary>
/// <param name="layers">From back to front; the first one covers everything.</param>
/// <param name="width">Width of the frames in pixels.</param>
/// <param name="height">Height of the frames in pixels.</param>
internal sealed class FlowScene(IReadOnlyList<SceneLayer> layers, int width, int height)
{
    /// <summary>Where the flow is known and the pixel is visible in both frames.</summary>
    internal const byte Visible = 255;

    /// <summary>Where the flow is known but the pixel is covered in the second frame, or outside of it.</summary>
    internal const byte Hidden = 64;

    private const double MaxMotionPx = 400; // beyond, nothing is to be learned

    internal IReadOnlyList<SceneLayer> Layers => layers;

    /// <summary>Renders the scene.</summary>
    /// <param name="time">0 for the first frame, 1 for the second.</param>
    /// <param name="shutter">How long the shutter is open around that time, in intervals between frames; 0 for none.</param>
    /// <param name="samples">The number of moments that motion blur is made of.</param>
    /// <returns>Luma, 0–255, row-major.</returns>
    internal float[] Render(double time, double shutter = 0, int samples = 1)
    {
        var image = new float[width * height];
        if (shutter == 0 || samples == 1)
        {
            RenderMoment(time, image);
            return image;
        }

        var moment = new float[image.Length];
        for (var i = 0; i < samples; i++)
        {
            RenderMoment(time + shutter * ((i + 0.5) / samples - 0.5), moment);
            for (var p = 0; p < image.Length; p++)
                image[p] += moment[p] / samples;
        }

        return image;
    }

    /// <summary>Computes the flow from the first frame to the second.</summary>
    /// <returns>Interleaved vectors; and for each pixel <see cref="Visible"/>, <see cref="Hidden"/>, or 0 where the flow is unknown.</returns>
    internal (float[] Vectors, byte[] Known) Truth()
    {
        var (vectors, known) = (new float[2 * width * height], new byte[width * height]);
        var (first, second) = (Moment(0), Moment(1));
        for (var i = 0; i < known.Length; i++)
        {
            var (x, y) = (i % width, i / width);
            var top = TopLayer(x, y, first);
            if (!second[top].At.TryForward(x, y, out var u, out var v) || Math.Abs(u - x) > MaxMotionPx || Math.Abs(v - y) > MaxMotionPx)
                continue;
            (vectors[2 * i], vectors[2 * i + 1]) = ((float)(u - x), (float)(v - y));
            var inside = u >= 0 && v >= 0 && u <= width - 1 && v <= height - 1;
            known[i] = inside && TopLayer(u, v, second) == top ? Visible : Hidden;
        }

        return (vectors, known);
    }

    private int TopLayer(double x, double y, (LayerMotion.AtTime At, (int Left, int Top, int Right, int Bottom) Box)[] moment)
    {
        for (var i = layers.Count - 1; i > 0; i--)
        {
            var box = moment[i].Box;
            if (x >= box.Left && y >= box.Top && x < box.Right && y < box.Bottom
                && moment[i].At.TryBackward(x, y, out var u, out var v) && layers[i].Opacity(u, v) > 0.5f)
                return i;
        }

        return 0;
    }

    private (LayerMotion.AtTime At, (int Left, int Top, int Right, int Bottom) Box)[] Moment(double time) =>
        [.. layers.Select(l => l.Motion.At(time)).Zip(layers, (at, layer) => (at, layer.Box(at, width, height)))];

    private void RenderMoment(double time, float[] image)
    {
        foreach (var (layer, (at, (left, top, right, bottom))) in layers.Zip(Moment(time)))
        {
            for (var y = top; y < bottom; y++)
            {
                for (var x = left; x < right; x++)
                {
                    if (!at.TryBackward(x, y, out var u, out var v))
                        continue;
                    var opacity = layer.Opacity(u, v);
                    if (opacity > 0)
                        image[y * width + x] += opacity * (layer.Luma(u, v) - image[y * width + x]);
                }
            }
        }
    }
}
