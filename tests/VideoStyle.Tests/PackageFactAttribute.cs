using Xunit;

namespace VideoStyle.Tests;

/// <summary>A test of the package that <c>make pack</c> builds; skipped with the reason where there is none.</summary>
/// <remarks>With <c>VIDEOSTYLE_REQUIRE=package</c> it is not skipped.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PackageFactAttribute : FactAttribute
{
    public PackageFactAttribute()
    {
        if (!RequiredParts.Contains("package") && (!Directory.Exists(Folder) || !Directory.EnumerateFiles(Folder, "*.nupkg").Any()))
            Skip = "There is no package; run `make pack`.";
    }

    internal static string Repository { get; } = FindRepository();

    internal static string Folder => Path.Combine(Repository, "artifacts", "package");

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "VideoStyle.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("The tests do not run inside a checkout.");
    }
}
