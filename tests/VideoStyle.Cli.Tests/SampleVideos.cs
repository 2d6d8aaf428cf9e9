namespace VideoStyle.Cli.Tests;

/// <summary>The clips that the repository carries.</summary>
internal static class SampleVideos
{
    /// <summary>The root of the checkout.</summary>
    public static string Repository { get; } = Find();

    /// <summary>A clip with sound.</summary>
    public static string Lake { get; } = Path.Combine(Repository, "sample-videos", "lake.mp4");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "VideoStyle.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside a checkout.");
    }
}
