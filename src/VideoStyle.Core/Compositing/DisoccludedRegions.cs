using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>The parts of a frame that neither of two paintings explains, as few rectangles that are cheap to paint.</summary>
/// <param name="Areas">The rectangles; they may overlap.</param>
/// <param name="Cost">The share of the frame that is computed for them, their margins with them.</param>
/// <param name="Rest">The share of the frame that stays unexplained outside of them, 0–1.</param>
internal sealed record DisoccludedRegions(IReadOnlyList<Region> Areas, double Cost, double Rest)
{
    /// <summary>The least side of the squares that are judged, in pixels of the frame, and how many of them its longer side has at most.</summary>
    private const int LeastTile = 24;
    private const int MostTiles = 54;

    /// <summary>So many rows of squares that are not explained are as good as the whole frame, and longer in the joining.</summary>
    private const int MostRuns = 64;

    /// <summary>How many pixels could be painted in the time that a part takes beside its pixels: a millisecond or two of calls.</summary>
    private const int PixelsPerPart = 16_384;

    /// <summary>Finds them.</summary>
    /// <param name="one">The way to one painting.</param>
    /// <param name="other">The way to the other.</param>
    /// <param name="width">The frame's width in pixels.</param>
    /// <param name="height">The frame's height.</param>
    /// <param name="stylizer">Says what an area costs.</param>
    /// <param name="mostOfTile">What of a square may stay unexplained.</param>
    public static DisoccludedRegions Of(ComposedFlow one, ComposedFlow other, int width, int height, IStylizer stylizer, double mostOfTile)
    {
        var tile = Math.Max(LeastTile, (Math.Max(width, height) + MostTiles - 1) / MostTiles);
        var (columns, rows) = ((width + tile - 1) / tile, (height + tile - 1) / tile);
        var (sums, counts) = Sums(one, other, tile, columns, rows);
        var open = new bool[sums.Length];
        var (rest, openTiles) = (0.0, 0);
        for (var i = 0; i < sums.Length; i++)
        {
            open[i] = sums[i] > mostOfTile * counts[i];
            openTiles += open[i] ? 1 : 0;
            rest += open[i] ? 0 : sums[i];
        }

        rest /= (double)one.Width * one.Height;
        var runs = Runs(open, tile, columns, rows, width, height);
        if (2 * openTiles > open.Length || runs.Count > MostRuns)
            return new DisoccludedRegions([new Region(0, 0, width, height)], 1, rest);

        var areas = Merge(runs, Cost);
        return new DisoccludedRegions(areas, areas.Sum(Cost) / ((double)width * height), rest);

        long Cost(Region area) => PixelsPerPart + stylizer.Around(area, width, height).Pixels;
    }

    private static (double[] Sums, int[] Counts) Sums(ComposedFlow one, ComposedFlow other, int tile, int columns, int rows)
    {
        var (sums, counts) = (new double[columns * rows], new int[columns * rows]);
        for (var y = 0; y < one.Height; y++)
        {
            var a = one.Row(y);
            var b = other.Row(y);
            var row = Math.Min(y * one.Factor / tile, rows - 1) * columns;
            for (var x = 0; x < one.Width; x++)
            {
                var at = row + Math.Min(x * one.Factor / tile, columns - 1);
                sums[at] += 1 - Math.Max(a[4 * x + 2], b[4 * x + 2]);
                counts[at]++;
            }
        }

        return (sums, counts);
    }

    // Squares beside one another in a row, as rectangles.
    private static List<Region> Runs(bool[] open, int tile, int columns, int rows, int width, int height)
    {
        List<Region> runs = [];
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                if (!open[y * columns + x])
                    continue;
                var first = x;
                while (x + 1 < columns && open[y * columns + x + 1])
                    x++;
                var (left, top) = (first * tile, y * tile);
                runs.Add(new Region(left, top, Math.Min((x + 1) * tile, width) - left, Math.Min((y + 1) * tile, height) - top));
            }
        }

        return runs;
    }

    // Joins the two of which their common rectangle saves most, until none saves any: margins are shared.
    private static List<Region> Merge(List<Region> areas, Func<Region, long> cost)
    {
        while (true)
        {
            var (best, first, second) = (0L, 0, 0);
            for (var i = 0; i < areas.Count; i++)
            {
                for (var j = i + 1; j < areas.Count; j++)
                {
                    var saved = cost(areas[i]) + cost(areas[j]) - cost(areas[i].Union(areas[j]));
                    if (saved > best)
                        (best, first, second) = (saved, i, j);
                }
            }

            if (best == 0)
                return areas;
            areas[first] = areas[first].Union(areas[second]);
            areas.RemoveAt(second);
        }
    }
}
