using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using VideoStyle.Core.Media;
using VideoStyle.Metrics.Flow;

namespace VideoStyle.Metrics.Farneback;

/// <summary>Blurs and resamples an image for one level of the pyramid.</summary>
/// <remarks>As OpenCV's <c>GaussianBlur</c> (reflected padding without the outermost pixel) and <c>resize</c> (linear) do it.</remarks>
internal sealed class LevelReducer
{
    private readonly int _width;
    private readonly int _height;
    private readonly int _levelWidth;
    private readonly int _levelHeight;
    private readonly float[] _taps;
    private readonly int _margin;
    private readonly float[] _line;
    private readonly float[] _blurred;

    public LevelReducer(int width, int height, int levelWidth, int levelHeight, double sigma)
    {
        (_width, _height, _levelWidth, _levelHeight) = (width, height, levelWidth, levelHeight);
        // Without a σ, OpenCV's table for three taps.
        _taps = sigma > 0 ? GaussianKernel.Half(Math.Max(3, (int)Math.Round(sigma * 5) | 1) / 2, sigma) : [0.5f, 0.25f];
        _margin = FlowRow.RoundUp(_taps.Length);
        _line = new float[FlowRow.RoundUp(width) + 2 * _margin];
        _blurred = new float[FlowRow.RoundUp(width) + FlowRow.Margin];
    }

    public void Reduce(LumaImage image, float[] level)
    {
        for (var y = 0; y < _levelHeight; y++)
        {
            var (row, weight) = Place(y, _height, _levelHeight);
            AddRow(image, row, 1 - weight, first: true);
            if (weight > 0)
                AddRow(image, row + 1, weight, first: false);
            BlurAlong();
            for (var x = 0; x < _levelWidth; x++)
            {
                var (column, share) = Place(x, _width, _levelWidth);
                level[y * _levelWidth + x] = (1 - share) * _blurred[column] + share * _blurred[column + 1];
            }
        }
    }

    /// <summary>Finds where the center of one of <c>levelCount</c> pixels lies among <c>count</c>: the pixel before it, and how far it is to the next one.</summary>
    public static (int Pixel, float Share) Place(int index, int count, int levelCount)
    {
        var at = (index + 0.5) * ((double)count / levelCount) - 0.5;
        var pixel = (int)Math.Floor(at);
        return pixel < 0 ? (0, 0)
            : pixel >= count - 1 ? (count - 1, 0)
            : (pixel, (float)(at - pixel));
    }

    private static int Mirror(int index, int count) =>
        index < 0 ? -index
        : index >= count ? 2 * count - 2 - index
        : index;

    /// <summary>Adds a row, blurred downwards, by a weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddRow(LumaImage image, int y, float weight, bool first)
    {
        for (var tap = 1 - _taps.Length; tap < _taps.Length; tap++)
        {
            ref var row = ref image.Pixels[Mirror(y + tap, _height) * _width];
            ref var line = ref _line[_margin];
            var factor = Vector512.Create(weight * _taps[Math.Abs(tap)]);
            var fresh = first && tap == 1 - _taps.Length;
            var x = 0;
            for (; x <= _width - Vector512<float>.Count; x += Vector512<float>.Count)
            {
                var values = Bytes.ToSingle(Vector128.LoadUnsafe(ref row, (nuint)x));
                (fresh ? factor * values : Vector512.FusedMultiplyAdd(factor, values, Vector512.LoadUnsafe(ref line, (nuint)x))).StoreUnsafe(ref line, (nuint)x);
            }

            for (; x < _width; x++)
                Unsafe.Add(ref line, x) = factor.ToScalar() * Unsafe.Add(ref row, x) + (fresh ? 0 : Unsafe.Add(ref line, x));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BlurAlong()
    {
        for (var outside = 1; outside < _taps.Length; outside++)
        {
            _line[_margin - outside] = _line[_margin + outside];
            _line[_margin + _width - 1 + outside] = _line[_margin + _width - 1 - outside];
        }

        for (var x = 0; x < _width; x += Vector512<float>.Count)
            GaussianKernel.SumAlong(_taps, ref _line[_margin + x]).StoreUnsafe(ref _blurred[x]);
    }
}
