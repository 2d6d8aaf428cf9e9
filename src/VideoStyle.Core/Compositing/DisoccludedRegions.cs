using VideoStyle.Core.MotionEstimation;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Core.Compositing;

/// <summary>The parts of a frame that neither of two keyframes covers, as few rectangles that are cheap to stylize.</summary>
/// <param name="Regions">The rectangles; they may overlap.</param>
/// <param name="Cost">The pixels that are computed for them, with their margins, as a fraction of the frame.</param>
/// <param name="Uncovered">The fraction of the frame that is uncovered and outside of them, 0–1.</param>
internal sealed record DisoccludedRegions(IReadOnlyList<Region> Regions, double Cost, double Uncovered)
{
    /// <summary>The minimum side of a tile in pixels, and the maximum number of tiles along the frame's longer side.</summary>
    private const int MinTile = 24;
    private const int MaxTiles = 54;

    /// <summary>The maximum number of runs of uncovered tiles. More are as good as the whole frame, and slow to merge.</summary>
    private const int MaxRuns = 64;

    /// <summary>The fixed cost of a region in pixels: what could be stylized during the overhead of its calls, a millisecond or two.</summary>
    private const int PixelsPerRegion = 16_384;

    /// <summary>Finds the regions.</summary>
    /// <param name="view">The frame and its flow to both keyframes.</param>
    /// <param name="stylizer">Tells what a region costs.</param>
    /// <param name="maxUncoveredOfTile">The fraction of a tile that may stay uncovered, 0–1.</param>
    public static DisoccludedRegions Find(View view, IRegionStylizer stylizer, double maxUncoveredOfTile)
    {
        TileGrid grid = new(view.Width, view.Height);
        var (sums, counts) = UncoveredPerTile(view, grid);
        var open = new bool[sums.Length];
        var (rest, openTiles) = (0.0, 0);
        for (var i = 0; i < sums.Length; i++)
        {
            open[i] = sums[i] > maxUncoveredOfTile * counts[i];
            openTiles += open[i] ? 1 : 0;
            rest += open[i] ? 0 : sums[i];
        }

        rest /= (double)view.ToEarlier.Width * view.ToEarlier.Height;
        var runs = Runs(open, grid);
        if (2 * openTiles > open.Length || runs.Count > MaxRuns)
            return new DisoccludedRegions([new Region(0, 0, view.Width, view.Height)], 1, rest);

        var regions = Merge(runs, Cost);
        return new DisoccludedRegions(regions, regions.Sum(Cost) / ((double)view.Width * view.Height), rest);

        long Cost(Region region) => PixelsPerRegion + stylizer.InputRegion(region, view.Width, view.Height).Pixels;
    }

    private static (double[] Sums, int[] Counts) UncoveredPerTile(View view, TileGrid grid)
    {
        var (one, other) = (view.ToEarlier, view.ToLater);
        var (sums, counts) = (new double[grid.Columns * grid.Rows], new int[grid.Columns * grid.Rows]);
        for (var y = 0; y < one.Height; y++)
        {
            var a = one.Row(y);
            var b = other.Row(y);
            var row = Math.Min(y * one.Factor / grid.Tile, grid.Rows - 1) * grid.Columns;
            for (var x = 0; x < one.Width; x++)
            {
                var at = row + Math.Min(x * one.Factor / grid.Tile, grid.Columns - 1);
                sums[at] += 1 - Math.Max(a[4 * x + 2], b[4 * x + 2]);
                counts[at]++;
            }
        }

        return (sums, counts);
    }

    // Adjacent tiles of a row, as rectangles.
    private static List<Region> Runs(bool[] open, TileGrid grid)
    {
        List<Region> runs = [];
        for (var y = 0; y < grid.Rows; y++)
        {
            for (var x = 0; x < grid.Columns; x++)
            {
                if (!open[y * grid.Columns + x])
                    continue;
                var first = x;
                while (x + 1 < grid.Columns && open[y * grid.Columns + x + 1])
                    x++;
                var (left, top) = (first * grid.Tile, y * grid.Tile);
                runs.Add(new Region(
                    left, top, Math.Min((x + 1) * grid.Tile, grid.Width) - left, Math.Min((y + 1) * grid.Tile, grid.Height) - top));
            }
        }

        return runs;
    }

    // Merges the two regions whose union saves most, until none saves anything: a union shares margins.
    private static List<Region> Merge(List<Region> regions, Func<Region, long> cost)
    {
        while (true)
        {
            var (best, first, second) = (0L, 0, 0);
            for (var i = 0; i < regions.Count; i++)
            {
                for (var j = i + 1; j < regions.Count; j++)
                {
                    var saved = cost(regions[i]) + cost(regions[j]) - cost(regions[i].Union(regions[j]));
                    if (saved > best)
                        (best, first, second) = (saved, i, j);
                }
            }

            if (best == 0)
                return regions;
            regions[first] = regions[first].Union(regions[second]);
            regions.RemoveAt(second);
        }
    }

    /// <summary>A frame and its flow to the keyframes on both sides.</summary>
    /// <param name="ToEarlier">The flow to the keyframe before it.</param>
    /// <param name="ToLater">The flow to the keyframe after it.</param>
    /// <param name="Width">The frame's width in pixels.</param>
    /// <param name="Height">The frame's height in pixels.</param>
    public readonly record struct View(ComposedFlow ToEarlier, ComposedFlow ToLater, int Width, int Height);

    // Square tiles over a frame; those at its right and lower sides may be cut.
    private readonly record struct TileGrid(int Width, int Height)
    {
        public int Tile { get; } = Math.Max(MinTile, (Math.Max(Width, Height) + MaxTiles - 1) / MaxTiles);

        public int Columns => (Width + Tile - 1) / Tile;

        public int Rows => (Height + Tile - 1) / Tile;
    }
}
