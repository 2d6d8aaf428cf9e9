using System.Globalization;

namespace VideoStyle.Networks.Arbitrary;

/// <summary>What a shot is painted after, and why.</summary>
/// <param name="Shot">Its number, from 1.</param>
/// <param name="Begin">When it begins.</param>
/// <param name="Pictures">The pictures with a share, the most alike first, and behind them the next best with none.</param>
public sealed record StyleChoice(int Shot, TimeSpan Begin, IReadOnlyList<ChosenPicture> Pictures)
{
    /// <summary>Says it in one line.</summary>
    public override string ToString()
    {
        var used = Pictures.Where(p => p.Share > 0).Select(p => string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(p.Path)}{(p.Share < 1 ? $" ×{p.Share:0.00}" : "")} (likeness {p.Likeness:0.00}, most in {p.AlikeIn})"));
        var next = Pictures.FirstOrDefault(p => p.Share == 0);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"shot {Shot} at {Begin.TotalSeconds:0.##} s: after {string.Join(", ", used)}{(next is null ? "" : $"; next {Path.GetFileName(next.Path)} ({next.Likeness:0.00})")}"
        );
    }
}

/// <summary>A picture of a collection, as one shot sees it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Share">Its share in the painting; 0 for one that is not used.</param>
/// <param name="Likeness">From −1 to 1.</param>
/// <param name="AlikeIn">What of it is most like the shot: colour and light, fine texture, texture or shapes.</param>
public sealed record ChosenPicture(string Path, double Share, double Likeness, string AlikeIn);
