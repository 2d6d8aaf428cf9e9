using System.ComponentModel.DataAnnotations;
using VideoStyle.Core.Options;

namespace VideoStyle.Watch;

/// <summary>How often, and after what pause, a file that failed is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>Gets how many times a file is tried before it goes to quarantine, at least 1. Default 3.</summary>
    [Option("attempts", "How often a file is tried before it goes to quarantine.", ValueName = "N")]
    [Range(1, 100)]
    public int Attempts { get; init; } = 3;

    /// <summary>Gets how many processes may end without a word while they convert a file, and get no further than the last: as many as attempts, and at least 3, because not every kill is the file's fault.</summary>
    public int MaxDeaths => Math.Max(3, Attempts);

    /// <summary>Gets the pause after the first failure; each later one is four times as long. Default 15 s.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets the longest pause. Default 15 minutes.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Decides what follows a failure.</summary>
    /// <param name="failures">How many times the file has failed by now, at least 1.</param>
    /// <returns>The pause before the next attempt, or null when there is none.</returns>
    public TimeSpan? PauseAfter(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        if (failures >= Attempts)
            return null;
        var pause = FirstPause * Math.Pow(4, Math.Min(failures - 1, 20));
        return pause < LongestPause ? pause : LongestPause;
    }
}
