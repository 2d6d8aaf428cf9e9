using Xunit;

namespace VideoStyle.Tests;

/// <summary>Extra test data that lies beside the repository and is not part of it: real clips and published weights.</summary>
public static class SharedData
{
    /// <summary>Gets the folder, from <c>VIDEOSTYLE_TEST_DATA</c> or <c>../shared/data</c> beside the checkout; null where absent, or where the variable is empty.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Gets the path of one file below <see cref="Root"/>.</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Root ?? "", relative);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("VIDEOSTYLE_TEST_DATA") is { } named)
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}

/// <summary>A test over the data beside the repository; skipped with the reason where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (SharedData.Root is null)
            Skip = "The test data is absent; set VIDEOSTYLE_TEST_DATA to its folder.";
    }
}

/// <summary>As <see cref="SharedDataFactAttribute"/>, for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute()
    {
        if (SharedData.Root is null)
            Skip = "The test data is absent; set VIDEOSTYLE_TEST_DATA to its folder.";
    }
}
