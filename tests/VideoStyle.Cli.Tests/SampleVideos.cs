namespace VideoStyle.Cli.Tests;

/// <summary>The clips that the repository carries.</summary>
internal static class SampleVideos
{
    /// <summary>The root of the checkout.</summary>
    public static string Repository { get; } = Find();

    /// <summary>A clip with sound.</summary>
    public static string Lake { get; } = Path.Combine(Repository, "sample-videos", "lake.mp4");

    /// <summary>36 frames of 320x180 with known flow between 17 and 18: a rotation.</summary>
    public static string Windmill { get; } = Path.Combine(Repository, "sample-videos", "windmill.mp4");

    /// <summary>As <see cref="Windmill"/>, of the same size and length: a camera that zooms and turns.</summary>
    public static string Zoom { get; } = Path.Combine(Repository, "sample-videos", "zoom.mp4");

    /// <summary>40 frames of 320x180; frame 20 is the first of the second shot.</summary>
    public static string Cut { get; } = Path.Combine(Repository, "sample-videos", "cut.mp4");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "VideoStyle.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside a checkout.");
    }
}
