using System.Globalization;

namespace VideoStyle.Watch;

/// <summary>Where the small pictures of a job lie.</summary>
internal static class Thumbnails
{
    public static string Source(string stateFolder, long job) => Name(stateFolder, job, "source");

    public static string Painting(string stateFolder, long job) => Name(stateFolder, job, "painting");

    private static string Name(string stateFolder, long job, string kind) =>
        Path.Combine(stateFolder, "thumbnails", string.Create(CultureInfo.InvariantCulture, $"{job}.{kind}.jpg"));
}
