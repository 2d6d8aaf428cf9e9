using System.Reflection;
using Xunit.Sdk;

namespace VideoStyle.Tests;

/// <summary>The clips, images and reference results of <c>tests/fixtures</c>.</summary>
public static class Fixtures
{
    /// <summary>Gets the root of the checkout.</summary>
    public static string Repository { get; } = Find();

    /// <summary>Gets the path of a fixture, or of a file of the extra data where no fixture has that name.</summary>
    /// <param name="relative">As in <c>media/vp9.webm</c>.</param>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static string Path(string relative)
    {
        var fixture = System.IO.Path.Combine(Repository, "tests", "fixtures", relative);
        if (System.IO.Path.Exists(fixture))
            return fixture;
        return SharedData.Root is not null && System.IO.Path.Exists(SharedData.Path(relative))
            ? SharedData.Path(relative)
            : throw new FileNotFoundException($"tests/fixtures has no {relative}.", fixture);
    }

    /// <summary>Gets the path of a clip that the repository carries.</summary>
    public static string SampleVideo(string name) => System.IO.Path.Combine(Repository, "sample-videos", name);

    /// <summary>Gets the path of a built-in style.</summary>
    public static string Style(string name) => System.IO.Path.Combine(Repository, "src", "VideoStyle.Networks", "Styles", name + ".safetensors");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "VideoStyle.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside a checkout.");
    }
}

/// <summary>A row of a theory over a file of the extra data; there is none where that data is absent.</summary>
/// <param name="data">The arguments; the first is the file's path below <see cref="SharedData.Root"/>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SharedInlineDataAttribute(params object[] data) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => SharedData.Root is null ? [] : [data];
}
